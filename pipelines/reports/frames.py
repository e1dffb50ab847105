"""Rows of counts become frames without gaps. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

TONES = ("negative", "neutral", "positive", "unsure")
WEEK = 7
"""Days of the mean: a week, since weekends write less than weekdays."""


def tone_by_day(rows: Iterable[tuple[date, str, int]], days: Sequence[date]) -> pd.DataFrame:
    """Entries by day (rows, as given in `days`) and tone (columns, as in TONES); 0 where nothing was counted."""
    frame = pd.DataFrame(list(rows), columns=["day", "tone", "entries"])
    table = frame.pivot_table(index="day", columns="tone", values="entries", aggfunc="sum", fill_value=0)
    return table.reindex(index=list(days), columns=list(TONES), fill_value=0).astype(int)


def week_mean(frame: pd.DataFrame) -> pd.DataFrame:
    """The mean of each day and the six before it; missing for the first six days, which lack a whole week."""
    return frame.rolling(WEEK).mean()
