"""Figures over time: counts in windows, tone day by day, flagged entries, the largest stories, the units."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import gcd

from sqlalchemy import ColumnElement, Connection, case, func, select

from pipelines.store.schema import AnyRow, entry, flag, gist, gist_unit, story_entry
from pipelines.store.search import moment, place
from pipelines.store.views.scope import Scope, Window, gists_within, load, of_units, readable
from pipelines.types import SEVERITIES, Item


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
    """To the second."""


@dataclass(frozen=True, slots=True)
class Width:
    """How far a story has spread among the entries that may be seen; `first` and `last` are places in the index."""

    entries: int
    sources: int
    first: int
    last: int


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


COUNTS: tuple[ColumnElement[int], ...] = (
    func.count().label("entries"),
    _how_many(gist.c.tone == "negative").label("negative"),
    _how_many(gist.c.tone == "positive").label("positive"),
    _how_many(gist.c.stance == "critical").label("critical"),
    _how_many(gist.c.intent == "question").label("questions"),
    _how_many(gist.c.flagged).label("flagged"),
)


def counts(connection: Connection, scope: Scope, window: Window) -> Counts:
    """What concerns the municipality in `window`."""
    return _counts(connection.execute(select(*COUNTS).where(*gists_within(scope, window))).one())


def units(connection: Connection, scope: Scope, window: Window) -> dict[str, Counts]:
    """The same by unit, most entries first; a unit without any is left out."""
    chosen = select(gist_unit.c.unit_id, *COUNTS).join(gist, gist.c.id == gist_unit.c.id)
    chosen = chosen.where(*gists_within(scope, window))
    if scope.units is not None:
        chosen = chosen.where(gist_unit.c.unit_id.in_(sorted(scope.units)))
    ordered = chosen.group_by(gist_unit.c.unit_id).order_by(func.count().desc(), gist_unit.c.unit_id)
    return {row.unit_id: _counts(row) for row in connection.execute(ordered)}


def tone_by_day(connection: Connection, scope: Scope, days: Sequence[tuple[date, Window]]) -> tuple[ToneOfDay, ...]:
    """Entries by day and tone, of days that follow each other. The caller says when each begins and ends, as only he
    knows its time zone. Counted by the longest time that all of them are made of: a day, or an hour where one of them
    is longer than the others."""
    if not days:
        return ()
    starts = [place(start) for _, (start, _) in days]
    step = gcd(*(start - starts[0] for start in starts)) or place(days[0][1][1]) - starts[0]
    number = ((gist.c.id - starts[0]) // step).label("number")
    rows = connection.execute(
        select(number, gist.c.tone, func.count().label("entries"))
        .where(*gists_within(scope, (days[0][1][0], days[-1][1][1])))
        .group_by("number", gist.c.tone)  # by name: PostgreSQL takes the same parameters twice for two expressions
    )
    counted: Counter[tuple[int, str]] = Counter()
    for row in rows:
        counted[bisect_right(starts, starts[0] + row.number * step) - 1, row.tone] += row.entries
    return tuple(ToneOfDay(days[day][0], tone, entries) for (day, tone), entries in sorted(counted.items()))


def flagged(connection: Connection, scope: Scope, window: Window, limit: int) -> tuple[Item, ...]:
    """Flagged entries, the most severe first, then the newest."""
    rank = case({severity: number for number, severity in enumerate(SEVERITIES)}, value=flag.c.severity)
    worst = select(func.max(rank)).where(flag.c.entry_id == gist.c.entry_id).correlate(gist).scalar_subquery()
    chosen = select(gist.c.entry_id).where(*gists_within(scope, window), gist.c.flagged)
    ids = list(connection.execute(chosen.order_by(worst.desc(), gist.c.id.desc()).limit(limit)).scalars())
    return tuple(_in_order(connection, scope, ids))


def stories(
    connection: Connection, scope: Scope, window: Window, limit: int, units: Sequence[str] = ()
) -> tuple[StoryLine, ...]:
    """Stories that more than one entry tells, those in most sources first; of these units, where some are given."""
    return with_firsts(connection, scope, widest(connection, scope, window, limit, units))


def widest(
    connection: Connection, scope: Scope, window: Window, limit: int, units: Sequence[str] = ()
) -> tuple[Width, ...]:
    """How far those stories have spread."""
    story_id = story_entry.c.story_id
    width = func.count(gist.c.source_id.distinct())
    told = (
        select(
            func.count().label("entries"),
            width.label("sources"),
            func.min(gist.c.id).label("first"),
            func.max(gist.c.id).label("last"),
        )
        .join(story_entry, story_entry.c.entry_id == gist.c.entry_id)
        .where(*gists_within(scope, window))
        .group_by(story_id)
        .having(func.count() > 1)
        .order_by(width.desc(), func.count().desc(), story_id)
        .limit(limit)
    )
    if units:
        told = told.where(of_units(units))
    return tuple(Width(*row) for row in connection.execute(told))


def with_firsts(connection: Connection, scope: Scope, found: Sequence[Width]) -> tuple[StoryLine, ...]:
    """The same with the first entry of each; without those whose first may not be seen any more."""
    begun = select(gist.c.id, gist.c.entry_id).where(gist.c.id.in_([one.first for one in found]))
    places = {row.entry_id: row.id for row in connection.execute(begun)}
    firsts = {places[item.entry.id]: item for item in _in_order(connection, scope, list(places))}
    return tuple(
        StoryLine(firsts[one.first], one.entries, one.sources, moment(one.last)) for one in found if one.first in firsts
    )


def _in_order(connection: Connection, scope: Scope, ids: Sequence[str]) -> list[Item]:
    found = {item.entry.id: item for item in load(connection, scope, readable(scope).where(entry.c.id.in_(ids)))}
    return [found[id] for id in ids if id in found]


def _counts(row: AnyRow) -> Counts:
    return Counts(**{name: getattr(row, name) for name in Counts.__dataclass_fields__})
