"""Digest windows: no gap, no overlap, at the same local time over every change of the clock; and which are due."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.notify.window import closed, due, of_day, shifted

STOCKHOLM = ZoneInfo("Europe/Stockholm")
HALF_PAST_SEVEN = time(7, 30)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
DAYS = st.dates(date(2025, 1, 1), date(2035, 1, 1))
CLOSINGS = st.times().map(lambda at: at.replace(microsecond=0))
ZONES = st.sampled_from(["Europe/Stockholm", "UTC", "America/St_Johns", "Australia/Lord_Howe"]).map(ZoneInfo)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 24),
        (date(2026, 3, 29), 23),  # summer time begins
        (date(2026, 10, 25), 25),  # and ends
        (date(2027, 1, 1), 24),
    ],
)
def test_a_window_is_a_local_day(day: date, hours: int) -> None:
    window = of_day(day, HALF_PAST_SEVEN, STOCKHOLM)
    assert window.end - window.start == timedelta(hours=hours)
    assert window.end.astimezone(STOCKHOLM).replace(tzinfo=None) == datetime.combine(day, HALF_PAST_SEVEN)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 21, 6, 29, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 21, 6, 30, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 3, 29, 5, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 10, 25, 5, 30, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2026, 12, 31)),
    ],
)
def test_the_last_closed_window(now: datetime, expected: date) -> None:
    assert closed(now, HALF_PAST_SEVEN, STOCKHOLM).day == expected


@given(DAYS, CLOSINGS, ZONES)
def test_each_window_begins_where_the_one_before_ended(day: date, closes: time, zone: ZoneInfo) -> None:
    window = of_day(day, closes, zone)
    assert window.start == of_day(day - timedelta(days=1), closes, zone).end
    assert timedelta(hours=22) < window.end - window.start < timedelta(hours=26)


@given(MOMENTS, CLOSINGS, ZONES)
def test_exactly_the_last_closed_window_has_closed(now: datetime, closes: time, zone: ZoneInfo) -> None:
    window = closed(now, closes, zone)
    assert window.end <= now < of_day(window.day + timedelta(days=1), closes, zone).end


def test_before_the_first_digest_only_the_newest_is_due_and_only_if_there_is_cause() -> None:
    assert due(date(2026, 11, 21), None, 7, begins=True) == (date(2026, 11, 21),)
    assert due(date(2026, 11, 21), None, 7, begins=False) == ()


@given(DAYS, st.integers(-3, 60), st.integers(1, 31))
def test_missed_days_are_made_good_once_each_and_no_further_back_than_allowed(
    newest: date, behind: int, repair_days: int
) -> None:
    last = newest - timedelta(days=behind)
    days = due(newest, last, repair_days, begins=False)
    assert len(days) == min(max(behind, 0), repair_days)
    assert list(days) == sorted(set(days))
    if days:
        assert days[-1] == newest
        assert days[0] > last


@given(DAYS, CLOSINGS, ZONES, st.sets(st.integers(0, 6), min_size=1))
def test_on_chosen_days_only_nothing_falls_between_two_windows(
    day: date, closes: time, zone: ZoneInfo, weekdays: set[int]
) -> None:
    chosen = [day + timedelta(days=after) for after in range(15) if (day + timedelta(days=after)).weekday() in weekdays]
    windows = [of_day(one, closes, zone, weekdays) for one in chosen]
    assert all(earlier.end == later.start for earlier, later in itertools.pairwise(windows))


@pytest.mark.parametrize("day", [date(2026, 3, 30), date(2026, 10, 26), date(2027, 1, 4)])
def test_a_week_earlier_is_the_same_weekdays_at_the_same_local_time(day: date) -> None:
    """Also where the clock was changed in between: the weekend's window of a Monday is three local days."""
    monday = of_day(day, HALF_PAST_SEVEN, STOCKHOLM, {0, 1, 2, 3, 4})
    before = shifted(monday, 7, HALF_PAST_SEVEN, STOCKHOLM)
    assert before == of_day(day - timedelta(days=7), HALF_PAST_SEVEN, STOCKHOLM, {0, 1, 2, 3, 4})
    assert {moment.astimezone(STOCKHOLM).time() for moment in (before.start, before.end)} == {HALF_PAST_SEVEN}
