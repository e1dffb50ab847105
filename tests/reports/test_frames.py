"""Frames have every day and every tone, and means that are means."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reports import frames

DAYS = [date(2026, 10, 20) + timedelta(days=number) for number in range(10)]


def test_gaps_are_noughts() -> None:
    frame = frames.tone_by_day([(DAYS[1], "negative", 4), (DAYS[3], "positive", 2)], DAYS)
    assert list(frame.index) == DAYS and tuple(frame.columns) == frames.TONES
    assert frame.to_numpy().sum() == 6 and frame.at[DAYS[1], "negative"] == 4 and frame.at[DAYS[2], "neutral"] == 0


def test_nothing_at_all_is_noughts() -> None:
    frame = frames.tone_by_day([], DAYS)
    assert frame.shape == (10, 4) and not frame.to_numpy().any()


@given(st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(frames.TONES), st.integers(0, 99))))
def test_everything_is_counted_once(rows: list[tuple[date, str, int]]) -> None:
    frame = frames.tone_by_day(rows, DAYS)
    assert int(frame.to_numpy().sum()) == sum(count for _, _, count in rows)


def test_the_mean_is_of_seven_days_and_waits_for_them() -> None:
    frame = frames.tone_by_day([(day, "neutral", number) for number, day in enumerate(DAYS)], DAYS)
    mean = frames.week_mean(frame)["neutral"]
    assert pd.isna(mean.iloc[5]) and mean.iloc[6] == 3 and mean.iloc[9] == 6


def test_what_is_usual_is_no_storm_and_of_few_weeks_unknown() -> None:
    weeks = frames.counts([(number, "all", 10) for number in range(7)] + [(7, "all", 900)], range(8), ["all"])
    assert frames.usual(weeks) == {"all": 10.0}
    assert frames.usual(weeks.iloc[:2]) is None


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_is_told_of_ten_or_more(part: int, rest: int) -> None:
    found = frames.share(part, part + rest)
    assert (found is None) == (part + rest < 10)
    assert found is None or 0 <= found <= 1
