"""Översikt: the last day against what is usual, flags, clocks, tone over time, stories, units, places, sources."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from dashboards import conditions
from dashboards.auth import Reading, Who, World
from dashboards.pages.charts import tone_table
from dashboards.rendering import page
from pipelines.store.views import cases, entries, health, overview, trends

router = APIRouter()
DAY, WEEK = timedelta(days=1), timedelta(days=7)
FLAGGED, STORIES, LATEST, UNITS, PLACES, WAITING = 6, 5, 6, 10, 10, 4


@router.get("/")
def show(request: Request, app: World, opened: Reading, who: Who) -> Response:
    now = app.clock()
    week = _until(now, WEEK)
    waiting, total = cases.listed(opened, who.scope, closed=False, limit=WAITING)
    lines = conditions.lines(app.config.sources, health.health(opened, who.scope, now - WEEK))
    return page(
        request,
        "overview.html",
        counts={
            "day": overview.counts(opened, who.scope, _until(now, DAY)),
            "usual": overview.counts(opened, who.scope, _until(now - DAY, WEEK)),
            "week": overview.counts(opened, who.scope, week),
            "week_before": overview.counts(opened, who.scope, _until(now - WEEK, WEEK)),
        },
        flagged=overview.flagged(opened, who.scope, week, FLAGGED),
        stories=overview.stories(opened, who.scope, week, STORIES),
        units=list(overview.units(opened, who.scope, week).items())[:UNITS],
        places=trends.of_places(opened, who.scope, week, PLACES),
        waiting=waiting,
        waiting_total=total,
        latest=entries.find(opened, who.scope, entries.Filters(), limit=LATEST).items,
        table=tone_table(opened, who.scope, now, app.config.zone),
        sources=[line for line in lines if line.condition != "off"],
        silent=[line for line in lines if line.condition in conditions.SILENT],
    )


def _until(end: datetime, length: timedelta) -> overview.Window:
    return end - length, end
