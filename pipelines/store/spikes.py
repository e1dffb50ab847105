"""How much is written, by place and medium, and when that was more than usual."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, or_, select

from pipelines.store.digests import when
from pipelines.store.schema import assessment, entry, entry_unit, source_state, spike
from pipelines.types import Kind


@dataclass(frozen=True, slots=True)
class Counted:
    """One post about the municipality, as spikes see it."""

    at: datetime
    kind: Kind
    units: frozenset[str]
    negative: bool
    positive: bool


def posts(connection: Connection, since: datetime, now: datetime) -> list[Counted]:
    """What was written about the municipality from `since` to `now`, in sources that were watched all that time: a
    source that is new brings more posts, not more to write about. What is withheld from its units counts for none."""
    watched = select(source_state.c.source_id).where(source_state.c.first_fetched_at <= since)
    rows = list(
        connection.execute(
            select(entry.c.id, entry.c.kind, assessment.c.stance, assessment.c.tone, when().label("at"))
            .join(assessment, assessment.c.entry_id == entry.c.id)
            .where(assessment.c.about, entry.c.purged_at.is_(None), when() > since, when() <= now)
            .where(entry.c.source_id.in_(watched))
        )
    )
    units: dict[str, set[str]] = {}
    named = (
        select(entry_unit.c.entry_id, entry_unit.c.unit_id)
        .join(entry, entry.c.id == entry_unit.c.entry_id)
        .join(assessment, assessment.c.entry_id == entry.c.id)
        .where(when() > since, when() <= now, ~or_(assessment.c.by_employee, assessment.c.about_management))
    )
    for row in connection.execute(named):
        units.setdefault(row.entry_id, set()).add(row.unit_id)
    return [
        Counted(
            at=row.at,
            kind=row.kind,
            units=frozenset(units.get(row.id, ())),
            negative=row.stance == "critical" or row.tone == "negative",
            positive=row.stance == "supportive" or row.tone == "positive",
        )
        for row in rows
    ]


def last(connection: Connection, place: str, medium: str) -> datetime | None:
    """When there was last a spike there."""
    at: datetime | None = connection.execute(
        select(func.max(spike.c.at)).where(spike.c.place == place, spike.c.medium == medium)
    ).scalar_one()
    return at


@dataclass(frozen=True, slots=True)
class Noted:
    """A spike that was told."""

    place: str
    medium: str
    measure: str
    at: datetime
    count: int
    mean: float


def between(connection: Connection, start: datetime, end: datetime) -> list[Noted]:
    """The spikes from `start` up to `end`, oldest first."""
    columns = (spike.c[name] for name in Noted.__dataclass_fields__)
    rows = connection.execute(select(*columns).where(spike.c.at >= start, spike.c.at < end).order_by(spike.c.at))
    return [Noted(**row._mapping) for row in rows]


def record(
    connection: Connection, *, place: str, medium: str, measure: str, at: datetime, count: int, mean: float, sd: float
) -> None:
    """Note a spike."""
    row = {"place": place, "medium": medium, "measure": measure, "at": at, "count": count, "mean": mean, "sd": sd}
    connection.execute(insert(spike).values(row))
