"""Messages as they were sent, or wait to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from pipelines.store.schema import case_file, entry, message, notice
from pipelines.store.views.scope import Scope, load, messages_in, readable
from pipelines.types import Item


@dataclass(frozen=True, slots=True)
class Line:
    """A message in the list."""

    key: str
    kind: str
    receiver: str
    subject: str
    """Empty once its time is up and the copy has been emptied."""
    state: str
    """pending, claimed, sent or failed."""
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    last_refusal: str | None
    message_id: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A message whole, with the entries it tells of that may be seen."""

    line: Line
    address: str
    text: str
    html: str
    items: tuple[Item, ...]


COLUMNS: tuple[ColumnElement[Any], ...] = tuple(message.c[name] for name in Line.__dataclass_fields__)


def listed(connection: Connection, scope: Scope, *, offset: int = 0, limit: int = 50) -> tuple[tuple[Line, ...], int]:
    """One page of the messages that `scope` allows, newest first, and how many there are in all."""
    allowed = messages_in(scope)
    total = connection.execute(select(func.count()).select_from(message).where(*allowed)).scalar_one()
    rows = connection.execute(
        select(*COLUMNS)
        .where(*allowed)
        .order_by(message.c.created_at.desc(), message.c.key)
        .offset(offset)
        .limit(limit)
    )
    return tuple(_line(row) for row in rows), total


def one(connection: Connection, scope: Scope, key: str) -> Mail | None:
    """The message, None where it does not exist or `scope` leaves it out: the two cannot be told apart."""
    row = connection.execute(select(message).where(message.c.key == key, *messages_in(scope))).one_or_none()
    if row is None:
        return None
    told = select(notice.c.entry_id).where(or_(notice.c.alert_key == key, notice.c.digest_key == key))
    if row.kind in ("reminder", "escalation"):
        told = select(case_file.c.entry_id).where(case_file.c.story_id == row.story_id)
    chosen = readable(scope).where(entry.c.id.in_(told)).order_by(entry.c.first_seen, entry.c.id)
    return Mail(_line(row), row.address, row.text, row.html, tuple(load(connection, scope, chosen)))


def _line(row: Row[Any]) -> Line:
    return Line(**{name: getattr(row, name) for name in Line.__dataclass_fields__})
