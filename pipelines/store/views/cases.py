"""The list of cases, with the rights of the entries that they are about."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from pipelines.casework import DECISIONS, Case, Event
from pipelines.store import cases
from pipelines.store.schema import case_file, entry
from pipelines.store.views.scope import Scope, load, readable
from pipelines.types import Item


@dataclass(frozen=True, slots=True)
class Line:
    """A case in the list, with the entry that gave rise to it."""

    case: Case
    item: Item


@dataclass(frozen=True, slots=True)
class File:
    """A case with its history."""

    case: Case
    history: tuple[Event, ...]

    @property
    def decisions(self) -> tuple[Event, ...]:
        """What people have done, oldest first."""
        return tuple(event for event in self.history if event.action in DECISIONS)


def listed(
    connection: Connection, scope: Scope, *, closed: bool, offset: int = 0, limit: int = 50
) -> tuple[tuple[Line, ...], int]:
    """One page of the open cases that `scope` allows, those first whose time is up first, or of the closed ones, the
    latest first; and how many there are in all.
    """
    chosen = (
        readable(scope, sealed=True)
        .join(case_file, case_file.c.entry_id == entry.c.id)
        .where(~cases.is_open if closed else cases.is_open)
        .with_only_columns(case_file.c.id, maintain_column_froms=True)
    )
    total = connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    order = case_file.c.due_at.desc() if closed else case_file.c.due_at.asc()
    ids = list(connection.execute(chosen.order_by(order, case_file.c.id).offset(offset).limit(limit)).scalars())
    found = cases.by_id(connection, ids)
    about = load(
        connection,
        scope,
        readable(scope, sealed=True).where(entry.c.id.in_({case.entry_id for case in found.values()})),
    )
    by_id = {item.entry.id: item for item in about}
    return tuple(Line(found[id], by_id[found[id].entry_id]) for id in ids), total


def of_entry(connection: Connection, scope: Scope, entry_id: str) -> tuple[File, ...]:
    """The cases of an entry or its story, for someone who may see the entry that gave rise to them."""
    opened = cases.of_entry(connection, entry_id)
    about = readable(scope, sealed=True).where(entry.c.id.in_({case.entry_id for case in opened}))
    allowed = set(connection.execute(about.with_only_columns(entry.c.id, maintain_column_froms=True)).scalars())
    return tuple(File(case, cases.history(connection, case.id)) for case in opened if case.entry_id in allowed)


def one(connection: Connection, scope: Scope, case_id: str) -> File | None:
    """The case, for someone who may see what it is about and thereby decide on it; None as if there were none."""
    case = cases.one(connection, case_id)
    if case is None or not load(connection, scope, readable(scope, sealed=True).where(entry.c.id == case.entry_id)):
        return None
    return File(case, cases.history(connection, case_id))
