"""The list of cases, with the rights of the entries that they are about."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from pipelines.casework import Case, Event
from pipelines.store import cases, items
from pipelines.store.schema import assessment, case_file, entry
from pipelines.store.views.scope import Scope, entries_in
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


def listed(
    connection: Connection, scope: Scope, *, closed: bool, offset: int = 0, limit: int = 50
) -> tuple[tuple[Line, ...], int]:
    """One page of the open cases that `scope` allows, those first whose time is up first, or of the closed ones, the
    latest first; and how many there are in all.
    """
    chosen = (
        select(case_file.c.id)
        .join(entry, entry.c.id == case_file.c.entry_id)
        .join(assessment, assessment.c.entry_id == entry.c.id)
        .where(entry.c.purged_at.is_(None), ~cases.is_open if closed else cases.is_open, *entries_in(scope))
    )
    total = connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    order = case_file.c.due_at.desc() if closed else case_file.c.due_at.asc()
    ids = list(connection.execute(chosen.order_by(order, case_file.c.id).offset(offset).limit(limit)).scalars())
    found = cases.by_id(connection, ids)
    about = items.by_id(connection, sorted({case.entry_id for case in found.values()}))
    return tuple(Line(found[id], about[found[id].entry_id]) for id in ids), total


def of_entry(connection: Connection, scope: Scope, entry_id: str) -> tuple[File, ...]:
    """The cases of an entry or its story, for someone who may see the entry that gave rise to them."""
    found = [case for case in cases.of_entry(connection, entry_id) if allowed(connection, scope, case)]
    return tuple(File(case, cases.history(connection, case.id)) for case in found)


def allowed(connection: Connection, scope: Scope, case: Case) -> bool:
    """Whether `scope` lets one see what the case is about, and thereby decide on it."""
    return bool(items.load(connection, items.query().where(entry.c.id == case.entry_id, *entries_in(scope)).limit(1)))
