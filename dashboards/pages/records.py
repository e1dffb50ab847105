"""Dataskydd: the records of processing as the configuration has them now, and what has changed in them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from dashboards.auth import Changing, World
from dashboards.rendering import page
from dashboards.sheets import kept
from pipelines.duties import recorded, records
from pipelines.reports import paper

router = APIRouter()
Which = Literal["artikel-30", "konsekvensbedomning", "information", "automatiserade-beslut"]


@router.get("/dataskydd")
def show(request: Request, app: World, visa: Annotated[Which, Query()] = "artikel-30") -> Response:
    made = recorded.present(app)
    titles = {name: one.title for name, one in made.items()}
    off = [one.name for one in records.measures(app.config) if not one.on]
    return page(request, "records.html", paper=made[visa], which=visa, titles=titles, off=off)


@router.get("/dataskydd.pdf")
def pdf(app: World, visa: Annotated[Which, Query()] = "artikel-30") -> Response:
    now = app.clock().astimezone(app.config.zone)
    return kept(paper.pdf(recorded.present(app)[visa], now), "application/pdf", f"{visa}.pdf")


@router.post("/dataskydd")
def keep(app: World, who: Changing, visa: Annotated[Which, Form()] = "artikel-30") -> Response:
    recorded.keep(app, who.account.name)
    return RedirectResponse(f"/dataskydd?visa={visa}", 303)
