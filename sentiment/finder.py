"""Finds the cues of named lists in any number of texts, and tells where each stands.

It goes by words: what may begin at a word is looked up once and remembered, and most words begin nothing. Only where
something may begin is the text behind the word compared, a word at a time down a tree that grows where it is visited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sentiment.cues import Cue, cues, names
from sentiment.fold import WORD, Folded, masked_words
from sentiment.reading import Reading, pieces_of, reading_of
from sentiment.types import Span

GAP = 3
"""Words between the parts of a cue that is said in parts."""
QUOTES = frozenset("”“\"»'")
"""May stand before a word that follows: a group is joined by its name."""
LONGEST_WORD = 64
"""An open cue is shown with the word around it, but no further than this: junk may have no blanks at all."""
MOST_SEEN = 50_000
LONGEST_SEEN = 40
"""Words that are remembered: the vocabulary of a year, and no junk."""

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


class Ways(NamedTuple):
    """What may follow, by its first word, so that asking costs the same for one way and for fifty."""

    by_word: Mapping[str, tuple[str, ...]]
    beginnings: tuple[str, ...]
    """Of words that may end as they like."""


class Owner(NamedTuple):
    """The list that a cue is of, and what else it asks of a text."""

    name: str
    takes_back: bool
    open_end: bool
    rest: tuple[Ways, ...]


class Begun(NamedTuple):
    """What a word says by itself, as (start, end) within the word; and what goes on behind it."""

    whole: Sequence[tuple[int, int, Owner]]
    onward: Node | None


class Node:
    """What may stand behind some words: grows a level when it is first asked."""

    __slots__ = ("_tails", "ends", "following", "loose")

    def __init__(self) -> None:
        self._tails: list[tuple[str, str, Cue]] = []
        self.ends: list[Owner] = []
        """Cues that are complete here."""
        self.following: dict[str, Node] = {}
        """By the signs and the word that come next."""
        self.loose: list[tuple[str, Owner]] = []
        """What does not end with a whole word."""

    def add(self, tail: str, name: str, cue: Cue) -> None:
        """A cue goes on with `tail`; nothing is left of one that is complete."""
        self._tails.append((tail, name, cue))

    def grown(self) -> Node:
        """Itself, with what it knows sorted by what comes next."""
        while self._tails:
            tail, name, cue = self._tails.pop()
            word = WORD.search(tail)
            if not tail:
                self.ends.append(_owner(name, cue))
            elif word is None or (word.end() == len(tail) and cue.open_end):
                self.loose.append((tail, _owner(name, cue)))
            else:
                self.following.setdefault(tail[: word.end()], Node()).add(tail[word.end() :], name, cue)
        return self


class Finder:
    """Finds the cues of the named lists, or of all of them, in any number of texts."""

    def __init__(self, only: Iterable[str] | None = None) -> None:
        """Raises KeyError when a name is no list's."""
        self._nodes: dict[str, Node] = {}
        self._beginnings: dict[str, list[Owner]] = {}
        self._inside: list[tuple[str, Owner]] = []
        self._signs: dict[str, list[tuple[str, Owner]]] = {}
        self._seen: dict[str, Begun | None] = {}
        for name in sorted(names() if only is None else set(only)):
            for cue in cues(name):
                self._add(name, cue)
        self._longest = max(map(len, self._beginnings), default=0)

    def _add(self, name: str, cue: Cue) -> None:
        text = cue.text
        first = WORD.match(text)
        if cue.open_start:
            self._inside.append((text, _owner(name, cue)))
        elif first is None:
            self._signs.setdefault(text[0], []).append((text, _owner(name, cue)))
        elif cue.open_end and first.end() == len(text):
            self._beginnings.setdefault(text, []).append(_owner(name, cue))
        else:
            node = self._nodes.get(first[0])
            if node is None:
                node = self._nodes[first[0]] = Node()
            node.add(text[first.end() :], name, cue)

    def find(self, text: str | Reading) -> list[Hit]:
        """All hits in the order they stand; within one list the longest of those that overlap by containing."""
        reading = reading_of(text)
        found = self._scan(reading.folded.text, reading.pieces)
        if reading.folded.at is not None:
            found = _moved(found, reading.folded, reading.text)
        for variant in reading.variants:
            found += _moved(self._scan(variant.text, pieces_of(variant.text)), variant, reading.text)
        for start, end, word in masked_words(reading.folded):
            whole = begun.whole if (begun := self._look_up(word)) else ()
            masked = [(start, -end, owner.name, owner.takes_back) for _, _, owner in whole if not owner.rest]
            found += _moved(masked, reading.folded, reading.text)
        return _longest(found, reading.text)

    def _scan(self, text: str, pieces: Sequence[str]) -> list[Raw]:
        found: list[Raw] = []
        seen = self._seen
        stop = 0
        turns = iter(pieces)
        for index, (signs, word) in enumerate(zip(turns, turns, strict=False)):
            start = stop + len(signs)
            stop = start + len(word)
            try:
                begun = seen[word]
            except KeyError:
                begun = self._remembered(word)
            if begun is None:
                continue
            for first, last, owner in begun.whole:
                if end := _reach(text, start + last, owner.rest):
                    found.append((start + first, -end, owner.name, owner.takes_back))
            if begun.onward is not None:
                for end, owner in _onward(text, pieces, 2 * index + 2, stop, begun.onward):
                    found.append((start, -end, owner.name, owner.takes_back))
        if not self._signs.keys().isdisjoint(text):
            found.extend(self._from_signs(text))
        return found

    def _from_signs(self, text: str) -> Iterator[Raw]:
        for start, sign in enumerate(text):
            for cue, owner in self._signs.get(sign, ()):
                if start and text[start - 1].isalnum():
                    continue
                if end := _ending(text, start, cue, owner):
                    yield start, -end, owner.name, owner.takes_back

    def _remembered(self, word: str) -> Begun | None:
        begun = self._look_up(word)
        if len(word) <= LONGEST_SEEN:
            if len(self._seen) >= MOST_SEEN:
                self._seen.clear()
            self._seen[word] = begun
        return begun

    def _look_up(self, word: str) -> Begun | None:
        length = len(word)
        whole: list[tuple[int, int, Owner]] = []
        node = self._nodes.get(word)
        if node is not None:
            whole.extend((0, length, owner) for owner in node.grown().ends)
        for end in range(1, min(length, self._longest) + 1):
            whole.extend((0, min(length, end + LONGEST_WORD), owner) for owner in self._beginnings.get(word[:end], ()))
        for text, owner in self._inside:
            start = word.find(text)
            while start >= 0:
                end = start + len(text)
                if owner.open_end or end == length:
                    whole.append((max(0, start - LONGEST_WORD), min(length, end + LONGEST_WORD), owner))
                start = word.find(text, start + 1)
        onward = node if node is not None and (node.following or node.loose) else None
        return Begun(whole, onward) if whole or onward else None


