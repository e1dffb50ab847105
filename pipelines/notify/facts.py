"""Whether a route holds, and if not, which of its keys stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.config.schema import Config, Match
from pipelines.types import SEVERITIES, Assessment, Flag, Item, Kind


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a route may ask about an item."""

    assessment: Assessment
    kind: Kind
    own: bool = False
    spread: int = 1


def of_item(item: Item, config: Config) -> Facts:
    """What is to be asked about `item`."""
    source = config.source(item.entry.source_id)
    return Facts(item.assessment, item.entry.kind, source is not None and source.own, item.spread)


def missed(match: Match, facts: Facts, parents: Mapping[str, str | None]) -> str | None:
    """The first key of `match` that does not hold; None where all do."""
    given = facts.assessment
    units = {*given.units, *(parents.get(unit) for unit in given.units)}
    holds = {
        "about": match.about == given.about,
        "units": not match.units or not units.isdisjoint(match.units),
        "has_unit": match.has_unit in (None, bool(given.units)),
        "flagged": match.flagged in (None, bool(given.flags)),
        "alert": match.alert in (None, given.alert),
        "tone": not match.tone or given.tone.label in match.tone,
        "stance": not match.stance or given.stance.label in match.stance,
        "intent": not match.intent or given.intent in match.intent,
        "kinds": not match.kinds or facts.kind in match.kinds,
        "own": match.own in (None, facts.own),
        "spread": match.spread is None or facts.spread >= match.spread,
    }
    wrong = next((key for key, held in holds.items() if not held), None)
    return wrong or _missed_on_flags(match, given.flags)


def _missed_on_flags(match: Match, flags: Iterable[Flag]) -> str | None:
    """Category, role and severity must be those of one and the same flag."""
    asked = [key for key in ("categories", "role", "severity") if getattr(match, key) not in (None, ())]
    if not asked or any(_holds_on(match, flag) for flag in flags):
        return None
    return ", ".join(asked)


def _holds_on(match: Match, flag: Flag) -> bool:
    return (
        (not match.categories or flag.category in match.categories)
        and match.role in (None, flag.role)
        and (match.severity is None or SEVERITIES.index(flag.severity) >= SEVERITIES.index(match.severity))
    )
