"""Weeks, months and quarters as the calendar has them, whatever the clocks do."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipelines.reports.periods import Period, Step, around, name, steps, weeks_before

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAYS = some.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (Period(date(2026, 11, 16), date(2026, 11, 23)), "vecka 47 2026"),
        (Period(date(2024, 12, 30), date(2025, 1, 6)), "vecka 1 2025"),
        (Period(date(2026, 12, 28), date(2027, 1, 4)), "vecka 53 2026"),
        (Period(date(2026, 11, 1), date(2026, 12, 1)), "november 2026"),
        (Period(date(2026, 10, 1), date(2027, 1, 1)), "kvartal 4 2026"),
        (Period(date(2026, 11, 3), date(2026, 12, 10)), "3 november–9 december 2026"),
        (Period(date(2025, 12, 31), date(2026, 1, 3)), "31 december 2025–2 januari 2026"),
        (Period(date(2026, 11, 3), date(2026, 11, 4)), "3 november 2026"),
    ],
)
def test_a_period_is_called_what_swedes_call_it(period: Period, said: str) -> None:
    assert name(period) == said


def test_a_week_with_a_change_of_clocks_has_an_hour_less_or_more() -> None:
    lengths = [
        end.timestamp() - start.timestamp()
        for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1))
        for start, end in [around(day, "week").window(STOCKHOLM)]
    ]
    assert [length / 3600 for length in lengths] == [167, 169, 168]


@given(DAYS, some.integers(1, 500), some.sampled_from(["week", "month"]))
def test_steps_cover_all_days_once_and_follow_each_other(first: date, days: int, step: Step) -> None:
    made = steps(Period(first, first + timedelta(days=days)), step)
    assert made[0].first <= first and made[-1].end >= first + timedelta(days=days)
    assert all(before.end == after.first for before, after in pairwise(made))
    assert all(around(one.first, step) == one for one in made)


@given(DAYS)
def test_the_weeks_before_are_whole_and_over(day: date) -> None:
    made = weeks_before(day, 8)
    assert len(made) == 8 and made[-1].end <= day < made[-1].end + timedelta(days=7)
    assert {one.days for one in made} == {7} and {one.first.weekday() for one in made} == {0}
