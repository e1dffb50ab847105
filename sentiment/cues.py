"""Named lists of words and phrases, found in a text in one pass, with the place where each stands.

A list is a file data/cues/NAME.txt, UTF-8, one cue a line: `word`, `two words`, `begin*`, `*end`, `*inside*`,
`slå … ihjäl` with up to three words between (the split verbs of Swedish);
`!phrase` takes back what the list finds within that phrase, `!@other` does so for every cue of another list;
`# …` says why. Cheap to import: nothing is read before it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import ahocorasick

from sentiment.fold import fold, masked_words, variants
from sentiment.types import Span

FOLDER = Path(__file__).parent / "data" / "cues"
GAP = 3
GAP_LETTERS = 60
"""So far a split cue may reach: three words as long as Swedish compounds are, and a bound on the work for junk."""
LONGEST_WORD = 64
"""An open cue is shown with the word around it, but no further than this: junk may have no blanks at all."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue stands in a text: the name of its list, and where."""

    cue: str
    span: Span


@dataclass(frozen=True, slots=True)
class Cue:
    """One line of a list: `rest` follows `text` after at most GAP words; what it `takes_back` is no hit."""

    text: str
    rest: str
    open_start: bool
    open_end: bool
    takes_back: bool


@cache
def names() -> frozenset[str]:
    """The names of all cue lists."""
    return frozenset(path.stem for path in FOLDER.glob("*.txt"))


@cache
def cues(name: str) -> tuple[Cue, ...]:
    """The cues of one list. Raises KeyError when there is no such list."""
    if name not in names():
        raise KeyError(f"no cue list is named {name!r}")
    return tuple(_read(name))


def _read(name: str) -> Iterator[Cue]:
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        # a hashtag may be a cue: only "# " begins a remark
        entry = "" if line.startswith("# ") else line.partition(" # ")[0].strip()
        takes_back = entry.startswith("!")
        entry = entry.removeprefix("!")
        if entry.startswith("@"):
            for cue in cues(entry[1:]):
                yield replace(cue, takes_back=takes_back)
        elif entry:
            first, _, rest = fold(entry).text.partition(" … ")
            yield Cue(first.strip("*"), rest, first.startswith("*"), first.endswith("*"), takes_back)


class Finder:
    """Finds the cues of the named lists, or of all of them, in any number of texts."""

    def __init__(self, only: Iterable[str] | None = None) -> None:
        """Raises KeyError when a name is no list's."""
        self._automaton = ahocorasick.Automaton()
        lists: dict[str, list[tuple[str, Cue]]] = {}
        for name in sorted(names() if only is None else set(only)):
            for cue in cues(name):
                lists.setdefault(cue.text, []).append((name, cue))
        for text, owners in lists.items():
            self._automaton.add_word(text, (len(text), tuple(owners)))
        self._automaton.make_automaton()
        self._empty = not lists

    def find(self, text: str) -> tuple[Hit, ...]:
        """All hits in the order they stand; within one list the longest of those that overlap by containing."""
        if self._empty or not text:
            return ()
        found: dict[tuple[str, int, int], bool] = {}
        folded = fold(text)
        for variant in variants(folded):
            for start, end, name, takes_back in self._scan(variant.text):
                span = variant.span(text, start, end)
                found.setdefault((name, span.start, span.end), takes_back)
        for start, end, word in masked_words(folded):
            for name, takes_back in self._whole(word):
                span = folded.span(text, start, end)
                found.setdefault((name, span.start, span.end), takes_back)
        return tuple(Hit(name, Span(start, end, text[start:end])) for name, start, end in _longest(found))

    def _scan(self, text: str) -> Iterator[tuple[int, int, str, bool]]:
        for last, (length, owners) in self._automaton.iter(text):
            start, end = last + 1 - length, last + 1
            opens = start == 0 or not text[start - 1].isalnum()
            closes = end == len(text) or not text[end].isalnum()
            for name, cue in owners:
                if not (opens or cue.open_start) or not (closes or cue.open_end):
                    continue
                begin, stop = (start, end) if opens and closes else _word(text, start, end)
                if cue.rest:
                    stop = _reach(text, stop, cue.rest)
                if stop:
                    yield begin, stop, name, cue.takes_back

    def _whole(self, word: str) -> Iterator[tuple[str, bool]]:
        for start, end, name, takes_back in self._scan(word):
            if start == 0 and end == len(word):
                yield name, takes_back


def _word(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = max(0, start - LONGEST_WORD), min(len(text), end + LONGEST_WORD)
    while start > first and text[start - 1].isalnum():
        start -= 1
    while end < last and text[end].isalnum():
        end += 1
    return start, end


def _reach(text: str, start: int, rest: str) -> int:
    """Where `rest` ends when it follows within GAP words of the same clause; 0 when it does not."""
    words = text[start : start + GAP_LETTERS].split(" ", GAP + 1)
    if words[0]:
        return 0
    at = start
    for word in words[1:]:
        at += 1
        end = at + len(rest)
        if text.startswith(rest, at) and (end == len(text) or not text[end].isalnum()):
            return end
        if not word.replace("-", "").isalnum():
            return 0
        at += len(word)
    return 0


def _longest(found: dict[tuple[str, int, int], bool]) -> list[tuple[str, int, int]]:
    kept: list[tuple[str, int, int]] = []
    reach: dict[str, int] = {}
    for name, start, end in sorted(found, key=lambda key: (key[1], -key[2], key[0])):
        if end > reach.get(name, -1):
            reach[name] = end
            if not found[name, start, end]:
                kept.append((name, start, end))
    return kept
