"""What must hold between routes.toml and the rest: that every name leads to someone, on every date to one only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

from pipelines.config.schema import Config, Deputy, Duty, every_route

TO_UNITS = ("unit", "department")


def check_routes(config: Config, path: Path) -> Iterable[str]:
    """Every problem found: a line that names file, table, key and remedy."""
    problems = (_ends(config), _branches(config), problems_of_deputies(config.deputies, _ids(config)), _duty(config))
    return (f"{path}: {problem}" for some in problems for problem in some)


def problems_of_deputies(deputies: Sequence[Deputy], receivers: Iterable[str]) -> Iterable[str]:
    """What is wrong with deputies who stand beside each other."""
    known = set(receivers)
    for deputy in deputies:
        here = f'[[deputy]] for "{deputy.absent}"'
        for key in ("absent", "deputy"):
            name = getattr(deputy, key)
            if name not in known:
                yield f'{here}, key "{key}": no [[receiver]] has the id "{name}". Add the receiver, or mend the id.'
    for one, other in combinations(deputies, 2):
        if one.absent == other.absent and (day := _common(one, other)):
            yield (
                f'[[deputy]] for "{one.absent}", keys "first" and "last": {one.deputy} and {other.deputy} are both '
                f"deputies on {day}. Let one end before the other begins."
            )


def _ids(config: Config) -> set[str]:
    return {receiver.id for receiver in config.receivers}


def _ends(config: Config) -> Iterable[str]:
    """The receivers themselves: the root, who is told of accusations against a manager, and whose units exist."""
    known, units = _ids(config), {unit.id for unit in config.units}
    if config.root not in known:
        yield f'key "root": no [[receiver]] has the id "{config.root}". Add it: without it nobody is told.'
    if config.hr is not None and config.hr not in known:
        yield f'key "hr": no [[receiver]] has the id "{config.hr}". Add the receiver, or mend the id.'
    if config.registrator is not None and config.registrator not in known:
        yield (
            f'key "registrator": no [[receiver]] has the id "{config.registrator}". '
            "Add the receiver, or leave the key out to hand proposals over as files."
        )
    refuges = {receiver.address for receiver in config.receivers if receiver.id in (config.root, config.hr)}
    for unit in config.units:
        if unit.manager and refuges == {unit.manager.address}:
            yield (
                f'key "hr": the manager of the unit "{unit.id}" is the root too, and would be told of accusations '
                "against themselves. Name a [[receiver]] with another address."
            )
    for receiver in config.receivers:
        for unit_id in receiver.units:
            if unit_id not in units:
                yield f'[[receiver]] "{receiver.id}", key "units": no unit has the id "{unit_id}". Mend the id.'
        if receiver.deputy is not None and (receiver.deputy not in known or receiver.deputy == receiver.id):
            yield f'[[receiver]] "{receiver.id}", key "deputy": name another [[receiver]], or leave it out.'


def _branches(config: Config) -> Iterable[str]:
    known = {*_ids(config), *TO_UNITS, *(duty.roster for duty in config.duty)}
    units, categories = {unit.id for unit in config.units}, {category.id for category in config.categories}
    for route in every_route(config.routes):
        here = f'[[route]] "{route.id}"'
        for target in route.to:
            if target not in known:
                yield f'{here}, key "to": no [[receiver]] has the id "{target}". Add the receiver, or mend the id.'
        for unit in route.match.units:
            if unit not in units:
                yield f'{here}, [match], key "units": no unit has the id "{unit}". Mend the id.'
        for category in route.match.categories:
            if category not in categories:
                yield f'{here}, [match], key "categories": "{category}" is no [[category]] of rules.toml. Mend it.'


def _duty(config: Config) -> Iterable[str]:
    known = _ids(config)
    for duty in config.duty:
        here = f'[[duty]] "{duty.roster}"'
        if duty.receiver not in known:
            yield f'{here}, key "receiver": no [[receiver]] has the id "{duty.receiver}". Add it, or mend the id.'
        if duty.roster in known | set(TO_UNITS):
            yield f'{here}, key "roster": a receiver is called so too. Give the roster another name.'
    for one, other in combinations(config.duty, 2):
        if one.roster == other.roster and (day := _common(one, other)):
            yield (
                f'[[duty]] "{one.roster}", keys "first" and "last": {one.receiver} and {other.receiver} are both on '
                f"duty on {day}. Let one end before the other begins."
            )


def _common(one: Deputy | Duty, other: Deputy | Duty) -> date | None:
    """The first day that both cover."""
    first = max(one.first, other.first)
    return first if first <= min(one.last, other.last) else None
