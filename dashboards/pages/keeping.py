"""Gallring: what goes when, what would go now, what is held; and what one person has asked to have or to be rid of.

A person's posts are found by the address or the words that the person gives, and only here; what of them is flagged
stands in the access log as read or changed. Nothing of it is shown: it is handed out as a file, or erased.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from dashboards.auth import Changing, Reading, World
from dashboards.changing import Reason
from dashboards.rendering import page
from dashboards.sheets import kept
from pipelines.errors import UserError, WrongCall
from pipelines.housekeeping import hold, person, phase, receipt
from pipelines.housekeeping.person import Asked, NothingFoundError, TooManyError
from pipelines.reports.paper import pdf

router = APIRouter()
Name = Annotated[str, Form(max_length=64)]
Kind = Literal["post", "story", "source"]
WRONG: Mapping[type[UserError], str] = {
    NothingFoundError: "nothing",
    TooManyError: "number",
    WrongCall: "short",
}
"""Why a person's request is refused -> its sentence in the template."""


@router.get("/gallring")
def show(
    request: Request,
    app: World,
    opened: Reading,
    visa: Annotated[Literal["", "provkorning"], Query()] = "",
    inlagg: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    now = app.clock()
    dry = phase.preview(app) if visa else None
    return page(
        request,
        "keeping.html",
        holding=hold.listed(opened, now, holding=True),
        over=hold.listed(opened, now, holding=False),
        decision=receipt.decision(app.config, len(hold.listed(opened, now, holding=True)), now),
        dry=dry and receipt.told(app.config, dry.lines),
        files=dry.files if dry else 0,
        requests=person.listed(app),
        given={"post": inlagg},
    )


@router.get("/gallring/beslut.pdf")
def decision(app: World, opened: Reading) -> Response:
    now = app.clock()
    paper = receipt.decision(app.config, len(hold.listed(opened, now, holding=True)), now)
    return kept(pdf(paper, now.astimezone(app.config.zone)), "application/pdf", "gallringsbeslut.pdf")


@router.post("/gallring/bevara")
def add(
    request: Request,
    app: World,
    who: Changing,
    slag: Annotated[Kind, Form()],
    vad: Name = "",
    till: Annotated[date | None, Form()] = None,
    skal: Reason = "",
) -> Response:
    try:
        if till is None:
            raise WrongCall("a hold has an end")
        said = {"last": till, "reason": skal, "by": who.account.name, "now": app.clock()}
        with app.engine.begin() as connection:
            hold.add(connection, app.config, slag, vad.strip(), **said)  # type: ignore[arg-type]
    except UserError:
        return _refused(request, "hold")
    return RedirectResponse("/gallring#bevarande", 303)


@router.post("/gallring/bevara/{namn}/avsluta")
def end(
    request: Request, app: World, who: Changing, namn: Annotated[str, Path(max_length=24)], skal: Reason = ""
) -> Response:
    if not skal.strip():
        return _refused(request, "reason")
    with app.engine.begin() as connection:
        try:
            hold.end(connection, namn, reason=skal, by=who.account.name, now=app.clock())
        except UserError as error:
            raise HTTPException(404) from error
    return RedirectResponse("/gallring#bevarande", 303)


@router.post("/gallring/person")
def ask(
    request: Request,
    app: World,
    who: Changing,
    gor: Annotated[Literal["utdrag", "radera"], Form()],
    sok: Annotated[person.How, Form()],
    vad: Annotated[str, Form(max_length=500)] = "",
    diarienummer: Annotated[str, Form(max_length=64)] = "",
    antal: Annotated[int | None, Form(ge=1, le=100_000)] = None,
) -> Response:
    """`antal`: how many posts it is about; without it nothing is erased."""
    asked = Asked(sok, vad, diarienummer, who.account.name, who.account.role, antal)
    try:
        if gor == "utdrag":
            _, posts = person.extract(app, asked)
            content = json.dumps(posts, ensure_ascii=False, indent=2, default=str)
            return kept(content.encode(), "application/json", "utdrag.json")
        if antal is None:
            return _refused(request, "number")
        done = person.erase(app, asked)
    except UserError as error:
        return _refused(request, WRONG.get(type(error), "nothing"))
    return page(request, "receipt.html", paper=receipt.receipt(app.config, done))


def _refused(request: Request, why: str) -> Response:
    """Nothing of what was typed is repeated: it may be somebody's name."""
    return page(request, "keeping_refused.html", status=400, why=why)
