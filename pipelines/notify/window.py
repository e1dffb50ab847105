"""Which digests are due: a fixed window of a day that closes at the same local time, whatever runs when.

A window is named after the local date on which it closes. It begins where the one before it ended, so that a day of 23
or 25 hours leaves no gap and tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` up to, not including, `end`; aware UTC."""

    day: date
    start: datetime
    end: datetime


EVERY_DAY = frozenset(range(7))


def of_day(day: date, closes: time, zone: ZoneInfo, weekdays: Set[int] = EVERY_DAY) -> Window:
    """The window that closes on `day`. It begins where that of the day before closed, or, where only some `weekdays`
    (Monday is 0) have one, that of the last of these.
    """
    before = next(day - timedelta(days=back) for back in range(1, 8) if (day.weekday() - back) % 7 in weekdays)
    return Window(day, _closing(before, closes, zone), _closing(day, closes, zone))


def shifted(window: Window, days: int, closes: time, zone: ZoneInfo) -> Window:
    """The window as long in days that closed `days` earlier, at the same local time."""
    long = round((window.end - window.start) / timedelta(days=1))
    day = window.day - timedelta(days=days)
    return Window(day, _closing(day - timedelta(days=long), closes, zone), _closing(day, closes, zone))


def closed(now: datetime, closes: time, zone: ZoneInfo) -> Window:
    """The last window that has closed at `now`."""
    today = of_day(now.astimezone(zone).date(), closes, zone)
    return today if today.end <= now else of_day(today.day - timedelta(days=1), closes, zone)


def due(newest: date, last: date | None, repair_days: int, *, begins: bool) -> tuple[date, ...]:
    """The dates whose digests are to be sent, oldest first.

    newest: the last closed window's date. last: the latest date that has been sent; None before the first, when only
    the newest is due, and only if it `begins`: something waits for it, or we were watching before it closed.
    repair_days: how far back a missed run is made good; what is older waits in the oldest of them.
    """
    if last is None:
        return (newest,) if begins else ()
    first = max(last + timedelta(days=1), newest - timedelta(days=repair_days - 1))
    return tuple(first + timedelta(days=number) for number in range((newest - first).days + 1))


def _closing(day: date, closes: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, closes, zone).astimezone(UTC)
