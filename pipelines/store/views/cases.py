"""The list of cases, with the rights of the entries that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
        readable(scope)
        .join(case_file, case_file.c.entry_id == entry.c.id)
        .where(~cases.is_open if closed else cases.is_open)
        .with_only_columns(case_file.c.id, maintain_column_froms=True)
    )
    total = connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    order = case_file.c.due_at.desc() if closed else case_file.c.due_at.asc()
    ids = list(connection.execute(chosen.order_by(order, case_file.c.id).offset(offset).limit(limit)).scalars())
    found = cases.by_id(connection, ids)
    about = load(connection, scope, readable(scope).where(entry.c.id.in_({case.entry_id for case in found.values()})))
    by_id = {item.entry.id: item for item in about}
    return tuple(Line(found[id], by_id[found[id].entry_id]) for id in ids), total


def waiting(connection: Connection, scope: Scope) -> tuple[int, datetime | None]:
    """How many cases are open of those that `scope` allows, and when the first of them is due."""
    opened = readable(scope).join(case_file, case_file.c.entry_id == entry.c.id).where(cases.is_open)
    due = opened.with_only_columns(case_file.c.due_at, maintain_column_froms=True).subquery().c.due_at
    total, first = connection.execute(select(func.count(due), func.min(due))).one()
    return total, first


def of_items(connection: Connection, scope: Scope, items: Sequence[Item]) -> dict[str, tuple[File, ...]]:
    """By entry the cases of it or its story, for someone who may see the entries that gave rise to them."""
    ids, stories = [item.entry.id for item in items], [item.story_id for item in items]
    opened = cases.of_entries(connection, ids, stories)
    about = readable(scope).where(entry.c.id.in_({case.entry_id for case in opened}))
    allowed = set(connection.execute(about.with_only_columns(entry.c.id, maintain_column_froms=True)).scalars())
    past = cases.histories(connection, [case.id for case in opened])
    files = [File(case, past[case.id]) for case in opened if case.entry_id in allowed]
    return {item.entry.id: tuple(one for one in files if _of(one.case, item)) for item in items}


def _of(case: Case, item: Item) -> bool:
    return case.entry_id == item.entry.id or (case.kind == "question" and case.story_id == item.story_id)


def one(connection: Connection, scope: Scope, case_id: str) -> File | None:
    """The case, for someone who may see what it is about and thereby decide on it; None as if there were none."""
    case = cases.one(connection, case_id)
    if case is None or not load(connection, scope, readable(scope).where(entry.c.id == case.entry_id)):
        return None
    return File(case, cases.history(connection, case_id))
