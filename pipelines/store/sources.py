"""What is known of each source: validators, cursor, health; and the log of polls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, update

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


def save_state(connection: Connection, state: SourceState) -> None:
    """Store `state` in place of the one before it."""
    values = {column.name: getattr(state, column.name) for column in source_state.columns}
    values["validators"] = {key: list(pair) for key, pair in state.validators.items()}
    done = connection.execute(update(source_state).where(source_state.c.source_id == state.source_id).values(**values))
    if done.rowcount == 0:
        connection.execute(insert(source_state).values(**values))


def log(connection: Connection, visit: Poll) -> None:
    """Add one visit to the log."""
    connection.execute(insert(poll).values({name: getattr(visit, name) for name in Poll.__dataclass_fields__}))


def forget_polls(connection: Connection, before: datetime) -> int:
    """Delete the log of visits older than `before`. Returns how many."""
    return connection.execute(delete(poll).where(poll.c.at < before)).rowcount
