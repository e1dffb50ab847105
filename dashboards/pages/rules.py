"""Regler: how often each rule has fired and been right, and what waits for someone to confirm it."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from dashboards.auth import Reading, Who, World
from dashboards.rendering import page
from pipelines.correct import waiting
from pipelines.precision import records
from pipelines.store import corrections
from pipelines.store.views.corrections import by_links

router = APIRouter()
WAITING = 50


@router.get("/regler")
def show(request: Request, app: World, opened: Reading, who: Who) -> Response:
    since = app.clock() - timedelta(days=app.config.precision.days)
    waits = [(item, waiting(said)) for item, said in by_links(opened, who.scope, WAITING)]
    return page(
        request,
        "rules.html",
        records=records(app.config, corrections.rules(opened, since)),
        waits=[(item, said) for item, said in waits if said],
    )
