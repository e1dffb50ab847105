"""Counts over periods: by tone, stance and kind of source, by unit, by flag, and of questions answered in time.

A period is a place in `windows`, of which there is one at least and which follow each other without gaps; the caller
knows which days they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Label, Select, and_, case, func, select

from pipelines.casework import DECISIONS, OPEN
from pipelines.store import cases
from pipelines.store.schema import case_event, case_file, flag, gist, gist_unit, mention
from pipelines.store.search import place
from pipelines.store.views import scope as rights
from pipelines.store.views.scope import Scope, Window, gists_in, gists_within


@dataclass(frozen=True, slots=True)
class Choice:
    """What is counted of what concerns the municipality; None for all of it."""

    units: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None


ALL = Choice()
CLOSING = tuple(action for action in DECISIONS if action not in OPEN)


@dataclass(frozen=True, slots=True)
class Counted:
    """Entries of a period that are alike in all this."""

    period: int
    kind: str
    tone: str
    stance: str
    question: bool
    flagged: bool
    entries: int


@dataclass(frozen=True, slots=True)
class OfUnit:
    """Entries of a period that name the unit; who names two is counted for both."""

    period: int
    unit: str
    kind: str
    tone: str
    entries: int


@dataclass(frozen=True, slots=True)
class OfFlag:
    """Entries of a period with a flag of the category."""

    period: int
    category: str
    entries: int


@dataclass(frozen=True, slots=True)
class OfPlace:
    """Entries that name the place, and how many of them are negative or positive."""

    name: str
    entries: int
    negative: int
    positive: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Cases of a period, by how their clock went: "kept", "late" (done after its time), "overdue" (open, and its time
    is up) or "waiting" (open, in time)."""

    period: int
    kind: str
    clock: str
    cases: int


def counted(
    connection: Connection, scope: Scope, windows: Sequence[Window], choice: Choice = ALL
) -> tuple[Counted, ...]:
    """What concerns the municipality, in one table that all else is summed from."""
    keys = (
        _of(windows),
        gist.c.kind,
        gist.c.tone,
        gist.c.stance,
        (gist.c.intent == "question").label("question"),
        gist.c.flagged,
    )
    return tuple(
        Counted(row.period, row.kind, row.tone, row.stance, bool(row.question), bool(row.flagged), row.entries)
        for row in connection.execute(_grouped(_ours(scope, windows, choice), keys))
    )


def of_units(
    connection: Connection, scope: Scope, windows: Sequence[Window], choice: Choice = ALL
) -> tuple[OfUnit, ...]:
    """The same by unit, of the units that `scope` and `choice` name."""
    chosen = _ours(scope, windows, choice).join(gist_unit, gist_unit.c.id == gist.c.id)
    for allowed in (scope.units, choice.units):
        if allowed is not None:
            chosen = chosen.where(gist_unit.c.unit_id.in_(sorted(allowed)))
    keys = (_of(windows), gist_unit.c.unit_id, gist.c.kind, gist.c.tone)
    rows = connection.execute(_grouped(chosen, keys))
    return tuple(OfUnit(row.period, row.unit_id, row.kind, row.tone, row.entries) for row in rows)


def of_flags(
    connection: Connection, scope: Scope, windows: Sequence[Window], choice: Choice = ALL
) -> tuple[OfFlag, ...]:
    """Entries with a flag, by category; nothing for who may not see flagged texts."""
    chosen = _ours(scope, windows, choice).join(flag, flag.c.entry_id == gist.c.entry_id)
    keys = (_of(windows), flag.c.category)
    rows = connection.execute(_grouped(chosen, keys, func.count(gist.c.id.distinct())))
    return tuple(OfFlag(**row) for row in rows.mappings())


def of_places(connection: Connection, scope: Scope, window: Window, limit: int) -> tuple[OfPlace, ...]:
    """Entries that name a place, most first; who names two is counted for both."""
    chosen = _ours(scope, [window], ALL).join(mention, mention.c.entry_id == gist.c.entry_id)
    number = func.count(gist.c.id.distinct())
    rows = connection.execute(
        chosen.with_only_columns(
            mention.c.name,
            number.label("entries"),
            *(
                func.count(case((gist.c.tone == tone, gist.c.id)).distinct()).label(tone)
                for tone in ("negative", "positive")
            ),
            maintain_column_froms=True,
        )
        .where(mention.c.kind == "place")
        .group_by(mention.c.name)
        .order_by(number.desc(), mention.c.name)
        .limit(limit)
    )
    return tuple(OfPlace(**row) for row in rows.mappings())


def of_cases(
    connection: Connection, scope: Scope, windows: Sequence[Window], now: datetime, choice: Choice = ALL
) -> tuple[Asked, ...]:
    """Cases about entries that `scope` allows, by when they were written."""
    begun = (case_file.c.starts_at >= windows[0][0], case_file.c.starts_at < windows[-1][1])
    ours = select(gist).where(*gists_in(scope))
    chosen = _chosen(ours, choice).join(case_file, case_file.c.entry_id == gist.c.entry_id).where(*begun)
    done = (
        select(func.min(case_event.c.at))
        .where(case_event.c.case_id == case_file.c.id, case_event.c.action.in_(CLOSING))
        .correlate(case_file)
        .scalar_subquery()
    )
    clock = case(
        (and_(cases.is_open, case_file.c.due_at <= now), "overdue"),
        (cases.is_open, "waiting"),
        (done <= case_file.c.due_at, "kept"),
        else_="late",
    ).label("clock")
    period = case(*((case_file.c.starts_at < end, number) for number, (_, end) in enumerate(windows))).label("period")
    keys = (period, case_file.c.kind, clock)
    return tuple(
        Asked(row.period, row.kind, row.clock, row.entries) for row in connection.execute(_grouped(chosen, keys))
    )


def _ours(scope: Scope, windows: Sequence[Window], choice: Choice) -> Select[Any]:
    whole = (windows[0][0], windows[-1][1])
    return _chosen(select(gist).where(*gists_within(scope, whole)), choice)


def _chosen(query: Select[Any], choice: Choice) -> Select[Any]:
    if choice.units is not None:
        query = query.where(rights.of_units(choice.units))
    return query if choice.kinds is None else query.where(gist.c.kind.in_(choice.kinds))


def _of(windows: Sequence[Window]) -> Label[int]:
    """The period of an entry."""
    return case(*((gist.c.id < place(end), number) for number, (_, end) in enumerate(windows))).label("period")


def _grouped(
    chosen: Select[Any], keys: Sequence[ColumnElement[Any]], number: ColumnElement[int] | None = None
) -> Select[Any]:
    """By the names of what is computed: PostgreSQL takes the same parameters twice for two expressions."""
    names = [key.name if isinstance(key, Label) else key for key in keys]
    counting = (func.count() if number is None else number).label("entries")
    return chosen.with_only_columns(*keys, counting, maintain_column_froms=True).group_by(*names).order_by(*names)
