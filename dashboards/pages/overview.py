"""Översikt: the last day against what is usual, flags, clocks, tone over time, stories, units, places, sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from dashboards import conditions
from dashboards.auth import Reading, Who, World
from dashboards.kept import kept_of
from dashboards.pages.charts import tone_table
from dashboards.rendering import page
from pipelines.store.views import Scope, cases, entries, health, overview, trends
from pipelines.store.views.overview import Counts
from pipelines.store.views.scope import Window

router = APIRouter()
DAY, WEEK = timedelta(days=1), timedelta(days=7)
FLAGGED, STORIES, LATEST, UNITS, PLACES, WAITING = 6, 5, 6, 10, 10, 4


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted, and as true a minute later; posts, clocks and sources are read anew for each answer."""

    counts: dict[str, Counts]
    units: list[tuple[str, Counts]]
    places: tuple[trends.OfPlace, ...]
    stories: tuple[overview.Width, ...]


@router.get("/")
def show(request: Request, app: World, opened: Reading, who: Who) -> Response:
    now = app.clock()
    kept = kept_of(request)
    figures = kept.get(("overview", who.scope), now, lambda: _figures(opened, who.scope, now))
    lines = conditions.lines(app.config.sources, health.health(opened, who.scope, None))
    return page(
        request,
        "overview.html",
        counts=figures.counts,
        flagged=overview.flagged(opened, who.scope, _until(now, WEEK), FLAGGED),
        stories=overview.with_firsts(opened, who.scope, figures.stories),
        units=figures.units,
        places=figures.places,
        waiting=cases.listed(opened, who.scope, closed=False, limit=WAITING),
        waiting_total=cases.count(opened, who.scope, closed=False),
        latest=entries.find(opened, who.scope, entries.Filters(), limit=LATEST).items,
        table=tone_table(kept, opened, who.scope, now, app.config.zone),
        sources=[line for line in lines if line.condition != "off"],
        silent=[line for line in lines if line.condition in conditions.SILENT],
    )


def _figures(opened: Connection, scope: Scope, now: datetime) -> Figures:
    week = _until(now, WEEK)
    return Figures(
        counts={
            "day": overview.counts(opened, scope, _until(now, DAY)),
            "usual": overview.counts(opened, scope, _until(now - DAY, WEEK)),
            "week": overview.counts(opened, scope, week),
            "week_before": overview.counts(opened, scope, _until(now - WEEK, WEEK)),
        },
        units=list(overview.units(opened, scope, week).items())[:UNITS],
        places=trends.of_places(opened, scope, week, PLACES),
        stories=overview.widest(opened, scope, week, STORIES),
    )


def _until(end: datetime, length: timedelta) -> Window:
    return end - length, end
