"""Match: is the municipality meant, which of its places, which of its units, and how do we know?

A name that is certain counts by itself. An ambiguous one needs support: another name of ours, or a source that writes
about us only; and what speaks for another place (`elsewhere`) takes it back. A department's name is every
municipality's, so it needs support too, and "socialtjänsten i Salem" is not ours.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.config.schema import Config, Place, Unit
from pipelines.enrich.facilities import Facilities
from pipelines.enrich.names import Found, Name, Names, longest
from pipelines.query import Query, Words, ask, parse
from pipelines.types import Entry, Mention
from sentiment import Span
from sentiment.reading import Reading, reading_of

NEAR = 250
"""Characters within which counter-evidence counts: about three sentences."""
REACH = 800
"""Characters within which another name of ours supports an ambiguous one: a post, or a paragraph or two."""
ADJACENT = 5
"""Characters between a name and the one that places it: "Alby i Botkyrka", "Eriksberg, Botkyrka"."""
KNOWN_LANGUAGES = frozenset(("sv", "en", "nb", "nn", "no", "da", "fi", "und"))
"""Languages in which our ambiguous names are no words of their own: in others (Spanish "tumba") they need support."""
OF_ANOTHER = re.compile(r"\s(?:i|in|på|at)\s([A-ZÅÄÖ][\wåäöé-]+)")
BY_ANOTHER = re.compile(r"([A-ZÅÄÖ][\wåäöé-]+s)\s(?:kommuns\s)?$")


@dataclass(frozen=True, slots=True)
class Matched:
    """What of ours a text names."""

    about: bool
    places: tuple[str, ...]
    units: tuple[str, ...]
    """The most specific ones: a department is left out where one of its own units is named."""
    mentions: tuple[Mention, ...]


NOTHING = Matched(False, (), (), ())


class Matcher:
    """Finds the names of one configuration."""

    def __init__(self, config: Config) -> None:
        self._names = Names(config)
        self._places = {place.name: place for place in config.places}
        self._units = {unit.id: unit for unit in config.units}
        self._watched: tuple[tuple[Unit, Query], ...] = tuple(
            (unit, parse(unit.watch)) for unit in config.units if unit.watch
        )
        self._facilities = Facilities(config.units, config.places)
        words = (word for place in config.places for word in place.name.casefold().split())
        self._ours = tuple(dict.fromkeys((*words, "sverige", "stockholm", "sweden")))

    def match(
        self, entry: Entry, reading: Reading | None = None, *, local: bool = False, language: str = "und"
    ) -> Matched:
        """The mentions in `entry`, of whose content there may be a `reading`. `local`: its source writes about this
        municipality only."""
        content = entry.content
        reading = reading or reading_of(content)
        found = self._names.find(reading)
        filed, watched = self._filed(entry), self._watch(content)
        if not found and not filed and not watched:
            return NOTHING
        judge = _Judge(self._places, content, found, local=local or bool(filed), known=language in KNOWN_LANGUAGES)
        places = judge.places(longest(found, "place"))
        units = list(self._judge_units(judge, longest(found, "unit"), places))
        # a name that only its neighbours made certain may in turn have been waiting for a unit
        places = places or judge.places(longest(found, "place"), supported_by=[item for item, _, _ in units])
        units += self._facility(judge, reading, places, {self._units[item.name.key].kind for item, _, _ in units})
        mentions = [
            *filed,
            *watched,
            *(self._place_mention(*given) for given in places),
            *(_unit_mention(*given) for given in units),
        ]
        mentions.sort(key=lambda mention: (mention.span.start, mention.kind, mention.name))
        return Matched(
            about=bool(mentions),
            places=tuple(dict.fromkeys(mention.name for mention in mentions if mention.kind != "unit")),
            units=self._most_specific(mention.name for mention in mentions if mention.kind == "unit"),
            mentions=tuple(mentions),
        )

    def _filed(self, entry: Entry) -> list[Mention]:
        """The place under which the source itself files the entry, where it is one of ours for certain."""
        place = self._places.get((entry.place or "").removesuffix(" kommun"))
        if place is None or place.sense == "needs-support":
            return []
        return [Mention(_kind(place), place.name, Span(0, 0, ""), 0.95, f"Källan anger platsen {place.name}.")]

    def _watch(self, content: str) -> list[Mention]:
        """The units whose watch terms hold, each where the first of its terms stands."""
        if not self._watched:
            return []
        words = Words(content)
        return [
            Mention("unit", unit.id, found[0], 0.8, f"Bevakningsorden för {unit.name} stämmer: {_listed(found)}.")
            for unit, query in self._watched
            if (found := ask(query, words))
        ]

    def _judge_units(
        self, judge: _Judge, found: Sequence[Found], places: Sequence[tuple[Found, float, str]]
    ) -> Iterable[tuple[Found, float, str]]:
        certain = [item for item in found if item.name.certain]
        support = [item for item, _, _ in places] + certain
        for item in found:
            unit = self._units[item.name.key]
            if item.name.certain:
                yield item, 0.95, f"Texten nämner {unit.name}."
            elif not judge.of_another(item, self._ours) and (near := judge.support(item, support)):
                yield item, 0.8, f"Texten nämner {item.span.text} tillsammans med {near}."

    def _facility(
        self, judge: _Judge, reading: Reading, places: Sequence[tuple[Found, float, str]], named: Collection[str]
    ) -> list[tuple[Found, float, str]]:
        """What "biblioteket" means beside a place of ours; nothing where a unit of that kind is called by its name."""
        where = [(item.name.key, item.start, item.end) for item, _, _ in places]
        meant = []
        for said in self._facilities.find(reading.folded.text, where) if where else ():
            unit = self._units[said.unit]
            span = reading.folded.span(reading.text, said.start, said.end)
            item = Found(Name("unit", unit.id, span.text), said.start, said.end, span, tagged=False)
            if unit.kind not in named and not judge.of_another(item, self._ours):
                beside = places[said.place][0].span.text
                meant.append((item, 0.7, f"Texten nämner {span.text} tillsammans med {beside}."))
        return meant

    def _place_mention(self, item: Found, confidence: float, reason: str) -> Mention:
        place = self._places[item.name.key]
        return Mention(_kind(place), place.name, item.span, confidence, reason)

    def _most_specific(self, ids: Iterable[str]) -> tuple[str, ...]:
        named = tuple(dict.fromkeys(ids))
        parents = {self._units[unit].parent for unit in named}
        return tuple(unit for unit in named if unit not in parents)


def _listed(found: Sequence[Span]) -> str:
    return ", ".join(dict.fromkeys(span.text for span in found))


def _kind(place: Place) -> Literal["municipality", "place"]:
    return "municipality" if place.kind == "municipality" else "place"


def _unit_mention(item: Found, confidence: float, reason: str) -> Mention:
    return Mention("unit", item.name.key, item.span, confidence, reason)


class _Judge:
    """Weighs the names found in one text against each other."""

    def __init__(self, places: dict[str, Place], content: str, found: list[Found], *, local: bool, known: bool) -> None:
        self._places = places
        self._content = content
        self._local = local
        self._known = known
        self._elsewhere = [item for item in found if item.name.what == "elsewhere"]
        self._confusable = [item for item in found if item.name.what == "confusable"]
        self._certain = [
            item for item in found if item.name.what == "place" and places[item.name.key].sense == "certain"
        ]

    def places(self, found: Sequence[Found], supported_by: Sequence[Found] = ()) -> list[tuple[Found, float, str]]:
        """Those that count, each with its confidence and why."""
        return [(item, *verdict) for item in found if (verdict := self._place(item, supported_by))]

    def _place(self, item: Found, supported_by: Sequence[Found]) -> tuple[float, str] | None:
        place, shown = self._places[item.name.key], item.span.text
        if any(other.start <= item.start and item.end <= other.end for other in self._confusable):
            return None
        if place.sense == "certain":
            return 0.95, f"Texten nämner {shown}."
        return self._ambiguous(item, place, [*self._certain, *supported_by])

    def _ambiguous(self, item: Found, place: Place, others: Sequence[Found]) -> tuple[float, str] | None:
        shown = item.span.text
        if any(_gap(item, other) <= ADJACENT for other in others):
            return 0.95, f"Texten nämner {shown} intill ett annat namn i kommunen."
        if self._against(item):
            return None
        if near := self.support(item, others):
            return 0.9, f"Texten nämner {shown} tillsammans med {near}."
        if place.sense == "unless-elsewhere" and self._known:
            return 0.8, f"Texten nämner {shown}, och inget talar för en annan plats."
        return None

    def support(self, item: Found, others: Sequence[Found]) -> str | None:
        """What stands by `item`, in Swedish; None where nothing does."""
        for other in others:
            if other.name.key != item.name.key and _gap(item, other) <= REACH:
                return other.span.text
        return "en lokal källa" if self._local else None

    def of_another(self, item: Found, ours: tuple[str, ...]) -> bool:
        """Whether the text says whose it is, and it is not ours: "socialtjänsten i Salem", "Salems socialtjänst"."""
        after = OF_ANOTHER.match(self._content, item.span.end, item.span.end + 60)
        before = BY_ANOTHER.search(self._content[max(0, item.span.start - 40) : item.span.start])
        return any(not found[1].casefold().startswith(ours) for found in (after, before) if found)

    def _against(self, item: Found) -> bool:
        return any(other.name.key == item.name.key and _gap(item, other) <= NEAR for other in self._elsewhere)


def _gap(one: Found, other: Found) -> int:
    return max(0, other.start - one.end, one.start - other.end)
