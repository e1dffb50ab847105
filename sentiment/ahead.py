"""What stands behind a place in a folded text: whether the rest of a cue that has begun there follows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from sentiment.cues import alternatives
from sentiment.fold import WORD

GAP = 3
"""Words between the parts of a cue that is said in parts."""
LONGEST_WORD = 64
"""An open cue is shown with the word around it, but no further than this: junk may have no blanks at all."""
NEXT = re.compile(rf" [”“\"»']?((?:[^\W_]|-){{0,{LONGEST_WORD}}})")
"""The next word, a hyphen within it; a quotation mark may stand before it: a group is joined by its name."""
ONE_CHARACTER = ("", "-")
"""What the second character of a word may be where the first can be a way by itself."""


class Ways(NamedTuple):
    """What may follow, by its first word, so that asking costs the same for one way and for fifty."""

    by_word: Mapping[str, tuple[str, ...]]
    beginnings: tuple[str, ...]
    """Of words that may end as they like."""
    one_of: frozenset[str]
    """One of these words must stand in the text; none is named where anything may do."""


@cache
def ways_of(part: str) -> Ways:
    said = alternatives(part)
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


class Ahead:
    """A folded text, and which words stand behind a place in it: each place is asked about by many cues."""

    __slots__ = ("_words", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._words: dict[int, list[tuple[int, int, str]]] = {}

    def ending(self, start: int, said: str, rest: tuple[Ways, ...], *, open_end: bool) -> int:
        """Where a cue ends that has `said` at `start`, the word around an open end with it; 0 where it does not."""
        text = self.text
        if not text.startswith(said, start):
            return 0
        end = start + len(said)
        if end < len(text) and text[end].isalnum():
            if not open_end:
                return 0
            last = min(len(text), end + LONGEST_WORD)
            while end < last and text[end].isalnum():
                end += 1
        return self.reach(end, rest)

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
