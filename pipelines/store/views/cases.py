"""The list of cases, with the rights of the entries that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select

from pipelines.casework import DECISIONS, Case, Event
from pipelines.store import cases
from pipelines.store.schema import case_file, case_now, entry, gist
from pipelines.store.views.scope import Scope, gists_in, load, readable
from pipelines.types import Item

COUNTED = 1_000
"""Cases that are counted and shown; the rest are found by searching."""


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


def count(connection: Connection, scope: Scope, *, closed: bool) -> int:
    """How many open or closed cases `scope` allows; COUNTED + 1 where there are more than COUNTED."""
    chosen = _chosen(scope, closed=closed).limit(COUNTED + 1)
    return connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()


def listed(connection: Connection, scope: Scope, *, closed: bool, offset: int = 0, limit: int = 50) -> tuple[Line, ...]:
    """One page of the open cases that `scope` allows, those first whose time is up first, or of the closed ones, the
    latest first."""
    chosen = _chosen(scope, closed=closed)
    order = [column.desc() if closed else column.asc() for column in (case_now.c.due_at, case_now.c.case_id)]
    ids = list(connection.execute(chosen.order_by(*order).offset(offset).limit(limit)).scalars())
    found = cases.by_id(connection, ids)
    about = load(
        connection,
        scope,
        readable(scope, sealed=True).where(entry.c.id.in_({case.entry_id for case in found.values()})),
    )
    by_id = {item.entry.id: item for item in about}
    return tuple(Line(found[id], by_id[found[id].entry_id]) for id in ids)


def _chosen(scope: Scope, *, closed: bool) -> Select[Any]:
    return (
        select(case_now.c.case_id)
        .join(case_file, case_file.c.id == case_now.c.case_id)
        .where(case_now.c.is_open.is_(not closed), or_(_listed(scope), _sealed(scope)))
    )


def _listed(scope: Scope) -> ColumnElement[bool]:
    """That the case is about an entry in the lists that `scope` allows."""
    return exists().where(gist.c.entry_id == case_file.c.entry_id, *gists_in(scope)).correlate(case_file)


def _sealed(scope: Scope) -> ColumnElement[bool]:
    """That it is about one which is in no list any more, because it is gone at its source."""
    about = readable(scope, sealed=True).where(entry.c.id == case_file.c.entry_id, entry.c.sealed_at.is_not(None))
    return about.with_only_columns(entry.c.id, maintain_column_froms=True).correlate(case_file).exists()


def of_items(connection: Connection, scope: Scope, items: Sequence[Item]) -> dict[str, tuple[File, ...]]:
    """By entry the cases of it or its story, for someone who may see the entries that gave rise to them."""
    ids, stories = [item.entry.id for item in items], [item.story_id for item in items]
    opened = cases.of_entries(connection, ids, stories)
    about = readable(scope, sealed=True).where(entry.c.id.in_({case.entry_id for case in opened}))
    allowed = set(connection.execute(about.with_only_columns(entry.c.id, maintain_column_froms=True)).scalars())
    past = cases.histories(connection, [case.id for case in opened])
    files = [File(case, past[case.id]) for case in opened if case.entry_id in allowed]
    return {item.entry.id: tuple(one for one in files if _of(one.case, item)) for item in items}


def _of(case: Case, item: Item) -> bool:
    return case.entry_id == item.entry.id or (case.kind == "question" and case.story_id == item.story_id)


def one(connection: Connection, scope: Scope, case_id: str) -> File | None:
    """The case, for someone who may see what it is about and thereby decide on it; None as if there were none."""
    case = cases.one(connection, case_id)
    if case is None or not load(connection, scope, readable(scope, sealed=True).where(entry.c.id == case.entry_id)):
        return None
    return File(case, cases.history(connection, case_id))
