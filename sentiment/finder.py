"""Finds the cues of named lists in any number of texts, and tells where each stands.

It goes by words: what may begin at a word is looked up once and remembered, and most words begin nothing. Only where
something may begin is the text behind the word compared, a word at a time down a tree that grows where it is visited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sentiment.ahead import LONGEST_WORD, Ahead, Ways, ways_of
from sentiment.cues import Line, alternatives, beginnings, lines, names
from sentiment.fold import WORD, Folded, masked_words, pieces_of
from sentiment.memo import Memo
from sentiment.reading import Reading, reading_of
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


class Owner(NamedTuple):
    """The list that a cue is of, and what else it asks of a text."""

    name: str
    takes_back: bool
    open_end: bool
    rest: tuple[Ways, ...]


Tail = tuple[str, Owner]
"""What is left of a cue, or nothing of one that is complete."""


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

    __slots__ = ("_lines", "_tails", "ends", "following", "loose")

    def __init__(self, tails: Sequence[Tail] = ()) -> None:
        self._lines: list[tuple[int, str, str, Line]] = []
        self._tails = tails
        self.ends: Sequence[Owner] = ()
        """Cues that are complete here."""
        self.following: dict[str, Node | list[Tail]] = {}
        """What goes on, by the signs and the word that come next; a node where they have been met."""
        self.loose: Mapping[str, Sequence[Tail]] = {}
        """What does not end with a whole word, by the first two characters of it."""

    def await_line(self, begun: int, text: str, name: str, line: Line) -> None:
        """A line of a list has begun with the first `begun` characters of `text`; it is spelt out when it is met."""
        self._lines.append((begun, text, name, line))

    def grown(self) -> Node:
        """Itself, with what it knows sorted by what comes next."""
        if not self._lines and not self._tails:
            return self
        tails = list(self._tails)
        for begun, text, name, line in self._lines:
            closed = Owner(name, line.takes_back, False, tuple(map(ways_of, line.rest)))
            for said in alternatives(text):
                opens = said[-1] == "*"
                tails.append((said[begun:-1], closed._replace(open_end=True)) if opens else (said[begun:], closed))
        following: dict[str, list[Tail]] = {}
        loose: dict[str, list[Tail]] = {}
        for tail, owner in tails:
            word = WORD.search(tail)
            end = word.end() if word else 0
            if not end or (owner.open_end and end == len(tail)):
                loose.setdefault(tail[:2], []).append((tail, owner))
            elif (key := tail[:end]) in following:
                following[key].append((tail[end:], owner))
            else:
                following[key] = [(tail[end:], owner)]
        # in this order, so that a second thread meets it as it was, or whole
        self.ends, self.following, self.loose = [owner for _, owner in loose.pop("", ())], {**following}, loose
        self._lines, self._tails = [], ()
        return self

    def next(self, behind: str) -> Node | None:
        """What goes on behind these signs and this word."""
        found = self.following.get(behind)
        if isinstance(found, list):
            found = self.following[behind] = Node(found)
        return found.grown() if found is not None else None


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
        first = WORD.match(text)
        if first is None:
            # it begins with a star or a sign, as few do
            for said in alternatives(text):
                cue, owner = said.strip("*"), _owner(name, line, said)
                if said[0] == "*":
                    self._inside.append((cue, owner))
                else:
                    self._signs.setdefault(cue[0], []).append((cue, owner))
        elif text[first.end() :] == "*":
            self._beginnings.setdefault(text[:-1][:OPENING], []).append((text[:-1], _owner(name, line, text)))
        else:
            node = self._nodes.get(first[0])
            if node is None:
                node = self._nodes[first[0]] = Node()
            node.await_line(first.end(), text, name, line)

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
                for end, owner in _onward(ahead, pieces, 2 * number, stop, onward):
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


def _owner(name: str, line: Line, said: str) -> Owner:
    return Owner(name, line.takes_back, said[-1] == "*", tuple(map(ways_of, line.rest)))


def _onward(
    ahead: Ahead, pieces: Sequence[str], index: int, stop: int, node: Node | None
) -> Sequence[tuple[int, Owner]]:
    """Where cues end that have begun with the words before `pieces[index]`, which stands at `stop`."""
    found: list[tuple[int, Owner]] = []
    while node is not None:
        if node.loose:
            begins = ahead.text[stop : stop + 2]
            for tail, owner in (*node.loose.get(begins, ()), *node.loose.get(begins[:1], ())):
                if end := ahead.ending(stop, tail, owner.rest, open_end=owner.open_end):
                    found.append((end, owner))
        if index + 1 >= len(pieces):
            break
        behind = pieces[index] + pieces[index + 1]
        node = node.next(behind)
        stop, index = stop + len(behind), index + 2
        if node is not None:
            for owner in node.ends:
                if end := ahead.reach(stop, owner.rest):
                    found.append((end, owner))
    return found


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
