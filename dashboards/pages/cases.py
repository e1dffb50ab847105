"""Ärenden: questions and unsuitable posts with their clocks; and the presses that say what was done about one."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from dashboards import paging
from dashboards.auth import Changing, Reading, Who, World
from dashboards.kept import kept_of
from dashboards.rendering import page
from pipelines.casework import Decision
from pipelines.store.cases import MAX_NOTE
from pipelines.store.views import cases as view
from pipelines.triage import decide as settle

router = APIRouter()


@router.get("/arenden")
def show(
    request: Request,
    app: World,
    opened: Reading,
    who: Who,
    visa: Annotated[Literal["oppna", "avslutade"], Query()] = "oppna",
    sida: paging.Number = 1,
) -> Response:
    closed = visa == "avslutade"
    kept = kept_of(request)
    count = partial(view.count, opened, who.scope, closed=closed)
    total = kept.get(("cases", who.scope, closed), app.clock(), count, lambda total: total > view.COUNTED)
    pages = paging.pages(min(total, view.COUNTED), sida)
    return page(
        request,
        "cases.html",
        lines=view.listed(opened, who.scope, closed=closed, offset=paging.before(sida), limit=paging.SIZE),
        total=total,
        counted=view.COUNTED,
        closed=closed,
        pages=pages,
        current=sida,
        search=f"ärende:{'avslutat' if closed else 'öppet'}",
        query={"visa": visa, "sida": sida},
    )


@router.post("/arenden/{case_id}")
def decide(
    request: Request,
    app: World,
    who: Changing,
    case_id: Annotated[str, Path(max_length=24)],
    beslut: Annotated[Decision, Form()],
    anteckning: Annotated[str, Form(max_length=MAX_NOTE)] = "",
    sedda: Annotated[int | None, Form(ge=0)] = None,
) -> Response:
    """`sedda`: how many decisions stood on the page that the form is from."""
    answer, file = settle(app, who.scope, case_id, beslut, anteckning, who.account.name, sedda)
    if file is None:
        raise HTTPException(404)
    if answer == "meanwhile":
        wanted = {"decision": beslut, "note": anteckning}
        later = file.decisions[sedda:]
        return page(request, "case_meanwhile.html", status=409, file=file, later=later, wanted=wanted)
    return RedirectResponse(f"/inlagg/{file.case.entry_id}#arende", 303)
