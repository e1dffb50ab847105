"""When a local day begins; and dates as one writes them in a search: "idag", "v47", "2026-11-01..2026-11-20", "7d"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Days = tuple[date, date]
"""The first day, and the one after the last."""
WEEK = re.compile(r"(?:([0-9]{4})-?)?v\.?([0-9]{1,2})")
LAST_DAYS = re.compile(r"([1-9][0-9]{0,3})d")
ONE_DAY = timedelta(days=1)
LAST = time(23, 59, 59)
YEARS_TO_WEEK_53 = 8
"""It comes every fifth to seventh year."""


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def last_second(day: date, zone: ZoneInfo) -> datetime:
    """Of a local day: until then holds what holds through the day."""
    return datetime.combine(day, LAST, zone)


def spell(value: str, now: datetime, zone: ZoneInfo) -> tuple[datetime | None, datetime | None] | None:
    """When what `value` names begins and ends, exclusive; None where it names no time. `value` in small letters.

    Two of them with two dots between is from the first through the second; with one left out, it has no such bound.
    """
    today = now.astimezone(zone).date()
    first, dots, last = value.partition("..")
    if not dots:
        days = _days(value, today)
        return (midnight(days[0], zone), midnight(days[1], zone)) if days else None
    begins, ends = _days(first, today), _days(last, today)
    if (first and not begins) or (last and not ends) or not (begins or ends):
        return None
    return midnight(begins[0], zone) if begins else None, midnight(ends[1], zone) if ends else None


def _days(value: str, today: date) -> Days | None:
    monday = today - timedelta(days=today.weekday())
    named = {
        "idag": (today, today + ONE_DAY),
        "igår": (today - ONE_DAY, today),
        "vecka": (monday, monday + timedelta(days=7)),
        "månad": _month(today.year, today.month),
    }
    try:
        if value in named:
            return named[value]
        if match := WEEK.fullmatch(value):
            return _week(match[1], int(match[2]), today)
        if match := LAST_DAYS.fullmatch(value):
            return today - timedelta(days=int(match[1]) - 1), today + ONE_DAY
        return _calendar(value)
    except (ValueError, OverflowError):  # there is no such day, or it is not ours to count with
        return None


def _week(year: str | None, number: int, today: date) -> Days | None:
    """That week of the year, or the latest week of that number that has begun."""
    if year:
        monday = date.fromisocalendar(int(year), number, 1)
    else:
        this = today.isocalendar().year
        begun = (_monday(one, number) for one in range(this, this - YEARS_TO_WEEK_53, -1))
        found = next((day for day in begun if day and day <= today), None)
        if found is None:
            return None
        monday = found
    return monday, monday + timedelta(days=7)


def _monday(year: int, number: int) -> date | None:
    try:
        return date.fromisocalendar(year, number, 1)
    except ValueError:  # not every year has a week 53
        return None


def _calendar(value: str) -> Days | None:
    parts = value.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts[0]) != 4:
        return None
    numbers = [int(part) for part in parts]
    match numbers:
        case [year]:
            return date(year, 1, 1), date(year + 1, 1, 1)
        case [year, month]:
            return _month(year, month)
        case [year, month, day]:
            given = date(year, month, day)
            return given, given + ONE_DAY
        case _:
            return None


def _month(year: int, month: int) -> Days:
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
