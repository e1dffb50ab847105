"""Severity: from where a flag starts, step by step, by the table that managers can read (rules.toml,
[[severity_step]])."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pipelines.config.schema.rules import SeverityStep
from pipelines.types import SEVERITIES, Flag, Severity


def weighed(flag: Flag, table: Sequence[SeverityStep], stands: Callable[[str], bool], *, role_told: bool) -> Flag:
    """The flag with the severity that the table gives it. `stands`: whether a term stands in the text; `role_told`:
    the flag's own rule has already reckoned with whether the text does the deed or tells of it.
    """
    steps = [
        step
        for step in table
        if step.sources is None
        and not (role_told and step.role)
        and _concerns(step, flag)
        and sum(any(map(stands, group)) for group in step.signs) >= step.least
        and not any(map(stands, step.none))
    ]
    return _stepped(flag, steps)


def spread(flag: Flag, table: Sequence[SeverityStep], sources: int) -> Flag:
    """The flag as grave as it is when the text has been seen in so many sources."""
    return _stepped(
        flag, [step for step in table if step.sources and sources >= step.sources and _concerns(step, flag)]
    )


def _concerns(step: SeverityStep, flag: Flag) -> bool:
    return (
        (not step.categories or flag.category in step.categories)
        and step.role in (None, flag.role)
        and (not step.targets or flag.target in step.targets)
    )


def _stepped(flag: Flag, steps: Iterable[SeverityStep]) -> Flag:
    taken = [step for step in steps if step.id not in flag.steps]
    return replace(
        flag,
        severity=_moved(flag.severity, sum(step.by for step in taken)),
        steps=(*flag.steps, *(step.id for step in taken)),
    )


def _moved(severity: Severity, by: int) -> Severity:
    return SEVERITIES[min(max(SEVERITIES.index(severity) + by, 0), len(SEVERITIES) - 1)]
