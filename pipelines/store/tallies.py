"""What is counted of posts as they leave `gist`, so that a year's figures outlive its texts; and the days of sources.

A post is in `gist` or in `tally`, never in both: whoever seals or empties it keeps it here first, in one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from pipelines.evaluation.values import SourceDay
from pipelines.query import Query
from pipelines.store.entries import CHUNK
from pipelines.store.matching import matching
from pipelines.store.schema import (
    case_file,
    correction,
    flag,
    gist,
    gist_unit,
    poll,
    source_day,
    tally,
    tally_case,
)
from pipelines.store.search import moment
from pipelines.types import short_hash
from pipelines.when import midnight

JUDGED = {"is-flag": "right", "not-flag": "wrong"}
"""What someone logged in can have said of a flag."""
ANSWERED = ("ok", "unchanged", "degraded")
COMMON = ("month", "source_id", "about", "tone", "stance", "question", "withheld", "units", "campaigns", "flags")
OF_CASE = ("source_id", "withheld", "units", "campaigns")


def keep(
    connection: Connection, ids: Sequence[str], zone: ZoneInfo, campaigns: Mapping[str, Query], now: datetime
) -> int:
    """Count these entries, which are about to leave `gist`; those that have left it are counted already. Returns how
    many. campaigns: by id, what their posts have in common."""
    counted = 0
    for start in range(0, len(ids), CHUNK):
        counted += _keep(connection, list(ids[start : start + CHUNK]), zone, campaigns, now)
    return counted


def _keep(connection: Connection, ids: list[str], zone: ZoneInfo, campaigns: Mapping[str, Query], now: datetime) -> int:
    rows = connection.execute(select(gist).where(gist.c.entry_id.in_(ids))).all()
    if not rows:
        return 0
    there = [row.entry_id for row in rows]
    in_campaigns = _gathered(
        (entry_id, campaign)
        for campaign, query in campaigns.items()
        for entry_id in connection.execute(_members(connection, query, there)).scalars()
    )
    units = _gathered((row.entry_id, row.unit_id) for row in connection.execute(_units(there)))
    flags = _gathered((entry_id, f"{word}:{category}") for entry_id, category, word in _flags(connection, there))
    cells = {
        row.entry_id: {
            "month": f"{moment(row.id).astimezone(zone):%Y-%m}",
            "source_id": row.source_id,
            "about": row.about,
            "tone": row.tone,
            "stance": row.stance,
            "question": row.intent == "question",
            "withheld": row.withheld,
            "units": units.get(row.entry_id, ""),
            "campaigns": in_campaigns.get(row.entry_id, ""),
            "flags": flags.get(row.entry_id, ""),
        }
        for row in rows
    }
    _add(connection, cells.values(), now)
    _keep_cases(connection, cells)
    return len(rows)


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: " ".join(sorted(values)) for key, values in found.items()}


def _members(connection: Connection, query: Query, ids: Sequence[str]) -> Any:
    asked = matching(connection, query)
    return select(gist.c.entry_id).select_from(asked.source).where(*asked.conditions, gist.c.entry_id.in_(ids))


def _units(ids: Sequence[str]) -> Any:
    return (
        select(gist.c.entry_id, gist_unit.c.unit_id)
        .join(gist_unit, gist_unit.c.id == gist.c.id)
        .where(gist.c.entry_id.in_(ids))
    )


def _flags(connection: Connection, ids: Sequence[str]) -> Iterable[tuple[str, str, str]]:
    """(entry, category, what became of it); the last word of someone logged in counts."""
    raised = select(flag.c.entry_id, flag.c.category).where(flag.c.entry_id.in_(ids)).distinct()
    for row in connection.execute(raised):
        yield row.entry_id, row.category, "raised"
    said = (
        select(correction.c.entry_id, correction.c.value, correction.c.verdict)
        .where(correction.c.entry_id.in_(ids), correction.c.via == "account", correction.c.verdict.in_(JUDGED))
        .order_by(correction.c.id)
    )
    last = {(row.entry_id, row.value): JUDGED[row.verdict] for row in connection.execute(said)}
    for (entry_id, category), word in last.items():
        yield entry_id, category, word


def _add(connection: Connection, cells: Iterable[Mapping[str, Any]], now: datetime) -> None:
    numbers = Counter(tuple(cell[name] for name in COMMON) for cell in cells)
    made = postgresql if connection.dialect.name == "postgresql" else sqlite
    fresh = made.insert(tally)
    added = fresh.on_conflict_do_update(
        index_elements=["key"],
        set_={"entries": tally.c.entries + fresh.excluded.entries, "counted_at": fresh.excluded.counted_at},
    )
    values = [
        dict(zip(COMMON, common, strict=True))
        | {"key": short_hash(*map(str, common)), "entries": number, "counted_at": now}
        for common, number in numbers.items()
    ]
    connection.execute(added, values)


def _keep_cases(connection: Connection, cells: Mapping[str, Mapping[str, Any]]) -> None:
    known = select(tally_case.c.case_id)
    chosen = select(case_file.c.id, case_file.c.entry_id).where(
        case_file.c.entry_id.in_(list(cells)), case_file.c.id.not_in(known)
    )
    rows = [
        {"case_id": row.id} | {name: cells[row.entry_id][name] for name in OF_CASE}
        for row in connection.execute(chosen)
    ]
    if rows:
        connection.execute(insert(tally_case), rows)


# --- days of sources ---------------------------------------------------------------------------------------------


def note_days(connection: Connection, zone: ZoneInfo, now: datetime) -> int:
    """Keep what the log of polls says of each whole day since the last one kept, before that log goes. Returns how
    many rows."""
    rows = [
        {"source_id": one.source_id, "day": one.day, "answered": one.answered, "new": one.new}
        for one in _polled(connection, zone, now)
    ]
    if rows:
        connection.execute(insert(source_day), rows)
    return len(rows)


def source_days(connection: Connection, zone: ZoneInfo, first: date, end: date, now: datetime) -> tuple[SourceDay, ...]:
    """Each whole local day from `first` up to but not including `end` on which a source was asked; those of the last
    days too, which have not been kept yet."""
    chosen = select(source_day).where(source_day.c.day >= first, source_day.c.day < end)
    kept = [SourceDay(**row) for row in connection.execute(chosen).mappings()]
    late = [one for one in _polled(connection, zone, now) if first <= one.day < end]
    return tuple(sorted((*kept, *late), key=lambda one: (one.source_id, one.day)))


def _polled(connection: Connection, zone: ZoneInfo, now: datetime) -> tuple[SourceDay, ...]:
    """From the log of polls, of the whole days after the last one kept."""
    last = connection.execute(select(func.max(source_day.c.day))).scalar()
    today = now.astimezone(zone).date()
    chosen = select(poll.c.source_id, poll.c.at, poll.c.outcome, poll.c.new).where(poll.c.at < midnight(today, zone))
    if last is not None:
        chosen = chosen.where(poll.c.at >= midnight(last + timedelta(days=1), zone))
    days: dict[tuple[str, date], tuple[bool, int]] = {}
    for row in connection.execute(chosen):
        key = (row.source_id, row.at.astimezone(zone).date())
        answered, new = days.get(key, (False, 0))
        days[key] = (answered or row.outcome in ANSWERED, new + row.new)
    return tuple(SourceDay(source, day, answered, new) for (source, day), (answered, new) in days.items())
