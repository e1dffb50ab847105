"""Stretches of local days: weeks by ISO, months, quarters; each with its name. Pure: today is an argument."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date

from pipelines.when import midnight

Step = Literal["week", "month"]
WORDS = {"sv": ("vecka", "kvartal"), "en": ("week", "quarter")}
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The local days from `first` up to but not including `end`."""

    first: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.first).days

    def window(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When it begins and ends: a week with a change of clocks is an hour longer or shorter."""
        return midnight(self.first, zone), midnight(self.end, zone)


def around(day: date, step: Step | Literal["quarter"]) -> Period:
    """The whole week, month or quarter that the day is in."""
    if step == "week":
        first = day - timedelta(days=day.weekday())
        return Period(first, first + WEEK)
    length = 1 if step == "month" else 3
    first = date(day.year, day.month - (day.month - 1) % length, 1)
    return Period(first, _later(first, length))


def steps(whole: Period, step: Step) -> tuple[Period, ...]:
    """The weeks or months that `whole` touches, the first and the last as long as they are in the calendar."""
    return tuple(_steps(whole, step))


def _steps(whole: Period, step: Step) -> Iterator[Period]:
    one = around(whole.first, step)
    while one.first < whole.end:
        yield one
        one = around(one.end, step)


def weeks_before(day: date, number: int) -> tuple[Period, ...]:
    """The whole weeks before the week of `day`, oldest first."""
    this = around(day, "week").first
    return tuple(Period(this - back * WEEK, this - (back - 1) * WEEK) for back in range(number, 0, -1))


def name(period: Period, language: str = "sv") -> str:
    """As Swedes say it: "vecka 47 2026", "november 2026", "kvartal 4 2026", "3 november–9 december 2026"."""
    week, quarter = WORDS[language]
    if period == around(period.first, "week"):
        year, number, _ = period.first.isocalendar()
        return f"{week} {number} {year}"
    if period == around(period.first, "month"):
        return format_date(period.first, "LLLL y", locale=language)
    if period == around(period.first, "quarter"):
        return f"{quarter} {(period.first.month + 2) // 3} {period.first.year}"
    last = period.end - DAY
    if last == period.first:
        return format_date(last, "d MMMM y", locale=language)
    begins = "d MMMM" if period.first.year == last.year else "d MMMM y"
    return f"{format_date(period.first, begins, locale=language)}–{format_date(last, 'd MMMM y', locale=language)}"


def _later(first: date, months: int) -> date:
    passed = first.month - 1 + months
    return date(first.year + passed // 12, passed % 12 + 1, 1)
