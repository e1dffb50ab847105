"""What is known of each source: validators, cursor, health; and the log of polls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, insert, select, update

from pipelines.store.schema import poll, source_state

Outcome = Literal["ok", "unchanged", "degraded", "failed"]


@dataclass(frozen=True, slots=True)
class SourceState:
    """As stored after the last poll; all empty for a source never asked."""

    source_id: str
    validators: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """Hash of a request's URL (which may hold a token) -> (ETag, Last-Modified)."""
    cursor: str | None = None
    moved_to: str | None = None
    first_fetched_at: datetime | None = None
    last_tried_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_new_at: datetime | None = None
    not_before: datetime | None = None
    failure_weight: float = 0.0
    last_failure: str | None = None
    gone: bool = False
    habits: Mapping[str, object] = field(default_factory=dict)
    """What it is like when it is well, as pipelines.collect.health keeps it."""
    milliseconds: int = 0
    """How long the last visit took."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One visit to one source, for the log."""

    source_id: str
    at: datetime
    outcome: Outcome
    status: int | None = None
    new: int = 0
    edited: int = 0
    reason: str | None = None
    milliseconds: int = 0


def states(connection: Connection) -> dict[str, SourceState]:
    """Every state that is stored, by source id."""
    rows = connection.execute(select(source_state)).mappings()
    return {
        row["source_id"]: SourceState(
            **{key: value for key, value in row.items() if key != "validators"},
            validators={key: (pair[0], pair[1]) for key, pair in row["validators"].items()},
        )
        for row in rows
    }


def save_states(connection: Connection, states: Sequence[SourceState]) -> None:
    """Store each of `states`, no more than a few hundred, in place of the one before it."""
    ids = [state.source_id for state in states]
    known = set(connection.scalars(select(source_state.c.source_id).where(source_state.c.source_id.in_(ids))))
    rows = [_row(state) for state in states]
    if fresh := [row for row in rows if row["source_id"] not in known]:
        connection.execute(insert(source_state), fresh)
    if changed := [row | {"this": row["source_id"]} for row in rows if row["source_id"] in known]:
        connection.execute(update(source_state).where(source_state.c.source_id == bindparam("this")), changed)


def _row(state: SourceState) -> dict[str, object]:
    values = {column.name: getattr(state, column.name) for column in source_state.columns}
    return values | {"validators": {key: list(pair) for key, pair in state.validators.items()}}


def log(connection: Connection, *visits: Poll) -> None:
    """Add visits to the log."""
    rows = [{name: getattr(visit, name) for name in Poll.__dataclass_fields__} for visit in visits]
    connection.execute(insert(poll), rows)
