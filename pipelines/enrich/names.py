"""The names that the configuration gives, in every form people write them, as one automaton; and where they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import ahocorasick

from pipelines.config.schema import Config, Place, Unit
from pipelines.enrich.nicknames import at_school, short_forms
from sentiment import Span
from sentiment.fold import fold
from sentiment.reading import Reading, reading_of

What = Literal["place", "unit", "elsewhere", "confusable"]

SHORTEST_PLAIN = 6
"""Letters a name must have to be known without its dots and accents too: "Varsta" yes, "Nas" for "Näs" no."""
SHORTEST_COMPOUND = 4
"""Letters a place must have to be known as the first part of a compound."""
SHORTEST_IN_TAG = 6
"""Letters a name must have to be known anywhere inside a hashtag or an @-name."""
GENITIVE = frozenset(("", "s"))
ABROAD = frozenset(("n", "ssa", "sta", "an"))
"""Finnish endings: many who live here write it ("Hallundan kirjasto", "Botkyrkassa")."""
INFLECTED = frozenset(
    ("", "s", "n", "ns", "t", "ts", "en", "ens", "et", "ets", "ar", "arna", "arnas", "er", "erna", "ernas", "na", "nas")
)
"""Endings of what a department does: "snöröjning(en)", "äldreboende(t)"."""
LONGEST = 100_000
"""Characters of a text that are read for names, and"""
MOST = 200
"""names that are taken from it: a list of all our units is shorter; junk may be of any length."""
SECOND_PART = re.compile(
    "bo(?:n|s|r|rs|rna|rnas|ende)?$|badet|backen|barn|bibliotek|bilen|bladet|buss|centrum|delen|elev|familj|festival"
    "|flick|fält|förening|förort|gruppen|gymnasi|gård|gäng|hall|hem|hus|idrott|industri|kids|kille|kommun|krog|kyrk|kör"
    "|lag|led|liv|mamm|mark|moské|områd|ort|papp|park|pendeln|pojk|polis|politik|profil|projekt|rapp|restaurang|sidan"
    "|simhall|sjö|skog|skol|slakt|son|spelare|station|strand|tant|tjej|torg|trakten|ung|varan|verk|vän|väg|åsen|äldre|över"
)
"""How the second part of a compound with a place name begins: general Swedish, so that "Vårsta" is not found in
"vårstart" nor "Alby" in "albyl"."""


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of one name. `only_tag`: written without its blanks, it counts in a hashtag or @-name only.
    `certain`: for a unit, that the name needs no support. `short`: a school's name for short, see `nicknames`."""

    what: What
    key: str
    """The place's name or the unit's id."""
    text: str
    only_tag: bool = False
    inflects: bool = False
    certain: bool = True
    short: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A name stands in a text; `start` and `end` count in the folded text, the span in the original."""

    name: Name
    start: int
    end: int
    span: Span
    tagged: bool


class Names:
    """Finds every name of a configuration in a text, in one pass."""

    def __init__(self, config: Config) -> None:
        automaton = ahocorasick.Automaton()
        spellings: dict[str, dict[tuple[str, str], Name]] = {}
        for name in _of_config(config):
            spellings.setdefault(name.text, {}).setdefault((name.what, name.key), name)
        for text, names in spellings.items():
            automaton.add_word(text, (len(text), tuple(names.values())))
        automaton.make_automaton()
        self._automaton = automaton

    def find(self, given: str | Reading) -> list[Found]:
        """The names in a text, in the order they end."""
        reading = reading_of(given).cut(LONGEST)
        text, folded = reading.text, reading.folded
        plain = folded.text
        found: list[Found] = []
        for last, (length, names) in self._automaton.iter(plain):
            start, end = last + 1 - length, last + 1
            word_start, word_end = _word(plain, start, end)
            tagged = word_start > 0 and plain[word_start - 1] in "#@"
            before, after = plain[word_start:start], plain[end:word_end]
            for name in names:
                if name.short and not (not tagged and at_school(plain, word_start, word_end)):
                    continue
                if _counts(name, before, after, tagged):
                    # a compound or an inflected form is shown whole
                    found.append(Found(name, start, end, folded.span(text, start, word_end), tagged))
            if len(found) >= MOST:
                break
        return found


LONGEST_WORD = 40
"""A word is looked at this far to either side: junk may have no blanks at all."""


def _word(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = max(0, start - LONGEST_WORD), min(len(text), end + LONGEST_WORD)
    while start > first and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    while end < last and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return start, end


def _counts(name: Name, before: str, after: str, tagged: bool) -> bool:
    """Whether a name means itself with these letters before and after it in the same word."""
    if tagged and len(name.text) >= SHORTEST_IN_TAG and name.what in ("place", "unit"):
        return True
    if name.only_tag or before:
        return False
    if after in (INFLECTED if name.inflects else GENITIVE):
        return True
    return name.what == "place" and _is_second_part(after, len(name.text))


def _is_second_part(after: str, letters: int) -> bool:
    """Whether `after` makes a compound, or a Finnish case, of a place name of so many letters."""
    return (letters >= SHORTEST_COMPOUND and SECOND_PART.match(after) is not None) or (
        letters >= SHORTEST_IN_TAG and after in ABROAD
    )


def _of_config(config: Config) -> Iterator[Name]:
    for place in config.places:
        yield from _of_place(place)
    for unit in config.units:
        yield from _of_unit(unit)
        for text in dict.fromkeys(short_forms(unit, config.places)):
            for form in dict.fromkeys((text, without_marks(text))):
                yield Name("unit", unit.id, form, short=True)


def _of_place(place: Place) -> Iterator[Name]:
    for text in (place.name, *place.forms):
        yield from _spellings("place", place.name, text.lstrip("#@"))
    for text in place.elsewhere:
        yield Name("elsewhere", place.name, fold(text).text)
    for text in place.not_to_confuse:
        yield Name("confusable", place.name, fold(text).text)


def _of_unit(unit: Unit) -> Iterator[Name]:
    for text in dict.fromkeys((*unit.certain, unit.name, *unit.names)):
        inflects = unit.needs_support and len(text) >= SHORTEST_PLAIN
        certain = not unit.needs_support or text in unit.certain
        yield from _spellings("unit", unit.id, text, inflects=inflects, certain=certain)


def _spellings(what: What, key: str, text: str, *, inflects: bool = False, certain: bool = True) -> Iterator[Name]:
    whole = fold(text).text
    forms: list[str] = [whole]
    if " " in whole or "-" in whole:
        forms += [whole.replace(" ", "-"), whole.replace("-", " "), whole.replace("- ", " ")]
    for form in dict.fromkeys(forms):
        yield Name(what, key, form, inflects=inflects, certain=certain)
        plain = without_marks(form)
        if plain != form and len(form) >= SHORTEST_PLAIN:
            yield Name(what, key, plain, inflects=inflects, certain=certain)
    joined = "".join(letter for letter in whole if letter.isalnum())
    for form in dict.fromkeys((joined, without_marks(joined))):
        if form != whole:
            yield Name(what, key, form, only_tag=True, certain=certain)


def without_marks(text: str) -> str:
    """Letters without dots, rings and accents: "Grödinge" as a keyboard without ö writes it."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def longest(found: Iterable[Found], what: What) -> list[Found]:
    """Those of one sort that lie within no longer one of the same sort."""
    kept: list[Found] = []
    for item in sorted((item for item in found if item.name.what == what), key=lambda item: (item.start, -item.end)):
        if not kept or item.end > kept[-1].end or item.start >= kept[-1].end or _same(kept[-1], item):
            kept.append(item)
    return kept


def _same(one: Found, other: Found) -> bool:
    """Two units may bear one name."""
    return (one.start, one.end) == (other.start, other.end)
