"""Ärenden: the list, one with its history, and a step in it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response

from dashboards import paging
from dashboards.api import models
from dashboards.api.caller import Decider, Reader
from dashboards.api.problems import Problem
from dashboards.api.route import PREFIX, routes
from dashboards.api.shapes import case_brief, case_whole
from dashboards.api.tags import IfMatch, expect, tagged
from dashboards.auth import Reading, World
from pipelines.store import cases
from pipelines.store.views import cases as view

router = routes("Ärenden")
CaseId = Annotated[
    str, Path(max_length=24, json_schema_extra={"format": "case-id"}, description="Ärendets id.", examples=["4b1d"])
]


@router.get("/cases", summary="Lista ärenden")
def case_list(
    opened: Reading,
    who: Reader,
    state: Annotated[Literal["open", "closed"], Query(description="Öppna, eller avslutade.")] = "open",
    page: paging.Number = 1,
) -> models.Cases:
    """De öppna med minst tid kvar först, eller de avslutade med de senaste först."""
    closed = state == "closed"
    total = view.count(opened, who.scope, closed=closed)
    lines = view.listed(opened, who.scope, closed=closed, offset=paging.before(page), limit=paging.SIZE)
    more = f"{PREFIX}/cases?state={state}&page={page + 1}" if page * paging.SIZE < total else None
    return models.Cases(items=tuple(case_brief(line.case) for line in lines), total=total, next=more)


@router.get("/cases/{case_id}", summary="Läs ett ärende", response_model=models.Case)
def case_one(request: Request, opened: Reading, who: Reader, case_id: CaseId) -> Response:
    """Med allt som har hänt. ETag behövs för att fatta ett beslut."""
    file = view.one(opened, who.scope, case_id)
    if file is None:
        raise Problem("missing")
    return tagged(request, case_whole(file.case, file.history))


@router.post("/cases/{case_id}/steps", summary="Fatta ett beslut i ett ärende", response_model=models.Case)
def case_step(
    request: Request, app: World, who: Decider, case_id: CaseId, given: models.Step, if_match: IfMatch = None
) -> Response:
    """Skicka ärendets ETag i If-Match. Den som är i det läget redan förblir det: då läggs ingen rad till."""
    with app.engine.begin() as connection:
        cases.lock(connection, case_id)
        file = view.one(connection, who.scope, case_id)
        if file is None:
            raise Problem("missing")
        expect(if_match, case_whole(file.case, file.history))
        by, now = who.account.name, app.clock()
        cases.decide(connection, case_id, given.decision, by=by, via="api", now=now, note=given.note)
        file = view.one(connection, who.scope, case_id)
        assert file is not None, "who may decide may read"
    return tagged(request, case_whole(file.case, file.history))
