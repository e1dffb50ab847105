"""Named lists of words and phrases, found in a text in one pass, with the place where each stands.

A list is a file data/cues/NAME.txt, UTF-8, one cue a line: `word`, `two words`, `begin*`, `*end`, `*inside*`,
`slå … ihjäl` with up to three words between (the split verbs of Swedish), `vet … du … bor` as often as needed,
`(jag|vi) ska (|nog) ta …` each of the alternatives, an empty one too;
`!phrase` takes back what the list finds within that phrase, `!@other` does so for every cue of another list;
`# …` says why. Cheap to import: nothing is read before it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

import ahocorasick

from sentiment.fold import Folded, fold, masked_words, variants
from sentiment.types import Span

FOLDER = Path(__file__).parent / "data" / "cues"
GAP = 3
ALTERNATIVES = re.compile(r"\(([^()]*\|[^()]*)\)")
QUOTES = frozenset("”“\"»'")
"""May stand before a word that follows: a group is joined by its name."""
LONGEST_WORD = 64
"""An open cue is shown with the word around it, but no further than this: junk may have no blanks at all."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue stands in a text: the name of its list, and where."""

    cue: str
    span: Span


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of a list: one of each of `rest` follows after at most GAP words; what it `takes_back` is no hit."""

    text: str
    rest: tuple[tuple[str, ...], ...]
    open_start: bool
    open_end: bool
    takes_back: bool


@cache
def names() -> frozenset[str]:
    """The names of all cue lists."""
    return frozenset(path.stem for path in FOLDER.glob("*.txt"))


@cache
def is_empty(name: str) -> bool:
    """Whether a list holds nothing but remarks; told without reading its cues, which takes a hundred times longer."""
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return all(line.startswith("# ") or not line.strip() for line in lines)


@cache
def cues(name: str) -> tuple[Cue, ...]:
    """The cues of one list. Raises KeyError when there is no such list."""
    if name not in names():
        raise KeyError(f"no cue list is named {name!r}")
    # alternatives of two lines may say the same
    return tuple(dict.fromkeys(_read(name)))


def _read(name: str) -> Iterator[Cue]:
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        # a hashtag may be a cue: only "# " begins a remark
        entry = "" if line.startswith("# ") else line.partition(" # ")[0].strip()
        takes_back = entry.startswith("!")
        entry = entry.removeprefix("!")
        if entry.startswith("@"):
            for cue in cues(entry[1:]):
                yield replace(cue, takes_back=takes_back)
        elif "(" in entry:
            yield from _spelt_out(entry, takes_back)
        elif entry:
            first, *rest = fold(entry).text.split(" … ")
            yield _cue(first, tuple((part,) for part in rest), takes_back)


def _spelt_out(entry: str, takes_back: bool) -> Iterator[Cue]:
    """A cue for every way that the first part can be said; what follows it may be said in any of its ways."""
    first, *rest = (tuple(_alternatives(part)) for part in fold(entry).text.split(" … "))
    return (_cue(one, tuple(rest), takes_back) for one in first)


def _alternatives(part: str) -> Iterable[str]:
    """Every way to choose, once: "(a|b) c" is "a c" and "b c"."""
    pieces = [piece.split("|") if index % 2 else (piece,) for index, piece in enumerate(ALTERNATIVES.split(part))]
    # "(få|få en) (en|) smäll" says the same twice
    return dict.fromkeys(" ".join("".join(chosen).split()) for chosen in product(*pieces))


def _cue(first: str, rest: tuple[tuple[str, ...], ...], takes_back: bool) -> Cue:
    return Cue(first.strip("*"), rest, first.startswith("*"), first.endswith("*"), takes_back)


class Finder:
    """Finds the cues of the named lists, or of all of them, in any number of texts."""

    def __init__(self, only: Iterable[str] | None = None) -> None:
        """Raises KeyError when a name is no list's."""
        self._automaton = ahocorasick.Automaton()
        lists: dict[str, list[tuple[str, Cue, tuple[Ways, ...]]]] = {}
        for name in sorted(names() if only is None else set(only)):
            for cue in cues(name):
                lists.setdefault(cue.text, []).append((name, cue, tuple(map(_ways, cue.rest))))
        for text, owners in lists.items():
            self._automaton.add_word(text, (len(text), tuple(owners)))
        self._automaton.make_automaton()
        self._empty = not lists

    def find(self, text: str) -> tuple[Hit, ...]:
        """All hits in the order they stand; within one list the longest of those that overlap by containing."""
        if self._empty or not text:
            return ()
        found: dict[tuple[str, int, int], bool] = {}
        folded, readings = _readings(text)
        for variant in readings:
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
            for name, cue, rest in owners:
                if not (opens or cue.open_start) or not (closes or cue.open_end):
                    continue
                begin, stop = (start, end) if opens and closes else _word(text, start, end)
                if rest:
                    stop = _reach(text, stop, rest)
                if stop:
                    yield begin, stop, name, cue.takes_back

    def _whole(self, word: str) -> Iterator[tuple[str, bool]]:
        for start, end, name, takes_back in self._scan(word):
            if start == 0 and end == len(word):
                yield name, takes_back


@lru_cache(maxsize=8)
def _readings(text: str) -> tuple[Folded, tuple[Folded, ...]]:
    """A text folded, and all that it may be read as. Kept, for several finders ask of the same text in turn."""
    folded = fold(text)
    return folded, tuple(variants(folded))


def _word(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = max(0, start - LONGEST_WORD), min(len(text), end + LONGEST_WORD)
    while start > first and text[start - 1].isalnum():
        start -= 1
    while end < last and text[end].isalnum():
        end += 1
    return start, end


@dataclass(frozen=True, slots=True)
class Ways:
    """What may follow, by its first word, so that asking costs the same for one way and for fifty."""

    by_word: Mapping[str, tuple[str, ...]]
    beginnings: tuple[str, ...]
    """Of words that may end as they like."""


@cache
def _ways(said: tuple[str, ...]) -> Ways:
    by_word: dict[str, tuple[str, ...]] = {}
    for way in said:
        if not way.endswith("*"):
            first = way.partition(" ")[0]
            # the longest is tried first
            by_word[first] = tuple(sorted((*by_word.get(first, ()), way), key=len, reverse=True))
    return Ways(by_word, tuple(way[:-1] for way in said if way.endswith("*")))


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


def _longest(found: dict[tuple[str, int, int], bool]) -> list[tuple[str, int, int]]:
    kept: list[tuple[str, int, int]] = []
    reach: dict[str, int] = {}
    for name, start, end in sorted(found, key=lambda key: (key[1], -key[2], key[0])):
        if end > reach.get(name, -1):
            reach[name] = end
            if not found[name, start, end]:
                kept.append((name, start, end))
    return kept
