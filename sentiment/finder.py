"""Finds the cues of named lists in any number of texts, and tells where each stands.

It goes by words: what may begin at a word is looked up once and remembered, and most words begin nothing. Only where
something may begin is the text behind the word compared, a word at a time down a tree (`sentiment.tree`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sentiment.ahead import LONGEST_WORD, Ahead
from sentiment.cues import Line, alternatives, beginnings, lines, names
from sentiment.fold import WORD, Folded, masked_words, pieces_of
from sentiment.memo import Memo
from sentiment.reading import Reading, reading_of
from sentiment.tree import Node, Owner, endings, owner_of
from sentiment.types import Span

OPENING = 3
"""Letters by which the beginnings of words are filed."""
Raw = tuple[int, int, str, bool]
"""Start, negative end, name of the list, whether it takes back: sorts by what stands first, the longest before."""


class Hit(NamedTuple):
    """A cue stands in a text: the name of its list, and where. A plain tuple: a text has dozens."""

    cue: str
    start: int
    end: int
    source: str
    """The whole text."""

    @property
    def span(self) -> Span:
        return Span(self.start, self.end, self.source[self.start : self.end])


class Begun(NamedTuple):
    """What a word says or begins; places are counted within the word."""

    whole: Sequence[tuple[int, int, str, bool]]
    """What it says by itself: start, end, name of the list, whether it takes back."""
    parted: Sequence[tuple[int, int, Owner]]
    """What it says where more follows."""
    onward: Node | None
    """What goes on right behind it."""


class Finder:
    """Finds the cues of the named lists, or of all of them, in any number of texts."""

    def __init__(self, only: Iterable[str] | None = None) -> None:
        """Raises KeyError when a name is no list's."""
        self._nodes: dict[str, Node] = {}
        self._beginnings: dict[str, list[tuple[str, Owner]]] = {}
        self._inside: list[tuple[str, Owner]] = []
        self._signs: dict[str, list[tuple[str, Owner]]] = {}
        self._seen = Memo(self._look_up)
        for name in sorted(names() if only is None else set(only)):
            for line in lines(name):
                for text in beginnings(line.text):
                    self._add(text, name, line)

    def _add(self, text: str, name: str, line: Line) -> None:
        word, blank, _ = text.partition(" ")
        if blank and word.isalnum():
            # as most begin
            self._await(word, text, name, line)
            return
        first = WORD.match(text)
        if first is None:
            # it begins with a star or a sign, as few do
            for said in alternatives(text):
                cue, owner = said.strip("*"), owner_of(name, line, said)
                if said[0] == "*":
                    self._inside.append((cue, owner))
                else:
                    self._signs.setdefault(cue[0], []).append((cue, owner))
        elif text[first.end() :] == "*":
            self._beginnings.setdefault(text[:-1][:OPENING], []).append((text[:-1], owner_of(name, line, text)))
        else:
            self._await(first[0], text, name, line)

    def _await(self, word: str, text: str, name: str, line: Line) -> None:
        node = self._nodes.get(word)
        if node is None:
            node = self._nodes[word] = Node()
        node.await_line(len(word), text, name, line)

    def find(self, text: str | Reading) -> list[Hit]:
        """All hits in the order they stand; within one list the longest of those that overlap by containing."""
        reading = reading_of(text)
        found = self._scan(reading.folded.text, reading.pieces)
        if reading.folded.at is not None:
            found = _moved(found, reading.folded, reading.text)
        for variant in reading.variants:
            found += _moved(self._scan(variant.text, pieces_of(variant.text)), variant, reading.text)
        for start, end, word in masked_words(reading.folded):
            if begun := self._look_up(word):
                masked = [(start, -end, name, takes_back) for _, _, name, takes_back in begun.whole]
                found += _moved(masked, reading.folded, reading.text)
        return _longest(found, reading.text)

    def _scan(self, text: str, pieces: Sequence[str]) -> list[Raw]:
        found: list[Raw] = []
        ahead = Ahead(text)
        seen = self._seen
        words = frozenset(pieces[1::2])
        stop = 0
        turns = iter(pieces)
        for number, (signs, word) in enumerate(zip(turns, turns, strict=False), start=1):
            start = stop + len(signs)
            stop = start + len(word)
            begun = seen[word]
            if begun is None:
                continue
            for first, last, name, takes_back in begun.whole:
                found.append((start + first, -start - last, name, takes_back))
            for first, last, owner in begun.parted:
                one_of = owner.rest[0].one_of
                if one_of and one_of.isdisjoint(words):
                    continue
                if end := ahead.reach(start + last, owner.rest):
                    found.append((start + first, -end, owner.name, owner.takes_back))
            onward = begun.onward
            if onward is not None and (
                onward.loose or "".join(pieces[2 * number : 2 * number + 2]) in onward.following
            ):
                for end, owner in endings(ahead, pieces, 2 * number, stop, onward):
                    found.append((start, -end, owner.name, owner.takes_back))
        for sign in self._signs.keys() & set("".join(pieces[::2])):
            found.extend(self._from_sign(sign, ahead))
        return found

    def _from_sign(self, sign: str, ahead: Ahead) -> Iterator[Raw]:
        text = ahead.text
        start = text.find(sign)
        while start >= 0:
            if not start or not text[start - 1].isalnum():
                for cue, owner in self._signs[sign]:
                    if end := ahead.ending(start, cue, owner.rest, open_end=owner.open_end):
                        yield start, -end, owner.name, owner.takes_back
            start = text.find(sign, start + 1)

    def _look_up(self, word: str) -> Begun | None:
        length = len(word)
        node = self._nodes.get(word)
        said = [(0, length, owner) for owner in node.grown().ends] if node is not None else []
        for letters in range(1, min(length, OPENING) + 1):
            for text, owner in self._beginnings.get(word[:letters], ()):
                if word.startswith(text):
                    said.append((0, min(length, len(text) + LONGEST_WORD), owner))
        for text, owner in self._inside:
            start = word.find(text)
            while start >= 0:
                end = start + len(text)
                if owner.open_end or end == length:
                    said.append((max(0, start - LONGEST_WORD), min(length, end + LONGEST_WORD), owner))
                start = word.find(text, start + 1)
        onward = node if node is not None and (node.following or node.loose) else None
        if not said and not onward:
            return None
        whole = [(start, end, owner.name, owner.takes_back) for start, end, owner in said if not owner.rest]
        return Begun(whole, [item for item in said if item[2].rest], onward)


def _moved(found: Iterable[Raw], folded: Folded, original: str) -> list[Raw]:
    """The same in characters of the original."""
    moved = []
    for start, end, name, takes_back in found:
        begin, stop = folded.place(original, start, -end)
        moved.append((begin, -stop, name, takes_back))
    return moved


def _longest(found: list[Raw], text: str) -> list[Hit]:
    kept: list[Hit] = []
    reach: dict[str, int] = {}
    for start, end, name, takes_back in sorted(found):
        if -end > reach.get(name, -1):
            reach[name] = -end
            if not takes_back:
                kept.append(Hit(name, start, -end, text))
    return kept
