"""Words of a template that nobody could translate: they stand outside gettext."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment

READ = {"title", "alt", "placeholder", "aria-label", "label"}
"""Attributes that are read to someone."""
OUTSIDE = {"code", "pre", "style"}
"""What is typed as it stands, in any language."""
LETTERS = re.compile(r"[^\W\d_]{2}")
NAMES = re.compile(r"\b(CSV|Excel|PDF|PNG|SVG|Enter)\b|/[\w/.]+")
"""What is called the same in every language: forms of files, a key, an address."""
SENTENCE = re.compile(r"[^\W\d_].* |^[A-ZÅÄÖ][a-zåäö]|[åäöÅÄÖ]")
"""How a string inside an expression looks that is more than a name."""
TRANSLATORS = {"_", "gettext", "ngettext"}


def bare_words(template: Path) -> list[str]:
    """Words between tags, in attributes that are read aloud, and in strings, that are not wrapped."""
    environment = Environment(extensions=["jinja2.ext.i18n"])
    tokens = [token for token in environment.lex(template.read_text("utf-8")) if token[1] != "whitespace"]
    reader = _Reader()
    reader.feed("".join(_outside(tokens)))
    reader.close()
    return [*reader.found, *_strings(tokens)]


def _outside(tokens: list[tuple[int, str, str]]) -> Iterator[str]:
    """What stands outside expressions and translated blocks; a sign for each of those."""
    translated = False
    for (_, before, _), (_, kind, value) in zip([(0, "", ""), *tokens], tokens, strict=False):
        if before == "block_begin" and kind == "name":
            translated = value == "trans" or (translated and value != "endtrans")
        if kind == "data" and not translated:
            yield value
        elif kind == "variable_begin" and not translated:
            yield "·"


def _strings(tokens: list[tuple[int, str, str]]) -> Iterator[str]:
    """Strings in expressions that look like words for people. Arguments of a translator are none of them."""
    depth, inside = 0, 0
    for place, (_, kind, value) in enumerate(tokens):
        if value == "(" and kind == "operator":
            depth += 1
            if not inside and place and tokens[place - 1][2] in TRANSLATORS:
                inside = depth
        elif value == ")" and kind == "operator":
            if depth == inside:
                inside = 0
            depth -= 1
        elif kind == "string" and not inside and SENTENCE.search(NAMES.sub("", value[1:-1])):
            yield value


def _words(text: str) -> bool:
    return LETTERS.search(NAMES.sub("", text)) is not None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._outside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._outside += tag in OUTSIDE
        self.found += [value for name, value in attrs if name in READ and value and _words(value)]

    def handle_endtag(self, tag: str) -> None:
        self._outside -= tag in OUTSIDE

    def handle_data(self, data: str) -> None:
        if not self._outside and _words(data):
            self.found.append(" ".join(data.split()))
