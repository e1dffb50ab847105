"""Alert: must someone know now? Decided by rules that a manager can read (rules.toml, [[alert]])."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.config.schema import AlertRule
from pipelines.types import Flag

SURE = 0.8
"""From this confidence on an act alerts however the text as a whole reads: a plain threat may end a long complaint."""


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
    doubted = urgent is not None and urgent < rule.urgent
    if rule.at_unit is not None and rule.at_unit != at_unit:
        return False
    if rule.warning is not None and rule.warning != warning:
        return False
    if not rule.categories and rule.role is None:
        return rule.warning is not None and not doubted
    return any(
        (not rule.categories or flag.category in rule.categories)
        and (rule.role is None or flag.role == rule.role)
        and (not doubted or (flag.role == "act" and flag.confidence >= SURE))
        for flag in flags
    )
