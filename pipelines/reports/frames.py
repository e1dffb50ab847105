"""Rows of counts become frames without gaps. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date

import pandas as pd

TONES = ("negative", "neutral", "positive", "unsure")
WEEK = 7
"""Days of the mean: a week, since weekends write less than weekdays."""
SMALL = 10
"""Of fewer entries no percentage is given."""
USUAL_WEEKS = 8
FEW_WEEKS = 3


def tone_by_day(rows: Iterable[tuple[date, str, int]], days: Sequence[date]) -> pd.DataFrame:
    """Entries by day (rows, as given in `days`) and tone (columns, as in TONES); 0 where nothing was counted."""
    return counts(rows, days, TONES)


def counts(
    rows: Iterable[tuple[Hashable, str, int]], index: Sequence[Hashable], columns: Sequence[str]
) -> pd.DataFrame:
    """Entries summed by `index` (rows) and `columns`, all of both and nothing else; 0 where nothing was counted."""
    frame = pd.DataFrame(list(rows), columns=["at", "of", "entries"])
    table = frame.pivot_table(index="at", columns="of", values="entries", aggfunc="sum", fill_value=0)
    return table.reindex(index=list(index), columns=list(columns), fill_value=0).astype(int)


def usual(weeks: pd.DataFrame) -> dict[str, float] | None:
    """The median of each column over whole weeks (rows): what one compares with, as one storm does not move it. None
    where there are fewer than FEW_WEEKS."""
    if len(weeks) < FEW_WEEKS:
        return None
    return {str(column): float(value) for column, value in weeks.median().items()}


def share(part: int, whole: int) -> float | None:
    """The part of the whole, 0 to 1; None where the whole is so small that a percentage would mislead."""
    return part / whole if whole >= SMALL else None


def week_mean(frame: pd.DataFrame) -> pd.DataFrame:
    """The mean of each day and the six before it; missing for the first six days, which lack a whole week."""
    return frame.rolling(WEEK).mean()
