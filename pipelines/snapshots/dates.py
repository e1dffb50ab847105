"""Which half-year it is time for. Pure: it is told the local date."""

from __future__ import annotations

from datetime import date, timedelta

from pipelines.config.schema import Snapshots


def days(given: Snapshots, year: int) -> tuple[date, ...]:
    """The days of that year, earliest first."""
    return tuple(sorted(date(year, *map(int, day.split("-"))) for day in given.dates))


def last(given: Snapshots, today: date) -> date:
    """The last of the days that has come."""
    return max(day for year in (today.year - 1, today.year) for day in days(given, year) if day <= today)


def due(given: Snapshots, today: date) -> date | None:
    """The same, as long as it is not too late for it."""
    come = last(given, today)
    return come if today - come <= timedelta(days=given.late_days) else None


def following(given: Snapshots, today: date) -> date:
    """The first of the days that is still to come."""
    return min(day for year in (today.year, today.year + 1) for day in days(given, year) if day > today)
