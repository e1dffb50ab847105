"""Follow: is this the next day's news of the same event? Told by rare words, names and numbers that two texts share.

Precision before recall: what is wrongly taken for old news hides an alert. Two events of a kind in one part of town
share its name and the words of their kind; those are left out (`everyday.sv.txt`), and so is whatever many texts have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.enrich.prints import Print, terms
from pipelines.telling import Sighting

KEY = "w:"
DOTLESS = str.maketrans("åäö", "aao")
FOLLOWS_WITHIN_DAYS = 5
RARE_MOST = 20
"""Entries of the last days that may have a word which still singles out an event."""
FEWEST_TERMS = 3
NEEDED = 3.25
"""Weight that must be shared where both texts name the same unit or part of town, and"""
NEEDED_UNNAMED = 5.0
"""where none is named."""
SHARE = 0.25
"""Of the poorer text's weight, so that two long texts do not meet by what they mention in passing."""
STREET = re.compile(r"(?:gata|väg|stig|torg|gränd|led)(?:en|et|s|n)?$")
"""Where things happen again and again: a street singles out no event."""
LONG_WORD = 8
"""Letters from which a Swedish word is mostly a compound, and rare by that."""


def follow_keys(of: Sighting, text: Print) -> tuple[str, ...]:
    """Keys that a text and its follow-up share several of, one for each of its terms."""
    return tuple(f"{KEY}{term}" for term in terms(of.entry.title, text))


@dataclass(frozen=True, slots=True)
class Told:
    """One of two texts that may tell of one event."""

    sighting: Sighting
    terms: Sequence[str]
    names: frozenset[str]


def follows(new: Told, old: Told, rare: Callable[[str], bool]) -> tuple[str, ...]:
    """The words by which `new` continues `old`, the weightiest first; none where it does not."""
    named, before = new.sighting.named, old.sighting.named
    if abs((new.sighting.at - old.sighting.at).days) >= FOLLOWS_WITHIN_DAYS or (
        named and before and not named & before
    ):
        return ()
    ours = tuple(_parts(named | before))
    here, there = (
        {term: _weight(term, told.names) for term in told.terms if rare(term) and not _is_part(term, ours)}
        for told in (new, old)
    )
    shared = sorted((term for term in here if term in there), key=lambda term: (-here[term], term))
    weight = sum(here[term] for term in shared)
    needed = NEEDED if named & before else NEEDED_UNNAMED
    share = weight / max(min(sum(here.values()), sum(there.values())), 1.0)
    return tuple(shared) if len(shared) >= FEWEST_TERMS and weight >= needed and share >= SHARE else ()


def _weight(term: str, names: frozenset[str]) -> float:
    if term in names:
        return 0.75 if STREET.search(term) else 1.5
    return 1.0 if len(term) >= LONG_WORD or term[0].isdigit() else 0.75


def _parts(named: Iterable[str]) -> Iterator[str]:
    """The words of names; units come by their ids, which have no dots."""
    for name in named:
        yield from name.lower().translate(DOTLESS).replace("-", " ").split()


def _is_part(term: str, names: tuple[str, ...]) -> bool:
    """Whether the term is the place or unit itself, which every text about it has."""
    plain = term.translate(DOTLESS)
    return any(name.startswith(plain) for name in names)
