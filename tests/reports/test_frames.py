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
