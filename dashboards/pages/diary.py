"""Diarieföring: what is proposed for the municipality's diary, by whom, and under which number it was registered."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from dashboards import paging
from dashboards.auth import Changing, Reading, Who, World
from dashboards.rendering import page
from dashboards.sheets import kept
from pipelines.duties import diary, handover
from pipelines.duties.diary import Kind, State
from pipelines.duties.propose import Wish, propose, settle
from pipelines.store.views import registrations as view

router = APIRouter()
SHOWN: dict[str, tuple[State, ...]] = {"foreslagna": ("proposed",), "avslutade": ("registered", "declined")}
Which = Annotated[Literal["foreslagna", "avslutade"], Query()]
Id = Annotated[str, Path(max_length=24)]


@router.get("/diarieforing")
def show(
    request: Request,
    app: World,
    opened: Reading,
    who: Who,
    visa: Which = "foreslagna",
    sida: paging.Number = 1,
) -> Response:
    lines, total = view.listed(opened, who.scope, SHOWN[visa], offset=paging.before(sida), limit=paging.SIZE)
    pages = paging.pages(total, sida)
    return page(
        request,
        "diary.html",
        lines=lines,
        total=total,
        which=visa,
        pages=pages,
        current=sida,
        registrator=app.config.registrator,
        query={"visa": visa, "sida": sida},
    )


@router.get("/diarieforing.zip")
def files(app: World, opened: Reading, who: Who, visa: Which = "foreslagna") -> Response:
    lines, _total = view.listed(opened, who.scope, SHOWN[visa], limit=view.MOST)
    return kept(handover.as_zip(handover.files(lines, app.config)), "application/zip", f"diarieforing-{visa}.zip")


@router.get("/diarieforing/{diarie}/handling.pdf")
def paper(opened: Reading, who: Who, diarie: Id) -> Response:
    filed = view.one(opened, who.scope, diarie)
    if filed is None or filed.paper is None:
        raise HTTPException(404)
    return kept(filed.paper.content, "application/pdf", filed.registration.file)


@router.post("/inlagg/{entry_id}/diariefor")
def put(
    app: World,
    who: Changing,
    entry_id: Annotated[str, Path(max_length=64)],
    slag: Annotated[Kind, Form()] = "criticism",
    amne: Annotated[str, Form(max_length=diary.LONGEST_SUBJECT)] = "",
    avsandare: Annotated[str, Form(max_length=diary.LONGEST_SENDER)] = "",
    enhet: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    if propose(app, who.scope, entry_id, Wish(slag, amne, avsandare, enhet), who.account.name) is None:
        raise HTTPException(404)
    return RedirectResponse(f"/inlagg/{entry_id}#diarie", 303)


@router.post("/diarieforing/{diarie}")
def decide(
    request: Request,
    app: World,
    who: Changing,
    diarie: Id,
    lage: Annotated[State, Form()] = "registered",
    nummer: Annotated[str, Form(max_length=diary.LONGEST_REFERENCE)] = "",
    sedda: Annotated[int | None, Form(ge=0)] = None,
) -> Response:
    """`sedda`: how many lines of its history stood on the page that the form is from."""
    answer, filed = settle(app, who.scope, diarie, lage, nummer, who.account.name, sedda)
    if filed is None:
        raise HTTPException(404)
    if answer == "said":
        return RedirectResponse(f"/diarieforing?visa={'foreslagna' if lage == 'proposed' else 'avslutade'}", 303)
    status = 409 if answer == "meanwhile" else 400
    return page(request, "diary_refused.html", status=status, answer=answer, one=filed)
