"""The configuration with what people have changed beside it: deputies and silences, each with its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection

from pipelines.config.routing import problems_of_deputies
from pipelines.config.schema import Config, Deputy
from pipelines.errors import UserError
from pipelines.notify.hold import Silence
from pipelines.store import overlay
from pipelines.store.overlay import Change, Setting, TakenError
from pipelines.types import short_hash

Given = TypeVar("Given", Silence, Deputy)


def in_force(connection: Connection, config: Config) -> Config:
    """`config` with the deputies that people have named since."""
    added = named(connection, config)
    return config.model_copy(update={"deputies": (*config.deputies, *added)}) if added else config


def named(connection: Connection, config: Config) -> tuple[Deputy, ...]:
    """The deputies that people have named, but for those who lead to a receiver that the files no longer have."""
    known = {receiver.id for receiver in config.receivers}
    found = (Deputy.model_validate(one.value) for one in overlay.current(connection, "deputy"))
    return tuple(one for one in found if {one.absent, one.deputy} <= known)


def silences(connection: Connection, now: datetime) -> Mapping[str, Silence]:
    """The silences that have not ended, by name."""
    found = {one.name: Silence.model_validate(one.value) for one in overlay.current(connection, "silence")}
    return {name: one for name, one in found.items() if now < one.until}


def add_silence(
    connection: Connection, config: Config, said: Mapping[str, object], reason: str, by: str, now: datetime
) -> str:
    """Silence what `said` (the keys of Silence) tells, and return the silence's name.

    Raises UserError for a silence that has ended already, names nothing, or names what the configuration has not.
    """
    given = _read(Silence, {key: value for key, value in said.items() if value is not None})
    known = {
        "unit": {unit.id for unit in config.units},
        "rule": {*(rule.id for rule in config.rules), *(rule.id for rule in config.alert_rules)},
        "source": {source.id for source in config.sources},
    }
    for key, names in known.items():
        if (name := getattr(given, key)) is not None and name not in names:
            raise UserError(f"no {key} has the id «{name}». Mend the id")
    if given.until <= now:
        raise UserError("the silence would have ended before it began. Name a later end")
    return _add(connection, "silence", given, reason, by, now)


def add_deputy(
    connection: Connection, config: Config, said: Mapping[str, object], reason: str, by: str, now: datetime
) -> str:
    """Name a deputy by `said` (the keys of Deputy), and return the setting's name.

    Raises UserError for an unknown receiver, days in the wrong order, or days that have a deputy already.
    """
    given = _read(Deputy, said)
    beside = (*in_force(connection, config).deputies, given)
    for problem in problems_of_deputies(beside, {receiver.id for receiver in config.receivers}):
        raise UserError(problem.removesuffix("."))
    return _add(connection, "deputy", given, reason, by, now)


def end(connection: Connection, kind: Setting, name: str, reason: str, by: str, now: datetime) -> None:
    """Take a setting away; its history stays. Raises UserError where it does not hold."""
    if name not in {one.name for one in overlay.current(connection, kind)}:
        raise UserError(f"no {kind} that holds is called «{name}». See them with: mediebevakning {kind} list")
    try:
        overlay.change(connection, kind, Change(name, None, reason, by, now))
    except TakenError as error:
        raise UserError(f"someone else has just changed the {kind} «{name}». Nothing was changed") from error


def _read(model: type[Given], said: Mapping[str, object]) -> Given:
    try:
        return model.model_validate(dict(said))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "it"
        raise UserError(f"{key}: {first['msg'].removeprefix('Value error, ')}") from error


def _add(connection: Connection, kind: Setting, given: Silence | Deputy, reason: str, by: str, now: datetime) -> str:
    name = short_hash(kind, given.model_dump_json(), now.isoformat())[:8]
    overlay.change(connection, kind, Change(name, given.model_dump(mode="json"), reason, by, now))
    return name
