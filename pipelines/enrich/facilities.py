"""Facilities: "biblioteket" in a text that names Hallunda is the library of Hallunda, where the place has just one.

Said in the definite form it is the one that the reader knows: that of the place named nearest to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipelines.config.schema import Place, Unit
from pipelines.enrich.nicknames import DEFINITE

NEAR = 160
"""Characters between the place and the word, to either side: a title and the sentence after it."""
WORDS: Mapping[str, re.Pattern[str]] = {
    "library": re.compile(r"bib(?<=\bbib)(?:lioteket|blan|lan|liotekarien|liotekarierna)s?\b"),
    "sports": re.compile(r"bad(?:(?<=\bbad)|(?<=\butomhusbad))(?:et|huset)s?\b|simhallen(?<=\bsimhallen)s?\b"),
}
"""What people call the facility of a place, by kind of unit. The other kinds have names of their own, or several a
place. Each begins with its letters, which are looked for faster than where a word begins."""
SHORTEST = 5
"""Letters of a place's name that the unit's must begin with."""


class Stands(NamedTuple):
    """The word for a facility stands here in the folded text, and means this unit of the place at that index."""

    start: int
    end: int
    unit: str
    place: int


class Facilities:
    """The only facility of a kind in a place, by what their names say."""

    def __init__(self, units: Iterable[Unit], places: Iterable[Place]) -> None:
        named = [(place.name, place.name.casefold()) for place in places if place.kind != "municipality"]
        found: dict[str, dict[str, list[str]]] = {}
        for unit in units:
            if unit.kind in WORDS and (place := _place_of(unit.name.casefold(), named)):
                found.setdefault(unit.kind, {}).setdefault(place, []).append(unit.id)
        self._only = {
            kind: {place: ids[0] for place, ids in by_place.items() if len(ids) == 1}
            for kind, by_place in found.items()
        }

    def find(self, folded: str, places: Sequence[tuple[str, int, int]]) -> Iterator[Stands]:
        """`places`: name, start and end of those that the text is about. Where the nearest has no facility of the
        kind, or is too far, the word means none of ours."""
        for kind, only in self._only.items():
            for word in WORDS[kind].finditer(folded):
                gaps = [
                    (max(0, word.start() - end, start - word.end()), at) for at, (_, start, end) in enumerate(places)
                ]
                gap, at = min(gaps, default=(NEAR + 1, 0))
                if gap <= NEAR and (unit := only.get(places[at][0])):
                    yield Stands(word.start(), word.end(), unit, at)


def _place_of(unit: str, places: Iterable[tuple[str, str]]) -> str | None:
    """The place that the unit's name begins with, the longest of several."""
    begins = [
        (len(stem), name)
        for name, known in places
        for ending in DEFINITE
        if known.endswith(ending)
        and len(stem := known[: len(known) - len(ending)]) >= SHORTEST
        and unit.startswith(stem)
    ]
    return max(begins)[1] if begins else None
