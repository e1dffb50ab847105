"""Dates as Swedes write them, across midnight, New Year and the changes of the clock."""

from __future__ import annotations

from contextvars import copy_context
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards import dates
from dashboards.language import speak
from pipelines.notify import wording

ZONE = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "written"),
    [
        (NOW, "i dag 14.05"),
        (NOW - timedelta(hours=14, minutes=5), "i dag 00.00"),
        (NOW - timedelta(hours=14, minutes=6), "i går 23.59"),
        (NOW - timedelta(days=2), "19 november kl. 14.05"),
        (NOW + timedelta(days=1), "22 november kl. 14.05"),
        (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), "1 januari kl. 00.30"),
        (datetime(2025, 12, 31, 22, 30, tzinfo=UTC), "31 december 2025 kl. 23.30"),
    ],
)
def test_a_moment_is_as_short_as_can_be(when: datetime, written: str) -> None:
    assert dates.moment(when, NOW, ZONE) == written


def test_the_long_forms() -> None:
    assert dates.whole(NOW, ZONE) == "lördag 21 november 2026 kl. 14.05"
    assert dates.day(date(2026, 11, 21)) == "lördag 21 november 2026"
    assert dates.short_day(date(2026, 11, 12)) == "tors 12 nov"


@pytest.mark.parametrize(
    ("day", "week"), [("2026-11-21", 47), ("2027-01-03", 53), ("2027-01-04", 1), ("2025-12-29", 1)]
)
def test_weeks_are_counted_as_the_calendar_counts(day: str, week: int) -> None:
    assert dates.week(date.fromisoformat(day)) == f"vecka {week}"


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-21", 24)])
def test_a_day_is_as_long_as_it_is(day: str, hours: int) -> None:
    start, end = (edge.astimezone(UTC) for edge in dates.day_window(date.fromisoformat(day), ZONE))
    assert end - start == timedelta(hours=hours)


def test_the_same_in_english() -> None:
    def said() -> tuple[str, ...]:
        speak("en")
        return (
            dates.moment(NOW, NOW, ZONE),
            dates.moment(NOW - timedelta(hours=14, minutes=6), NOW, ZONE),
            dates.moment(NOW - timedelta(days=2), NOW, ZONE),
            dates.whole(NOW, ZONE),
            dates.week(date(2026, 11, 22)),
            dates.clock(time(7, 30)),
            dates.left(NOW, NOW + timedelta(hours=1)),
            dates.left(NOW, NOW - timedelta(days=3)),
        )

    assert copy_context().run(said) == (
        "today 14:05",
        "yesterday 23:59",
        "19 November at 14:05",
        "Saturday 21 November 2026 at 14:05",
        "week 47",
        "07:30",
        "1 hour left",
        "3 days late",
    )


def test_what_is_left_is_told_as_in_mails() -> None:
    for minutes in (1, 2, 60, 180, 3000, -1, -5, -60, -180, -3000):
        due = NOW + timedelta(minutes=minutes)
        assert dates.left(NOW, due) == wording.left(NOW, due)
