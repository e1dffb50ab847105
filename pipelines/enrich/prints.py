"""Prints: what of a text its likeness to another is measured by, and the words by which an event is known again.

Swedish writes only proper names with a capital inside a sentence, so that a name is told from a word without a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from pipelines.types import Entry
from sentiment.fold import fold

EVERYDAY = Path(__file__).parent / "data" / "everyday.sv.txt"
LINK = re.compile(r"https?://\S+")
WORD = re.compile(r"\w+(?:[.:,]\d+)*")
SENTENCE = re.compile(r"(?<=[.!?…])[”\"’')»\]]*\s+|\n+")
NAME = re.compile(r"(?<=[\w,] )[A-ZÅÄÖ][\w-]+")
ENDING = re.compile(r"(?<=\w{5})(?:arnas?|ernas?|ornas?|ades?|ens?|ets?|ar|er|or|as|at|s|n|a|e|t)$")
DATE = re.compile(r"20\d\d|[0-3]?\d(?:[.:]\d\d)?")
"""What may be a year, a day or a clock time: every text has some."""
TRAILER = re.compile(r"\s*(?:läs mer|läs hela artikeln|read more|continue reading)[\s.…>»]*$", re.IGNORECASE)
TRAILER_LONGEST = 40
LONGEST = 6_000
"""Characters of a text that are compared: what tells a story stands in its first page."""
SHORTEST_RARE = 6
"""Letters of a word that can single out an event."""
SHORTEST_SENTENCE = 60
"""Characters from which a sentence is nobody's by chance; its numbers and names are compared besides."""
LONGEST_TERM = 40
MOST_TERMS = 24


@dataclass(frozen=True, slots=True)
class Print:
    """What is compared of one text."""

    words: tuple[str, ...]
    pairs: frozenset[str]
    """Each two neighbouring words."""
    sentences: frozenset[str]
    """The long ones, folded."""
    names: frozenset[str]
    numbers: frozenset[str]

    @property
    def stems(self) -> frozenset[str]:
        """Every word without its inflection."""
        return frozenset(map(stem, self.words))


def printed(entry: Entry) -> Print:
    """The print of an entry's text, or of headline and text where the text alone is short."""
    body = untrailed(entry.text[:LONGEST])
    plain = body if len(body) >= SHORTEST_SENTENCE else f"{entry.title[:LONGEST]}\n{body}"
    bare = folded(plain)
    if "http" in bare:
        bare, plain = LINK.sub(" ", bare), LINK.sub(" ", plain)
    words = WORD.findall(bare)
    return Print(
        words=tuple(words),
        pairs=frozenset(map(" ".join, pairwise(words))),
        sentences=frozenset(_sentences(bare)),
        names=frozenset([stem(name[:LONGEST_TERM].lower()) for name in NAME.findall(plain)]),
        numbers=frozenset([word.replace(":", ".") for word in words if word[0].isdigit()]),
    )


def untrailed(text: str) -> str:
    """The text without the "Läs mer" that a feed hangs on."""
    return text[:-TRAILER_LONGEST] + TRAILER.sub("", text[-TRAILER_LONGEST:])


@lru_cache(maxsize=16)
def folded(text: str) -> str:
    """The folded text; asked for again at once by whoever looks at the same entry next."""
    return fold(text).text


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its inflection, roughly: enough for "vattenläckan" to meet "vattenläckor"."""
    return ENDING.sub("", word)


def terms(title: str, of: Print) -> tuple[str, ...]:
    """Words, names and numbers that not every text has: stems, names first, then in the order they come."""
    words = (*WORD.findall(folded(title[:LONGEST])), *of.words)
    return tuple(dict.fromkeys((*sorted(of.names), *_uncommon(words))))[:MOST_TERMS]


def as_written(chosen: Iterable[str], text: str) -> tuple[str, ...]:
    """Each of the terms as `text` first has it."""
    written: dict[str, str] = {}
    for word in re.findall(r"[\w.:,-]*\w", text[: 2 * LONGEST]):
        for form in (word, *word.split("-")):
            written.setdefault(stem(form.lower()), form)
    return tuple(written.get(term, term) for term in chosen)


def _sentences(bare: str) -> Iterator[str]:
    for sentence in SENTENCE.split(bare):
        if len(sentence) >= SHORTEST_SENTENCE:
            plain = " ".join(WORD.findall(sentence))
            if len(plain) >= SHORTEST_SENTENCE:
                yield plain


def _uncommon(words: Iterable[str]) -> Iterator[str]:
    everyday = _everyday()
    for word in words:
        if len(word) > LONGEST_TERM:
            continue
        if word[0].isdigit():
            if not DATE.fullmatch(word):
                yield word
        elif len(word) >= SHORTEST_RARE and (stemmed := stem(word)) not in everyday:
            yield stemmed


@cache
def _everyday() -> frozenset[str]:
    words = EVERYDAY.read_text("utf-8").split()
    return frozenset(stem(word) for word in words) | frozenset(words)
