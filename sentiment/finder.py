"""Finds the cues of named lists in any number of texts, and tells where each stands.

It goes by words: what may begin at a word is looked up once and remembered, and most words begin nothing. Only where
something may begin is the text behind the word compared, a word at a time down a tree that grows where it is visited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sentiment.cues import Cue, cues, names
from sentiment.fold import WORD, Folded, masked_words, pieces_of
from sentiment.memo import Memo
from sentiment.reading import Reading, reading_of
from sentiment.types import Span

GAP = 3
"""Words between the parts of a cue that is said in parts."""
LONGEST_WORD = 64
"""An open cue is shown with the word around it, but no further than this: junk may have no blanks at all."""
NEXT = re.compile(rf" [”“\"»']?((?:[^\W_]|-){{0,{LONGEST_WORD}}})")
"""The next word, a hyphen within it; a quotation mark may stand before it: a group is joined by its name."""
ONE_CHARACTER = ("", "-")
"""What the second character of a word may be where the first can be a way by itself."""

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
    one_of: frozenset[str]
    """One of these words must stand in the text; none is named where anything may do."""


class Owner(NamedTuple):
    """The list that a cue is of, and what else it asks of a text."""

    name: str
    takes_back: bool
    open_end: bool
    rest: tuple[Ways, ...]


class Begun(NamedTuple):
    """What a word says or begins; places are counted within the word."""

    whole: Sequence[tuple[int, int, str, bool]]
    """What it says by itself: start, end, name of the list, whether it takes back."""
    parted: Sequence[tuple[int, int, Owner]]
    """What it says where more follows."""
    onward: Node | None
    """What goes on right behind it."""


class Node:
    """What may stand behind some words: grows a level when it is first asked."""

    __slots__ = ("_tails", "ends", "following", "loose")

    def __init__(self) -> None:
        self._tails: list[tuple[str, str, Cue]] = []
        self.ends: list[Owner] = []
        """Cues that are complete here."""
        self.following: dict[str, Node] = {}
        """By the signs and the word that come next."""
        self.loose: dict[str, list[tuple[str, Owner]]] = {}
        """What does not end with a whole word, by the first two characters of it."""

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
                self.loose.setdefault(tail[:2], []).append((tail, _owner(name, cue)))
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
        self._seen = Memo(self._look_up)
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
            if begun := self._look_up(word):
                masked = [(start, -end, name, takes_back) for _, _, name, takes_back in begun.whole]
                found += _moved(masked, reading.folded, reading.text)
        return _longest(found, reading.text)

    def _scan(self, text: str, pieces: Sequence[str]) -> list[Raw]:
        found: list[Raw] = []
        ahead = _Ahead(text)
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
            if begun.onward is not None:
                for end, owner in _onward(ahead, pieces, 2 * number, stop, begun.onward):
                    found.append((start, -end, owner.name, owner.takes_back))
        for sign in self._signs.keys() & set("".join(pieces[::2])):
            found.extend(self._from_sign(sign, ahead))
        return found

    def _from_sign(self, sign: str, ahead: _Ahead) -> Iterator[Raw]:
        text = ahead.text
        start = text.find(sign)
        while start >= 0:
            if not start or not text[start - 1].isalnum():
                for cue, owner in self._signs[sign]:
                    if end := ahead.ending(start, cue, owner):
                        yield start, -end, owner.name, owner.takes_back
            start = text.find(sign, start + 1)

    def _look_up(self, word: str) -> Begun | None:
        length = len(word)
        said: list[tuple[int, int, Owner]] = []
        node = self._nodes.get(word)
        if node is not None:
            said.extend((0, length, owner) for owner in node.grown().ends)
        for end in range(1, min(length, self._longest) + 1):
            said.extend((0, min(length, end + LONGEST_WORD), owner) for owner in self._beginnings.get(word[:end], ()))
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


@cache
def _ways(said: tuple[str, ...]) -> Ways:
    by_word: dict[str, tuple[str, ...]] = {}
    for way in said:
        if not way.endswith("*"):
            first = way.partition(" ")[0]
            # the longest is tried first
            by_word[first] = tuple(sorted((*by_word.get(first, ()), way), key=len, reverse=True))
    firsts = [WORD.match(word) for word in by_word]
    beginnings = tuple(way[:-1] for way in said if way.endswith("*"))
    anything = beginnings or None in firsts
    return Ways(by_word, beginnings, frozenset() if anything else frozenset(found[0] for found in firsts if found))


def _owner(name: str, cue: Cue) -> Owner:
    return Owner(name, cue.takes_back, cue.open_end, tuple(map(_ways, cue.rest)))


def _onward(
    ahead: _Ahead, pieces: Sequence[str], index: int, stop: int, node: Node | None
) -> Sequence[tuple[int, Owner]]:
    """Where cues end that have begun with the words before `pieces[index]`, which stands at `stop`."""
    found: list[tuple[int, Owner]] = []
    while node is not None:
        if node.loose:
            begins = ahead.text[stop : stop + 2]
            for tail, owner in (*node.loose.get(begins, ()), *node.loose.get(begins[:1], ())):
                if end := ahead.ending(stop, tail, owner):
                    found.append((end, owner))
        if index + 1 >= len(pieces):
            break
        behind = pieces[index] + pieces[index + 1]
        node = node.following.get(behind)
        stop, index = stop + len(behind), index + 2
        if node is not None:
            for owner in node.grown().ends:
                if end := ahead.reach(stop, owner.rest):
                    found.append((end, owner))
    return found


class _Ahead:
    """A folded text, and which words stand behind a place in it: each place is asked about by many cues."""

    __slots__ = ("_words", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._words: dict[int, list[tuple[int, int, str]]] = {}

    def ending(self, start: int, said: str, owner: Owner) -> int:
        """Where a cue ends that has `said` at `start`, the word around an open end with it; 0 where it does not."""
        text = self.text
        if not text.startswith(said, start):
            return 0
        end = start + len(said)
        if end < len(text) and text[end].isalnum():
            if not owner.open_end:
                return 0
            last = min(len(text), end + LONGEST_WORD)
            while end < last and text[end].isalnum():
                end += 1
        return self.reach(end, owner.rest)

    def reach(self, start: int, rest: tuple[Ways, ...]) -> int:
        """Where the last of `rest` ends when one way of each follows within GAP words of the same clause, or 0."""
        for ways in rest:
            start = self._follows(start, ways)
            if not start:
                return 0
        return start

    def _follows(self, start: int, ways: Ways) -> int:
        words = self._words.get(start)
        if words is None:
            words = self._words[start] = self._behind(start)
        text, by_word, beginnings = self.text, ways.by_word, ways.beginnings
        for at, stop, word in words:
            said = by_word.get(word)
            if said is None and word[1:2] in ONE_CHARACTER:
                said = by_word.get(text[at : at + 1])
            for way in said or ():
                end = at + len(way)
                if text.startswith(way, at) and not (end < len(text) and text[end].isalnum()):
                    return end
            if beginnings and word.startswith(beginnings):
                return stop
        return 0

    def _behind(self, start: int) -> list[tuple[int, int, str]]:
        """Start, end and text of the GAP words behind `start` and one more, as far as only blanks part them."""
        words: list[tuple[int, int, str]] = []
        while len(words) <= GAP and (found := NEXT.match(self.text, start)):
            at, start = found.span(1)
            words.append((at, start, found[1]))
            if at == start:
                break
        return words


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
