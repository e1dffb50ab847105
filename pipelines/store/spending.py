"""What each source has used up of its budget: a row for a source and a day (UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, case, func, insert, select, update

from pipelines.store.schema import spent


@dataclass(frozen=True, slots=True)
class Spent:
    requests: int = 0
    """Of the day."""
    usd: float = 0.0
    """Of the month to the day."""


def until(connection: Connection, today: date) -> dict[str, Spent]:
    """What each source has used up today and this month; those that have used nothing are left out."""
    rows = connection.execute(
        select(
            spent.c.source_id,
            func.sum(case((spent.c.day == today, spent.c.requests), else_=0)).label("requests"),
            func.sum(spent.c.usd).label("usd"),
        )
        .where(spent.c.day >= today.replace(day=1), spent.c.day <= today)
        .group_by(spent.c.source_id)
    )
    return {row.source_id: Spent(int(row.requests), float(row.usd)) for row in rows}


def add(connection: Connection, source_id: str, day: date, requests: int, usd: float) -> None:
    """Count what one visit used up."""
    here = (spent.c.source_id == source_id) & (spent.c.day == day)
    more = {"requests": spent.c.requests + requests, "usd": spent.c.usd + usd}
    if connection.execute(update(spent).where(here).values(**more)).rowcount == 0:
        connection.execute(insert(spent).values(source_id=source_id, day=day, requests=requests, usd=usd))
