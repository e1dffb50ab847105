"""Who stands in for whom: deputies, the duty roster, and those who are told in a manager's stead.

Where the manager of a unit is accused, or the writer seems to be employed there, the unit is never
told: policy for social media pages 2 and 3, meddelarfrihet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pipelines.config.schema import Config, unit_receiver
from pipelines.types import Assessment


def on_duty(config: Config, roster: str, day: date | None) -> str | None:
    """The receiver who answers to the roster's name that day."""
    return next((duty.receiver for duty in config.duty if day and duty.roster == roster and duty.on(day)), None)


def deputies(config: Config, receiver: str, day: date | None) -> tuple[str, ...]:
    """Who is told beside `receiver` that day; a deputy who is away has one too."""
    found: list[str] = []
    at = receiver
    while day and (other := next((one.deputy for one in config.deputies if one.absent == at and one.on(day)), None)):
        if other == receiver or other in found:
            break
        found.append(other)
        at = other
    return tuple(found)


def barred(assessment: Assessment, config: Config) -> frozenset[str]:
    """Ids of the receivers who must not be told of it: by their address, since one person may head two units."""
    if not (assessment.by_employee or assessment.about_management):
        return frozenset()
    units = set(assessment.units)
    heads = {unit_receiver(parent) for parent in _parents(config).values() if parent}
    near = [
        one
        for one in config.receivers
        if one.id in {unit_receiver(unit) for unit in units}
        or (one.id not in heads and one.units and not units.isdisjoint(one.units))
    ]
    addresses = {one.address for one in near}
    return frozenset(one.id for one in config.receivers if one.address in addresses)


def instead(assessment: Assessment, config: Config, kept_out: Iterable[str]) -> tuple[str, ...]:
    """Who is told instead of the units: their managers' superiors, else the HR function, else the root."""
    out, known, parents = set(kept_out), {one.id for one in config.receivers}, _parents(config)
    above = (unit_receiver(parent) for unit in assessment.units if (parent := parents.get(unit)))
    superiors = tuple(dict.fromkeys(one for one in above if one in known and one not in out))
    if superiors:
        return superiors
    return next(((one,) for one in (config.hr, config.root) if one and one not in out), ())


def _parents(config: Config) -> Mapping[str, str | None]:
    return {unit.id: unit.parent for unit in config.units}
