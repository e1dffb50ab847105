"""The day's window: always the last that has closed, whole over every change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample.clock import ZONE, last_closed

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.times())
def test_any_time_of_day_lies_in_the_window_and_the_window_in_the_past(now: datetime, wall: time) -> None:
    window = last_closed(now)
    assert window.opens <= window.at(wall.replace(tzinfo=None)) < window.closes <= now


@given(MOMENTS)
def test_no_later_window_has_closed(now: datetime) -> None:
    assert last_closed(now + timedelta(hours=25)).closes > now
    assert last_closed(now).closes.astimezone(ZONE).time() == time(7, 30)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-06-10T07:29:59+02:00", date(2026, 6, 8)),
        ("2026-06-10T07:30:00+02:00", date(2026, 6, 9)),
        ("2026-06-10T23:59:00+02:00", date(2026, 6, 9)),
        ("2027-01-01T07:30:00+01:00", date(2026, 12, 31)),
        ("2026-03-29T05:30:00+00:00", date(2026, 3, 28)),
        ("2026-10-25T06:29:00+00:00", date(2026, 10, 23)),
    ],
)
def test_the_window_closes_at_half_past_seven_local_time(now: str, day: date) -> None:
    assert last_closed(datetime.fromisoformat(now)).day == day


@pytest.mark.parametrize(
    ("now", "hours"), [("2026-03-29T12:00Z", 23), ("2026-10-25T12:00Z", 25), ("2026-10-24T12:00Z", 24)]
)
def test_a_window_is_an_hour_shorter_or_longer_when_the_clocks_change(now: str, hours: int) -> None:
    window = last_closed(datetime.fromisoformat(now))
    assert window.closes - window.opens == timedelta(hours=hours)
