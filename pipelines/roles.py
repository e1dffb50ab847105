"""The roles: what each may do, and the scope that every read takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.config.schema import Config, unit_receiver
from pipelines.store.views.scope import Scope

Task = Literal["posts", "mails", "sources", "settings", "own", "keeping", "log", "accounts"]
"""What a page is for: posts and what is done about them; mails as sent; how the watch fares; rules and settings; how
one is told oneself; what is kept and for how long, and persons' requests; who has read what; who may log in and who is
told."""
Tie = Literal["nothing", "units", "departments"]
"""What an account of the role is given along with it."""
Make = Callable[[Sequence[str], Config], Scope]


@dataclass(frozen=True, slots=True)
class Role:
    tasks: frozenset[Task]
    scope: Make
    """Units of the account and the configuration in, what may be read out."""
    tied_to: Tie = "nothing"
    home: str = "/"
    """The page to begin with."""


def _all(units: Sequence[str], config: Config) -> Scope:  # noqa: ARG001 - one signature for every role
    return Scope(units=None, receivers=None, flagged_texts=True)


def _own_units(units: Sequence[str], config: Config) -> Scope:
    receivers = frozenset(unit_receiver(unit) for unit in units)
    found = [config.receiver(receiver) for receiver in receivers]
    below = frozenset(unit for receiver in found if receiver for unit in receiver.units)
    return Scope(units=below, receivers=receivers, flagged_texts=True)


def _departments(units: Sequence[str], config: Config) -> Scope:
    """Not the mails: they are addressed to the manager, and tell of what a unit itself may not know."""
    below = frozenset(unit.id for unit in config.units if unit.id in units or unit.parent in units)
    return Scope(units=below, receivers=frozenset(), flagged_texts=True)


def _no_flagged(units: Sequence[str], config: Config) -> Scope:  # noqa: ARG001
    return Scope(units=None, receivers=frozenset(), flagged_texts=False)


def _nothing(units: Sequence[str], config: Config) -> Scope:  # noqa: ARG001
    return Scope(units=frozenset(), receivers=frozenset(), flagged_texts=False)


ROLES: dict[str, Role] = {
    "kommunikationschef": Role(frozenset(("posts", "mails", "sources", "settings", "own", "keeping")), _all),
    "kommunikator": Role(frozenset(("posts", "sources")), _departments, "departments"),
    "enhetschef": Role(frozenset(("posts", "mails", "sources", "own")), _own_units, "units"),
    "granskare": Role(frozenset(("log",)), _nothing, home="/atkomst"),
    "administrator": Role(frozenset(("posts", "sources", "settings", "own", "accounts")), _no_flagged),
}
"""Who looks after the machine has no need to read what people are accused of; who looks after the readers, none."""


def problem(role: str, units: Sequence[str], config: Config) -> tuple[Literal["role", "units"], str] | None:
    """What is wrong with giving someone the role with these units, and with which of the two; None for nothing."""
    if role not in ROLES:
        return "role", f'no role is named "{role}". Choose one of {", ".join(ROLES)}.'
    if unknown := [unit for unit in units if config.unit(unit) is None]:
        return "units", f'no unit has the id "{unknown[0]}". The ids stand in units.toml.'
    tie = ROLES[role].tied_to
    if tie == "nothing" and units:
        return "units", f'the role "{role}" is not tied to units. Leave them out.'
    if tie != "nothing" and not units:
        return "units", f'the role "{role}" needs at least one unit. Name it by its id in units.toml.'
    if tie == "departments" and (below := [unit.id for unit in config.units if unit.id in units and unit.parent]):
        return "units", (
            f'"{below[0]}" is no department: the role "{role}" is for one whole. Name the one it belongs to.'
        )
    return None
