"""Figures over time: counts in windows, tone day by day, flagged entries, the largest stories, the units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, select

from pipelines.store.schema import assessment, entry, entry_unit, flag, story_entry
from pipelines.store.search import when
from pipelines.store.views.scope import Scope, is_flagged, load, names_unit, readable
from pipelines.types import SEVERITIES, Item

Window = tuple[datetime, datetime]
"""From, and up to but not including."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Entries that concern the municipality; one may be negative, critical and flagged at once."""

    entries: int
    negative: int
    positive: int
    critical: int
    questions: int
    flagged: int


@dataclass(frozen=True, slots=True)
class ToneOfDay:
    """How many entries of one tone a day had; days and tones without any are left out."""

    day: date
    tone: str
    entries: int


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story, and the first of its entries that may be seen."""

    first: Item
    entries: int
    sources: int
    last_at: datetime


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


COUNTS: tuple[ColumnElement[int], ...] = (
    func.count().label("entries"),
    _how_many(assessment.c.tone == "negative").label("negative"),
    _how_many(assessment.c.tone == "positive").label("positive"),
    _how_many(assessment.c.stance == "critical").label("critical"),
    _how_many(assessment.c.intent == "question").label("questions"),
    _how_many(is_flagged()).label("flagged"),
)


def counts(connection: Connection, scope: Scope, window: Window) -> Counts:
    """What concerns the municipality in `window`."""
    return _counts(connection.execute(_columns(_ours(scope, window), *COUNTS)).one())


def units(connection: Connection, scope: Scope, window: Window) -> dict[str, Counts]:
    """The same by unit, most entries first; a unit without any is left out."""
    chosen = _columns(_ours(scope, window), entry_unit.c.unit_id, *COUNTS).join(
        entry_unit, entry_unit.c.entry_id == entry.c.id
    )
    if scope.units is not None:
        chosen = chosen.where(entry_unit.c.unit_id.in_(sorted(scope.units)))
    ordered = chosen.group_by(entry_unit.c.unit_id).order_by(func.count().desc(), entry_unit.c.unit_id)
    return {row.unit_id: _counts(row) for row in connection.execute(ordered)}


def tone_by_day(connection: Connection, scope: Scope, days: Sequence[tuple[date, Window]]) -> tuple[ToneOfDay, ...]:
    """Entries by day and tone. The caller says when each day begins and ends, as only he knows its time zone."""
    if not days:
        return ()
    number = case(*((and_(when >= start, when < end), place) for place, (_, (start, end)) in enumerate(days)))
    chosen = _ours(scope, (days[0][1][0], days[-1][1][1]))
    rows = connection.execute(
        _columns(chosen, number.label("day_number"), assessment.c.tone, func.count().label("entries"))
        .group_by(
            "day_number", assessment.c.tone
        )  # by name: PostgreSQL takes the same parameters twice for two expressions
        .order_by("day_number", assessment.c.tone)
    )
    return tuple(
        ToneOfDay(days[row.day_number][0], row.tone, row.entries) for row in rows if row.day_number is not None
    )


def flagged(connection: Connection, scope: Scope, window: Window, limit: int) -> tuple[Item, ...]:
    """Flagged entries, the most severe first, then the newest."""
    rank = case({severity: place for place, severity in enumerate(SEVERITIES)}, value=flag.c.severity)
    worst = select(func.max(rank)).where(flag.c.entry_id == entry.c.id).scalar_subquery()
    chosen = _ours(scope, window).where(is_flagged()).order_by(worst.desc(), when.desc(), entry.c.id)
    return tuple(load(connection, scope, chosen.limit(limit)))


def stories(
    connection: Connection, scope: Scope, window: Window, limit: int, units: Sequence[str] = ()
) -> tuple[StoryLine, ...]:
    """Stories that more than one entry tells, those in most sources first; of these units, where some are given."""
    ours = _ours(scope, window)
    if units:
        ours = ours.where(names_unit(units))
    story_id = story_entry.c.story_id
    width = func.count(entry.c.source_id.distinct())
    rows = list(
        connection.execute(
            _columns(
                ours,
                story_id,
                func.count().label("entries"),
                width.label("sources"),
                func.max(when).label("last_at"),
            )
            .group_by(story_id)
            .having(func.count() > 1)
            .order_by(width.desc(), func.count().desc(), story_id)
            .limit(limit)
        )
    )
    told = load(
        connection,
        scope,
        ours.where(story_id.in_([row.story_id for row in rows])).order_by(when.desc(), entry.c.id),
    )
    first = {item.story_id: item for item in told}
    return tuple(StoryLine(first[row.story_id], row.entries, row.sources, row.last_at) for row in rows)


def _ours(scope: Scope, window: Window) -> Select[Any]:
    start, end = window
    return readable(scope).where(assessment.c.about, when >= start, when < end)


def _columns(chosen: Select[Any], *columns: Any) -> Select[Any]:
    return chosen.with_only_columns(*columns, maintain_column_froms=True)


def _counts(row: Row[Any]) -> Counts:
    return Counts(**{name: getattr(row, name) for name in Counts.__dataclass_fields__})
