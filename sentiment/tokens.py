"""Swedish text in pieces: words, numbers, hashtags, names, addresses, emoji, emoticons, punctuation; and sentences.

Every token knows where it stands. Linear in the length of the text: no alternative of the pattern retries another's.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from sentiment.memo import Memo
from sentiment.types import Span

TokenKind = Literal["word", "number", "hashtag", "mention", "url", "emoji", "emoticon", "punctuation"]

# Accents typed apart (NFD), soft hyphens and zero-width characters stand inside words and must not split them.
INSIDE = "\\w\u0300-\u036f\u00ad\u200b-\u200d\u2060"
PICTURE = (
    "[\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
DRESS = "[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
PATTERN = re.compile(
    rf"""
    (?P<word>(?!https?://|www\.|[xX][dD]+\b|T_T\b)[^\W\d_][{INSIDE}]*(?:['’´\-‐‑][^\W_][{INSIDE}]*)*
      (?::(?:s|n|t|en|er|et|ns|na|ar|are|arna|erna)\b)?)
  | (?P<url>(?:https?://|www\.)[^\s<>"”]+)
  | (?P<mention>@\w[\w.]*)
  | (?P<hashtag>\#\w+)
  | (?P<emoticon>[<>]?[:;=][-'^o]?[)\](\[DdPp/\\|3*@S](?!\w)|[(\[)\]]-?[:;=](?!\w)|<3+|</3|\bx[dD]+\b|\bX[dD]+\b
      |\^_?\^|-[_.]-|\bT_T\b|\\o/)
  | (?P<number>\d+(?:[.,:]\d+)*)
  | (?P<emoji>[\U0001f1e6-\U0001f1ff]{{2}}|{PICTURE}{DRESS}(?:\u200d{PICTURE}{DRESS})*)
  | (?P<punctuation>[!?]+|\.+|[^\s\w]|_+)
    """,
    re.VERBOSE,
)
ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufe0f\U0001f3fb-\U0001f3ff]")
SENTENCE_END = re.compile(r"[.!?…]+[\"”’')\]]*(?=\s|$)|\n")
NAMED = ("hashtag", "mention")
CLOSING = "\"”’')]"
ABBREVIATIONS = Path(__file__).parent / "data" / "abbreviations.sv.txt"


class Token(NamedTuple):
    """A piece of a text. A plain tuple, not a dataclass: they are made by the million."""

    kind: TokenKind
    start: int
    end: int
    text: str
    norm: str
    """Lower case, NFC, nothing invisible; three of a letter or more cut to one; emoji without skin tone."""
    elongated: bool

    @property
    def span(self) -> Span:
        return Span(self.start, self.end, self.text)


def tokenize(text: str) -> tuple[Token, ...]:
    """All tokens in order; what is no token is white space or an invisible character."""
    tokens: list[Token] = []
    make = tuple.__new__
    end = 0
    # no token has a blank in it, and none looks beyond one
    for stretch in text.split():
        start = text.find(stretch, end)
        end = start + len(stretch)
        for kind, first, last, surface, norm, elongated in _tokens[stretch]:
            # as Token(…) does, without a call in between
            tokens.append(make(Token, (kind, start + first, start + last, surface, norm, elongated)))
    return tuple(tokens)


def _tokens_of(stretch: str) -> tuple[Token, ...]:
    plain = stretch.lower()
    if plain.isalpha() and plain[0] != "x" and not ELONGATED.search(plain):
        # nothing but letters is a word, unless it laughs: "xD"
        return (Token("word", 0, len(stretch), stretch, plain, False),)
    tokens: list[Token] = []
    for match in PATTERN.finditer(stretch):
        kind: TokenKind = match.lastgroup  # type: ignore[assignment]
        surface = norm = match[0]
        elongated = False
        start, end = match.span()
        if kind == "word" or kind in NAMED:
            norm = surface.lower()
            if not norm.isalnum():
                norm = unicodedata.normalize("NFC", UNSEEN.sub("", norm)).replace("’", "'").replace("‑", "-")
            if ELONGATED.search(norm):
                norm, elongated = ELONGATED.sub(r"\1", norm), True
        elif kind == "emoji":
            norm = UNSEEN.sub("", surface) or surface
        tokens.append(Token(kind, start, end, surface, norm, elongated))
    return tuple(tokens)


_tokens = Memo(_tokens_of)


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences, without the white space around them; a line break ends one too."""
    spans: list[Span] = []
    start = 0
    for match in SENTENCE_END.finditer(text):
        if match[0] == "." and _abbreviated(text, match.start()):
            continue
        if match[0][-1] in CLOSING and text[match.end() : match.end() + 2].strip().islower():
            continue  # ”Jaså?” sa hon.
        _add(spans, text, start, match.end())
        start = match.end()
    _add(spans, text, start, len(text))
    return tuple(spans)


def _abbreviated(text: str, stop: int) -> bool:
    """Whether the full stop at `stop` belongs to an abbreviation or an ordinal: "kl. 10", "den 3. maj"."""
    head = text[max(0, stop - 8) : stop].rpartition(" ")[2].lower()
    following = text[stop + 1 : stop + 3].strip()
    return head in _abbreviations() or (bool(following) and following[0].islower())


@cache
def _abbreviations() -> frozenset[str]:
    lines = ABBREVIATIONS.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append(Span(start, end, text[start:end]))
