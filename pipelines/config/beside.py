"""What people have said in the dashboard, put into the tables of the files: what comes out is checked as a file is.

Pure. Nothing of it is a second way to configure: each kind has its place in a table, so that it can be written down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

from pipelines.config.schema import (
    Channel,
    ChannelsFile,
    Contact,
    Manager,
    RoutesFile,
    Rule,
    RulesFile,
    Source,
    SourcesFile,
    Table,
    Unit,
    UnitsFile,
    unit_receiver,
)
from pipelines.config.terms import exception

Kind = Literal["source", "pause", "receiver", "rule"]
Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that people have said.

    source: `name` is a source's id, `value` its whole row, for one that the files do not have.
    pause: `name` is a source's id; it is not asked.
    receiver: `name` is a receiver's id (a unit's manager too); `value` holds what is not as in the files, of title,
    address, deputy, digest, days, quiet (None: none) and channels (all of them).
    rule: `name` is a rule's id; `value` holds `except`: words in whose presence it does not fire. Nothing else of a
    rule can be said here: its cue lists belong to other rules too.
    """

    kind: Kind
    name: str
    value: Mapping[str, Any]


def put(tables: Mapping[str, Table], said: Said) -> dict[str, Table]:
    """`tables`, by name of file, with what is said in them.

    Raises LookupError where there is nothing of that name (or, for a new source, is already), ValidationError for a
    value that the table does not take.
    """
    match said.kind:
        case "source":
            return _with(tables, "sources.toml", _source(cast("SourcesFile", tables["sources.toml"]), said))
        case "pause":
            sources = cast("SourcesFile", tables["sources.toml"])
            paused = _changed(sources.source, said.name, lambda row: _again(row, {"enabled": False}))
            return _with(tables, "sources.toml", sources.model_copy(update={"source": paused}))
        case "rule":
            rules = cast("RulesFile", tables["rules.toml"])
            excepting = _changed(rules.rule, said.name, lambda row: _excepting(row, said.value["except"]))
            return _with(tables, "rules.toml", rules.model_copy(update={"rule": excepting}))
    return _receiver(tables, said)


def _with(tables: Mapping[str, Table], name: str, table: Table) -> dict[str, Table]:
    return {**tables, name: table}


def _source(table: SourcesFile, said: Said) -> SourcesFile:
    row = Source.model_validate({**said.value, "id": said.name})
    if any(known.id == row.id for known in table.source):
        raise LookupError("there is a source of that id in the files")
    return table.model_copy(update={"source": (*table.source, row)})


def _receiver(tables: Mapping[str, Table], said: Said) -> dict[str, Table]:
    units, routes = cast("UnitsFile", tables["units.toml"]), cast("RoutesFile", tables["routes.toml"])
    own = {key: value for key, value in said.value.items() if key != "channels"}
    unit = next((unit.id for unit in units.unit if unit_receiver(unit.id) == said.name), None)
    if unit is not None:
        headed = _changed(units.unit, unit, lambda row: _headed(row, own))
        made = _with(tables, "units.toml", units.model_copy(update={"unit": headed}))
    else:
        told = _changed(routes.receiver, said.name, lambda row: _again(row, own))
        made = _with(tables, "routes.toml", routes.model_copy(update={"receiver": told}))
    if "channels" not in said.value:
        return made
    channels = cast("ChannelsFile", tables["channels.toml"])
    if unknown := set(said.value["channels"]) - {channel.id for channel in channels.channel}:
        raise LookupError(f"no channel has the id {sorted(unknown)[0]}")
    carried = tuple(_carrying(one, said.name, one.id in said.value["channels"]) for one in channels.channel)
    return _with(made, "channels.toml", channels.model_copy(update={"channel": carried}))


def _headed(unit: Unit, own: Mapping[str, Any]) -> Unit:
    """The unit with its manager and the manager's deputy as said."""
    manager = _dumped(unit.manager) | {key: value for key, value in own.items() if key != "deputy"}
    if "quiet" in own and own["quiet"] is None:
        manager["quiet"] = False
    named: dict[str, Table | None] = {"manager": Manager.model_validate(manager)}
    if "deputy" in own:
        named["deputy"] = Contact.model_validate(own["deputy"]) if own["deputy"] else None
    return unit.model_copy(update=named)


def _carrying(channel: Channel, receiver: str, carries: bool) -> Channel:
    others = tuple(one for one in channel.receivers if one != receiver)
    if carries == (receiver in channel.receivers):
        return channel
    return _again(channel, {"receivers": (*others, receiver) if carries else others})


def _excepting(rule: Rule, words: Sequence[str]) -> Rule:
    term = exception(words) if words else None
    return rule if term is None or term in rule.unless else _again(rule, {"unless": (*rule.unless, term)})


def _again(row: Row, changes: Mapping[str, Any]) -> Row:
    """The row with other values; None takes a key away."""
    values = {key: value for key, value in (_dumped(row) | dict(changes)).items() if value is not None}
    return type(row).model_validate(values)


def _dumped(row: Table | None) -> dict[str, Any]:
    return row.model_dump(exclude_unset=True, exclude_none=True) if row else {}


def _changed(rows: tuple[Row, ...], id: str, change: Callable[[Row], Row]) -> tuple[Row, ...]:
    """The rows, one of them changed. Raises LookupError where none has the id."""
    if not any(getattr(row, "id", None) == id for row in rows):
        raise LookupError(f"there is none in the files with the id {id}")
    return tuple(change(row) if getattr(row, "id", None) == id else row for row in rows)
