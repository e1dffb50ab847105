"""Who is told of an Item: the routes of routes.toml, and a root that nothing negative or flagged gets past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.config.schema import Config, Match, Route, unit_receiver
from pipelines.types import SEVERITIES, Assessment, Flag, Item, Kind, Notice

ROOT_ROUTE = "root"
"""The route's name in a Notice that the root has for being the root."""


@dataclass(frozen=True, slots=True)
class _Call:
    route: str
    urgent: bool


def receivers(assessment: Assessment, kind: Kind, config: Config) -> tuple[str, ...]:
    """Ids of those who would be told of such a text from such a kind of source, the root first."""
    return tuple(_calls(assessment, kind, config))


def route(item: Item, config: Config) -> tuple[Notice, ...]:
    """One Notice for each receiver who is to be told; none where no route holds and nothing is negative or flagged."""
    reason = category(item.assessment)
    return tuple(
        Notice(
            story_id=item.story_id,
            entry_id=item.entry.id,
            receiver=receiver,
            route=call.route,
            category=reason,
            urgent=call.urgent,
        )
        for receiver, call in _calls(item.assessment, item.entry.kind, config).items()
    )


def category(assessment: Assessment) -> str:
    """Why someone is told: the gravest flag's category, else "negative", "question", "positive" or "information"."""
    if assessment.flags:
        return gravest(assessment.flags).category
    if is_negative(assessment):
        return "negative"
    if assessment.intent == "question":
        return "question"
    if assessment.stance.label == "supportive" or assessment.intent == "praise" or assessment.tone.label == "positive":
        return "positive"
    return "information"


def gravest(flags: Iterable[Flag]) -> Flag:
    """The flag of highest severity; of equals the act before the report, then the surest."""
    return max(flags, key=lambda flag: (SEVERITIES.index(flag.severity), flag.role == "act", flag.confidence))


def is_negative(assessment: Assessment) -> bool:
    """Whether the text is against the municipality, or its tone is negative."""
    return assessment.stance.label == "critical" or assessment.tone.label == "negative"


def withheld(assessment: Assessment) -> frozenset[str]:
    """Ids of the receivers who must not be told: those who answer for the units concerned, where they themselves are
    accused or where the writer seems to work there, whom no authority may trace.
    """
    if not (assessment.by_employee or assessment.about_management):
        return frozenset()
    return frozenset(unit_receiver(unit) for unit in assessment.units)


def _calls(assessment: Assessment, kind: Kind, config: Config) -> dict[str, _Call]:
    calls: dict[str, _Call] = {}
    if assessment.about and (assessment.flags or is_negative(assessment)):
        calls[config.root] = _Call(ROOT_ROUTE, assessment.alert)
    parents = {unit.id: unit.parent for unit in config.units}
    for candidate in config.routes:
        if not _holds(candidate.match, assessment, kind, parents):
            continue
        for receiver in _named(candidate, assessment, config, parents) or (config.root,):
            known = calls.get(receiver)
            if known is None or (candidate.urgent and not known.urgent):
                calls[receiver] = _Call(candidate.id, candidate.urgent)
    return calls


def _holds(match: Match, assessment: Assessment, kind: Kind, parents: dict[str, str | None]) -> bool:
    units = {*assessment.units, *(parents.get(unit) for unit in assessment.units)}
    return (
        match.about == assessment.about
        and (not match.units or not units.isdisjoint(match.units))
        and match.has_unit in (None, bool(assessment.units))
        and match.flagged in (None, bool(assessment.flags))
        and _holds_on_flags(match, assessment.flags)
        and match.alert in (None, assessment.alert)
        and (not match.tone or assessment.tone.label in match.tone)
        and (not match.stance or assessment.stance.label in match.stance)
        and (not match.intent or assessment.intent in match.intent)
        and (not match.kinds or kind in match.kinds)
    )


def _holds_on_flags(match: Match, flags: Iterable[Flag]) -> bool:
    """Category and role must be those of one and the same flag."""
    if not match.categories and match.role is None:
        return True
    return any(
        (not match.categories or flag.category in match.categories) and match.role in (None, flag.role)
        for flag in flags
    )


def _named(candidate: Route, assessment: Assessment, config: Config, parents: dict[str, str | None]) -> tuple[str, ...]:
    """The receivers `candidate` names that exist and may see these units: need to know comes before any route.

    One who is held out is left out: where that leaves nobody, the root is told.
    """
    named: list[str] = []
    for target in candidate.to:
        if target == "unit":
            named.extend(unit_receiver(unit) for unit in assessment.units)
        elif target == "department":
            above = (parents.get(unit) for unit in assessment.units)
            named.extend(unit_receiver(parent) for parent in above if parent)
        else:
            named.append(target)
    allowed = {
        receiver.id
        for receiver in config.receivers
        if not receiver.units or not set(receiver.units).isdisjoint(assessment.units)
    }
    return tuple(receiver for receiver in dict.fromkeys(named) if receiver in allowed - withheld(assessment))
