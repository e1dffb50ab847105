"""Diagrams as images of their own, so that no page needs inline styles; the page that shows one has its table too."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from dashboards.auth import Reading, Who, World
from dashboards.catalogue import texts
from dashboards.dates import day_window
from dashboards.kept import Kept, kept_of
from dashboards.language import tag
from pipelines.reports import charts, frames
from pipelines.store.views import Scope, overview

router = APIRouter()
DAYS = 30
WIDTHS = {"bred": 620, "smal": 290}
"""Of the plot in CSS pixels, for a wide screen and for a phone."""
LOOKS: dict[str, charts.Look] = {"ljus": "light", "mork": "dark"}

Row = tuple[date, str, int]


@router.get("/diagram/ton.svg")
def tone(
    request: Request,
    app: World,
    opened: Reading,
    who: Who,
    bredd: Annotated[Literal["bred", "smal"], Query()] = "bred",
    tema: Annotated[Literal["ljus", "mork"], Query()] = "ljus",
) -> Response:
    now = app.clock()
    days = last_days(now, app.config.zone)
    rows = _rows(kept_of(request), opened, who.scope, now, days, app.config.zone)
    drawn = _drawn(rows, days, WIDTHS[bredd], LOOKS[tema], tag())
    return Response(drawn, media_type="image/svg+xml")


def tone_table(
    kept: Kept, opened: Connection, scope: Scope, now: datetime, zone: ZoneInfo
) -> list[tuple[date, dict[str, int]]]:
    """The chart's figures, newest day first."""
    days = last_days(now, zone)
    counted = {(day, tone): entries for day, tone, entries in _rows(kept, opened, scope, now, days, zone)}
    return [(day, {tone: counted.get((day, tone), 0) for tone in frames.TONES}) for day in days[: -DAYS - 1 : -1]]


def last_days(now: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    """The local days to count: DAYS to show, and those before that the mean of the first one needs."""
    today = now.astimezone(zone).date()
    return tuple(today - timedelta(days=back) for back in range(DAYS + frames.WEEK - 2, -1, -1))


def _rows(
    kept: Kept, opened: Connection, scope: Scope, now: datetime, days: tuple[date, ...], zone: ZoneInfo
) -> tuple[Row, ...]:
    """Counted once for the page and its chart."""

    def counted() -> tuple[Row, ...]:
        found = overview.tone_by_day(opened, scope, [(day, day_window(day, zone)) for day in days])
        return tuple((row.day, row.tone, row.entries) for row in found)

    return kept.get(("tone", scope, days), now, counted)


@lru_cache(maxsize=64)
def _drawn(rows: tuple[Row, ...], days: tuple[date, ...], width: int, look: charts.Look, locale: charts.Locale) -> str:
    """Drawing takes a tenth of a second, so the same figures are drawn once for each language."""
    frame = frames.tone_by_day(rows, days)
    mean = frames.week_mean(frame)
    words = texts()
    shown = {tone: name for tone, name in words["tones"].items() if tone != "unsure" or frame[tone].any()}
    given = charts.Words(words["chart"]["title"], words["chart"]["description"], shown, locale)
    return charts.tone_over_time(frame.iloc[-DAYS:], mean.iloc[-DAYS:], given, width=width, look=look)
