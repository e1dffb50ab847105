"""Named lists of words and phrases: what a text may say, read from files; `sentiment.finder` looks for them.

A list is a file data/cues/NAME.txt, UTF-8, one cue a line: `word`, `two words`, `begin*`, `*end`, `*inside*`,
`slå … ihjäl` with up to three words between (the split verbs of Swedish), `vet … du … bor` as often as needed,
`(jag|vi) ska (|nog) ta …` each of the alternatives, an empty one too;
`!phrase` takes back what the list finds within that phrase, `!@other` does so for every cue of another list;
`# …` says why. Cheap to import: nothing is read before it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from sentiment.fold import fold

FOLDER = Path(__file__).parent / "data" / "cues"
ALTERNATIVES = re.compile(r"\(([^()]*\|[^()]*)\)")


class Cue(NamedTuple):
    """One cue of a list: one of each of `rest` follows after a few words; what it `takes_back` is no hit.

    A plain tuple: there are tens of thousands.
    """

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
def cues(name: str) -> tuple[Cue, ...]:
    """The cues of one list. Raises KeyError when there is no such list."""
    if name not in names():
        raise KeyError(f"no cue list is named {name!r}")
    # alternatives of two lines may say the same
    return tuple(dict.fromkeys(_read(name)))


def _read(name: str) -> Iterator[Cue]:
    for line in fold((FOLDER / f"{name}.txt").read_text("utf-8")).text.split("\n"):
        # a hashtag may be a cue: only "# " begins a remark
        entry = "" if line.startswith("# ") else line.partition(" # ")[0].strip()
        takes_back = entry.startswith("!")
        if takes_back:
            entry = entry[1:]
        if entry.startswith("@"):
            for cue in cues(entry[1:]):
                yield cue._replace(takes_back=takes_back)
        elif entry:
            # what follows may be said in any of its ways; the first part is a cue for every way of saying it
            first, *rest = entry.split(" … ") if "…" in entry else (entry,)
            follows = tuple(tuple(_alternatives(part)) for part in rest)
            for one in _alternatives(first):
                yield Cue(one.strip("*"), follows, one[0] == "*", one[-1] == "*", takes_back)


def _alternatives(part: str) -> Iterable[str]:
    """Every way to choose, once: "(a|b) c" is "a c" and "b c"."""
    if "(" not in part:
        return (part,)
    pieces = [piece.split("|") if index % 2 else (piece,) for index, piece in enumerate(ALTERNATIVES.split(part))]
    # "(få|få en) (en|) smäll" says the same twice
    return dict.fromkeys(" ".join("".join(chosen).split()) for chosen in product(*pieces))
