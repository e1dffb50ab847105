"""Who is told of an Item: the tree of routes.toml, under a root that nothing negative or flagged gets past."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pipelines.config.schema import Config, Receiver, Route, unit_receiver
from pipelines.notify.facts import Facts, missed, of_item
from pipelines.notify.standing import barred, deputies, instead, on_duty
from pipelines.types import SEVERITIES, Assessment, Flag, Item, Kind, Notice, Severity, Told

ROOT_ROUTE = "root"
"""The route's name in a Notice that the root has for being the root."""

REASONS = ("negative", "question", "positive")
"""What someone is told for, besides flags; "information" is what is left when there is no reason."""


@dataclass(frozen=True, slots=True)
class Call:
    """Why a receiver is told."""

    route: str
    urgent: bool
    beside: str | None = None
    """The receiver whose deputy this one is."""
    instead: bool = False
    """Told in the units' stead, who must not know."""


@dataclass(frozen=True, slots=True)
class Step:
    """A route that was asked."""

    route: Route
    missed: str | None
    """The key that does not hold; None where the route holds."""
    named: tuple[str, ...] = ()
    """The receivers it leads to."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is told of an item, and all that led there."""

    calls: Mapping[str, Call]
    steps: tuple[Step, ...]
    barred: frozenset[str]
    lacking: tuple[str, ...]
    """Units without a manager and rosters without anyone on duty, that a route wanted to tell."""


def receivers(assessment: Assessment, kind: Kind, config: Config) -> tuple[str, ...]:
    """Ids of those who would be told of such a text from such a kind of source, the root first; without deputies."""
    return tuple(decide(Facts(assessment, kind), config, None).calls)


def route(item: Item, config: Config, day: date | None = None) -> tuple[Notice, ...]:
    """One Notice for each receiver who is to be told; none where no route holds and nothing is negative or flagged.

    day: the local date, for deputies and rosters; None leaves them out.
    """
    return notices(item, config, decide(of_item(item, config), config, day))


def notices(item: Item, config: Config, decision: Decision) -> tuple[Notice, ...]:
    """One Notice for each receiver of `decision`."""
    reason, warned = category(item.assessment), _warned(item.assessment, config)
    grave: Severity | None = gravest(item.assessment.flags).severity if item.assessment.flags else None
    always = passes(item.assessment, config)
    return tuple(
        Notice(
            story_id=item.story_id,
            entry_id=item.entry.id,
            receiver=receiver,
            route=call.route,
            category=reason,
            urgent=call.urgent,
            severity="critical" if warned else grave,
            units=item.assessment.units,
            passes=always,
        )
        for receiver, call in decision.calls.items()
    )


def passes(given: Assessment, config: Config) -> bool:
    """Whether it is told at any hour: a public warning, or of a category that nothing holds back."""
    return _warned(given, config) or any(flag.category in config.alerts.always for flag in given.flags)


def decide(facts: Facts, config: Config, day: date | None) -> Decision:
    """Ask the tree, keep those out who must not know, and add who stands in for whom."""
    given = facts.assessment
    parents = {unit.id: unit.parent for unit in config.units}
    calls: dict[str, Call] = {}
    lacking: list[str] = []
    if given.about and (given.flags or is_negative(given)):
        calls[config.root] = Call(ROOT_ROUTE, given.alert)
    steps = tuple(_asked(config.routes, facts, config, day, parents, lacking))
    for step in steps:
        for receiver in step.named:
            _add(calls, receiver, Call(step.route.id, step.route.urgent))
    kept_out = barred(given, config)
    for receiver in kept_out & calls.keys():
        call = calls.pop(receiver)
        for other in instead(given, config, kept_out):
            _add(calls, other, replace(call, instead=True))
    for receiver, call in list(calls.items()):
        for other in deputies(config, receiver, day):
            if other not in kept_out:
                _add(calls, other, replace(call, beside=receiver))
    return Decision(calls, steps, kept_out, tuple(dict.fromkeys(lacking)))


def standing(told: Iterable[Told], confirmed: Container[int]) -> Iterator[Told]:
    """Notices as people have corrected their items since: for the reason that is left, without those that have none.

    Only by `confirmed` corrections: a link in one receiver's mail takes nothing from another's.
    """
    for one in told:
        given, notice = one.item.assessment, one.notice
        if not given.corrected or not all(id in confirmed for id in given.corrected):
            yield one
            continue
        reason = category(given)
        if given.about and (given.alert or reason in (notice.category, *REASONS) or given.flags):
            yield replace(one, notice=replace(notice, category=reason, urgent=notice.urgent and given.alert))


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


def _warned(assessment: Assessment, config: Config) -> bool:
    """Whether a public warning is in force."""
    return any(rule.warning and rule.id in assessment.alert_reasons for rule in config.alert_rules)


def _add(calls: dict[str, Call], receiver: str, call: Call) -> None:
    known = calls.get(receiver)
    if known is None or (call.urgent and not known.urgent):
        calls[receiver] = call


def _asked(
    routes: Iterable[Route],
    facts: Facts,
    config: Config,
    day: date | None,
    parents: Mapping[str, str | None],
    lacking: list[str],
) -> Iterator[Step]:
    """The routes of one branch in their order, each followed by those in it where it holds."""
    for one in routes:
        wrong = missed(one.match, facts, parents)
        if wrong is not None:
            yield Step(one, wrong)
            continue
        named = _named(one, facts.assessment, config, day, parents, lacking) if one.to else ()
        yield Step(one, None, named or ((config.root,) if one.to else ()))
        yield from _asked(one.route, facts, config, day, parents, lacking)
        if one.last:
            return


def _named(
    candidate: Route,
    assessment: Assessment,
    config: Config,
    day: date | None,
    parents: Mapping[str, str | None],
    lacking: list[str],
) -> tuple[str, ...]:
    """The receivers `candidate` names that exist and may see these units: need to know comes before any route."""
    rosters = {duty.roster for duty in config.duty}
    known = {receiver.id: receiver for receiver in config.receivers}
    wanted: list[tuple[str, str | None]] = []  # what the route asks for, and who that is
    for target in candidate.to:
        if target == "unit":
            wanted.extend((f"unit:{unit}", unit_receiver(unit)) for unit in assessment.units)
        elif target == "department":
            above = (parents.get(unit) for unit in assessment.units)
            wanted.extend((f"unit:{parent}", unit_receiver(parent)) for parent in above if parent)
        elif target in rosters:
            wanted.append((f"roster:{target}", on_duty(config, target, day)))
        else:
            wanted.append((target, target))
    lacking.extend(what for what, who in wanted if who not in known)
    named = dict.fromkeys(who for _, who in wanted if who in known and _may_see(known[who], assessment))
    return tuple(who for who in named if who)


def _may_see(receiver: Receiver, assessment: Assessment) -> bool:
    return not receiver.units or not set(receiver.units).isdisjoint(assessment.units)
