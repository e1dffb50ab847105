"""Alert: must someone know now? Decided by rules that a manager can read (rules.toml, [[alert]])."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.config.schema import AlertRule
from pipelines.types import Flag


def alerts(
    rules: Sequence[AlertRule],
    *,
    about: bool,
    flags: Sequence[Flag],
    at_unit: bool,
    warning: bool,
    urgent: float | None = None,
) -> tuple[str, ...]:
    """Ids of the rules that hold. What is not about the municipality alerts nobody. `urgent`: the judge's chance that
    someone must know now, None where it was not asked."""
    if not about:
        return ()
    return tuple(rule.id for rule in rules if _holds(rule, flags, at_unit, warning, urgent))


def _holds(rule: AlertRule, flags: Sequence[Flag], at_unit: bool, warning: bool, urgent: float | None) -> bool:
    if urgent is not None and urgent < rule.urgent:
        return False
    if rule.at_unit is not None and rule.at_unit != at_unit:
        return False
    if rule.warning is not None and rule.warning != warning:
        return False
    if not rule.categories and rule.role is None:
        return rule.warning is not None
    return any(
        (not rule.categories or flag.category in rule.categories) and (rule.role is None or flag.role == rule.role)
        for flag in flags
    )
