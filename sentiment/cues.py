"""Named lists of words and phrases: what a text may say, read from files; `sentiment.finder` looks for them.

A list is a file data/cues/NAME.txt, UTF-8, one cue a line: `word`, `two words`, `begin*`, `*end`, `*inside*`,
`slå … ihjäl` with up to three words between (the split verbs of Swedish), `vet … du … bor` as often as needed,
`(jag|vi) ska (|nog) ta …` each of the alternatives, an empty one too;
`!phrase` takes back what the list finds within that phrase, `!@other` does so for every cue of another list;
`# …` says why. Cheap to import: nothing is read before it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from sentiment.fold import fold

FOLDER = Path(__file__).parent / "data" / "cues"
ALTERNATIVES = re.compile(r"\(([^()]*\|[^()]*)\)")


class Line(NamedTuple):
    """One line of a list, its alternatives not yet spelt out: tens of thousands, of which a text meets few."""

    text: str
    rest: tuple[str, ...]
    """What follows, a part after each "…"."""
    takes_back: bool


class Cue(NamedTuple):
    """One cue of a list: one of each of `rest` follows after a few words; what it `takes_back` is no hit."""

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


def cues(name: str) -> tuple[Cue, ...]:
    """The cues of one list, a cue for every way that a line can be said. Raises KeyError as `lines` does."""
    spelt = (
        Cue(one.strip("*"), tuple(map(alternatives, line.rest)), one[0] == "*", one[-1] == "*", line.takes_back)
        for line in lines(name)
        for one in alternatives(line.text)
    )
    # alternatives of two lines may say the same
    return tuple(dict.fromkeys(spelt))


@cache
def lines(name: str) -> tuple[Line, ...]:
    """The lines of one list, folded. Raises KeyError when there is no such list."""
    if name not in names():
        raise KeyError(f"no cue list is named {name!r}")
    return tuple(_read(name))


def _read(name: str) -> Iterator[Line]:
    for line in fold((FOLDER / f"{name}.txt").read_text("utf-8")).text.split("\n"):
        # a hashtag may be a cue: only "# " begins a remark
        entry = "" if line.startswith("# ") else line.partition(" # ")[0].strip()
        takes_back = entry.startswith("!")
        if takes_back:
            entry = entry[1:]
        if entry.startswith("@"):
            for other in lines(entry[1:]):
                yield other._replace(takes_back=takes_back)
        elif entry:
            first, *rest = entry.split(" … ") if "…" in entry else (entry,)
            yield Line(first, tuple(rest), takes_back)


def alternatives(part: str) -> tuple[str, ...]:
    """Every way to choose, once: "(a|b) c" is "a c" and "b c"."""
    if "(" not in part:
        return (part,)
    pieces = [piece.split("|") if index % 2 else (piece,) for index, piece in enumerate(ALTERNATIVES.split(part))]
    # "(få|få en) (en|) smäll" says the same twice
    return tuple(dict.fromkeys(" ".join("".join(chosen).split()) for chosen in product(*pieces)))


def beginnings(text: str) -> Iterator[str]:
    """The text of a line with so many of its alternatives spelt out that its first word has none left."""
    group = ALTERNATIVES.search(text) if "(" in text else None
    if group is None or 0 < text.find(" ") < group.start():
        yield text
        return
    for choice in group[1].split("|"):
        yield from beginnings((text[: group.start()] + choice + text[group.end() :]).lstrip())
