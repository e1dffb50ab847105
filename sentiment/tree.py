"""What may stand behind a word that begins a cue: a tree of signs and words that grows where a text has been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sentiment.ahead import Ahead, Ways, ways_of
from sentiment.cues import Line, alternatives
from sentiment.fold import WORD


class Owner(NamedTuple):
    """The list that a cue is of, and what else it asks of a text."""

    name: str
    takes_back: bool
    open_end: bool
    rest: tuple[Ways, ...]


Tail = tuple[str, Owner]
"""What is left of a cue, or nothing of one that is complete."""


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


def owner_of(name: str, line: Line, said: str) -> Owner:
    """The owner of one way that a line can be said."""
    return Owner(name, line.takes_back, said[-1] == "*", tuple(map(ways_of, line.rest)))


def endings(
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
