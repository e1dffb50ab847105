"""Händelser: what several entries tell, and figures over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from dashboards.api import figures, models
from dashboards.api.caller import Reader
from dashboards.api.days import Day, bounded
from dashboards.api.problems import Problem
from dashboards.api.route import PREFIX, routes
from dashboards.api.shapes import Shapes
from dashboards.auth import Reading, World
from dashboards.dates import day_window
from pipelines.bootstrap import App
from pipelines.store.views import overview
from pipelines.store.views.detail import detail, newest_of
from pipelines.store.views.scope import Window

router = routes("Händelser och siffror")
MOST_DAYS = 366
USUAL_DAYS = 30
StoryId = Annotated[
    str,
    Path(max_length=64, json_schema_extra={"format": "story-id"}, description="Händelsens id.", examples=["s-8f2c"]),
]


class Days(BaseModel):
    """From and to, both days among them; of more than MOST_DAYS the last."""

    model_config = ConfigDict(extra="forbid")
    since: Day = Field(None, description=f"Första dagen; annars {USUAL_DAYS} dagar till och med den sista.")
    until: Day = Field(None, description=f"Sista dagen; annars i dag. Högst {MOST_DAYS} dagar: de sista.")


class Counted(Days):
    step: Literal["day", "week"] = Field("day", description="Per dag, eller per vecka från måndag.")


class Told(Days):
    limit: int = Field(20, ge=1, le=100)


@router.get("/stories", summary="Lista händelser")
def story_list(app: World, opened: Reading, who: Reader, asked: Annotated[Told, Query()]) -> models.Stories:
    """Det som mer än ett inlägg berättar, det som finns i flest källor först."""
    since, until = _span(app, asked)
    shapes = Shapes(app.config)
    found = overview.stories(opened, who.scope, _window(since, until, app.config.zone), asked.limit)
    return models.Stories(
        since=since,
        until=until,
        items=tuple(
            models.StoryBrief(
                id=one.first.story_id,
                link=f"{PREFIX}/stories/{quote(one.first.story_id, safe='')}",
                first=shapes.brief(one.first),
                entries=one.entries,
                sources=one.sources,
                last_at=one.last_at,
            )
            for one in found
        ),
    )


@router.get("/stories/{story_id}", summary="Läs en händelse")
def story_one(app: World, opened: Reading, who: Reader, story_id: StoryId) -> models.Story:
    """Inläggen som du får läsa i den, högst hundra utöver det nyaste."""
    newest = newest_of(opened, who.scope, story_id)
    found = detail(opened, who.scope, newest.entry.id) if newest else None
    if found is None:
        raise Problem("missing")
    shapes = Shapes(app.config)
    others = (models.Copy(reason=one.reason, entry=shapes.brief(one.item)) for one in found.copies)
    return models.Story(id=story_id, entries=(models.Copy(reason="", entry=shapes.brief(found.item)), *others))


@router.get("/trends/tone", summary="Räkna inlägg per dag eller vecka och ton")
def trend_tone(app: World, opened: Reading, who: Reader, asked: Annotated[Counted, Query()]) -> figures.Tones:
    """Inlägg som handlar om kommunen, det äldsta steget först. Steg utan inlägg är med."""
    since, until = _span(app, asked)
    steps = list(_steps(since, until, asked.step, app.config.zone))
    counted: dict[date, dict[str, int]] = {start: {} for start, _ in steps}
    for row in overview.tone_by_day(opened, who.scope, steps):
        counted[row.day][row.tone] = row.entries
    none = dict.fromkeys(("negative", "neutral", "positive", "unsure"), 0)
    items = (figures.ToneStep(start=start, **(none | found)) for start, found in counted.items())
    return figures.Tones(since=since, until=until, items=tuple(items))


@router.get("/trends/units", summary="Räkna inlägg per enhet")
def trend_units(app: World, opened: Reading, who: Reader, asked: Annotated[Days, Query()]) -> figures.Units:
    """Under hela tiden, den med flest inlägg först. Enheter utan inlägg är inte med."""
    since, until = _span(app, asked)
    found = overview.units(opened, who.scope, _window(since, until, app.config.zone))
    shapes = Shapes(app.config)
    items = (figures.UnitCounts(unit=shapes.unit(unit), **asdict(counts)) for unit, counts in found.items())
    return figures.Units(since=since, until=until, items=tuple(items))


def _span(app: App, asked: Days) -> tuple[date, date]:
    until = bounded(asked.until) or app.today()
    since = bounded(asked.since) or until - timedelta(days=USUAL_DAYS - 1)
    return max(since, until - timedelta(days=MOST_DAYS - 1)), until


def _window(since: date, until: date, zone: ZoneInfo) -> Window:
    return day_window(since, zone)[0], day_window(until, zone)[1]


def _steps(since: date, until: date, step: str, zone: ZoneInfo) -> Iterator[tuple[date, tuple[datetime, datetime]]]:
    """By their first day; a week may begin before `since` and end after `until`."""
    start = since - timedelta(days=since.weekday()) if step == "week" else since
    length = timedelta(days=7 if step == "week" else 1)
    while start <= until:
        yield start, _window(start, start + length - timedelta(days=1), zone)
        start += length