@cache
def _ways(said: tuple[str, ...]) -> Ways:
    by_word: dict[str, tuple[str, ...]] = {}
    for way in said:
        if not way.endswith("*"):
            first = way.partition(" ")[0]
            # the longest is tried first
            by_word[first] = tuple(sorted((*by_word.get(first, ()), way), key=len, reverse=True))
    return Ways(by_word, tuple(way[:-1] for way in said if way.endswith("*")))


def _owner(name: str, cue: Cue) -> Owner:
    return Owner(name, cue.takes_back, cue.open_end, tuple(map(_ways, cue.rest)))


def _onward(text: str, pieces: Sequence[str], index: int, stop: int, node: Node | None) -> Iterator[tuple[int, Owner]]:
    """Where cues end that have begun with the words before `pieces[index]`, which stands at `stop`."""
    while node is not None:
        for tail, owner in node.loose:
            if end := _ending(text, stop, tail, owner):
                yield end, owner
        if index + 1 >= len(pieces):
            return
        behind = pieces[index] + pieces[index + 1]
        node = node.following.get(behind)
        stop, index = stop + len(behind), index + 2
        if node is not None:
            for owner in node.grown().ends:
                if end := _reach(text, stop, owner.rest):
                    yield end, owner


def _ending(text: str, start: int, said: str, owner: Owner) -> int:
    """Where a cue ends that has `said` at `start`, the word around an open end with it; 0 where it does not stand."""
    if not text.startswith(said, start):
        return 0
    end = start + len(said)
    if end < len(text) and text[end].isalnum():
        if not owner.open_end:
            return 0
        last = min(len(text), end + LONGEST_WORD)
        while end < last and text[end].isalnum():
            end += 1
    return _reach(text, end, owner.rest)


def _reach(text: str, start: int, rest: tuple[Ways, ...]) -> int:
    """Where the last of `rest` ends when one way of each follows within GAP words of the same clause; 0 otherwise."""
    for ways in rest:
        start = _follows(text, start, ways)
        if not start:
            return 0
    return start


def _follows(text: str, start: int, ways: Ways) -> int:
    if start == len(text) or text[start] != " ":
        return 0
    at = start + 1
    for _ in range(GAP + 1):
        at += text[at : at + 1] in QUOTES
        stop = _word_end(text, at)
        word = text[at:stop]
        for way in ways.by_word.get(word, ()) or ways.by_word.get(text[at : at + 1], ()):
            end = at + len(way)
            if text.startswith(way, at) and not (end < len(text) and text[end].isalnum()):
                return end
        if ways.beginnings and word.startswith(ways.beginnings):
            return stop
        if stop == at or not text.startswith(" ", stop):
            return 0
        at = stop + 1
    return 0


def _word_end(text: str, at: int) -> int:
    """Where the word that begins at `at` ends, a hyphen within it."""
    last = min(len(text), at + LONGEST_WORD)
    while at < last and (text[at].isalnum() or text[at] == "-"):
        at += 1
    return at


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
