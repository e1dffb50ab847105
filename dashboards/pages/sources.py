"""Källor: how each source fares, and the problems that someone must look at."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from dashboards import conditions
from dashboards.auth import Reading, Who, World
from dashboards.rendering import page
from pipelines.store import overlay
from pipelines.store.views import health

router = APIRouter()
WEEK = timedelta(days=7)


@router.get("/kallor")
def show(request: Request, app: World, opened: Reading, who: Who) -> Response:
    given = health.health(opened, who.scope, app.clock() - WEEK)
    lines = conditions.lines(app.config.sources, given)
    return page(
        request,
        "sources.html",
        lines=lines,
        alive=sum(line.condition in ("ok", "unchanged", "degraded") for line in lines),
        watched=sum(line.condition != "off" for line in lines),
        issues=health.issues(opened, who.scope),
        paused={one.name: one for one in overlay.current(opened, "pause")},
    )
