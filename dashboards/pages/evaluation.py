"""Utvärdering: a year or a campaign of the municipality, a unit or an account, goals against results; page and PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from dashboards.asked import Word
from dashboards.auth import Reading, Visitor, Who, World
from dashboards.kept import kept_of
from dashboards.pages.charts import LOOKS, WIDTHS
from dashboards.rendering import page
from dashboards.sheets import kept
from pipelines.bootstrap import App
from pipelines.evaluation import areas, paper
from pipelines.evaluation.areas import Occasion, Subject
from pipelines.evaluation.drawings import draw, drawings
from pipelines.evaluation.facts import Facts, facts, subjects
from pipelines.evaluation.report import report, title
from pipelines.store import register
from pipelines.store.views import totals

router = APIRouter()
PREFIX = {"municipality": "", "unit": "enhet:", "account": "konto:"}
MOST_YEARS = 10


class Wanted(BaseModel):
    """Which report; an empty field of the form asks for what comes first."""

    model_config = ConfigDict(extra="forbid")

    period: Word = None
    """A year, or the id of a campaign."""
    vem: Annotated[str | None, Field(max_length=80)] = None
    """Nothing for the first that the visitor may see, enhet:ID, konto:ID."""


class Drawn(Wanted):
    bredd: Literal["bred", "smal"] = "bred"
    tema: Literal["ljus", "mork"] = "ljus"


@dataclass(frozen=True, slots=True)
class Chosen:
    occasion: Occasion
    subject: Subject

    @property
    def address(self) -> str:
        """As it stands in an address, with its question mark."""
        return "?" + urlencode({"period": self.occasion.id, "vem": name(self.subject)})


def name(subject: Subject) -> str:
    """As it stands in an address."""
    return f"{PREFIX[subject.kind]}{subject.id}"


@router.get("/utvardering")
def listed(request: Request, app: World, opened: Reading, who: Who) -> Response:
    return page(
        request,
        "evaluations.html",
        occasions=list(_occasions(app, opened)),
        subjects=[(name(one), one.name) for one in _subjects(app, opened, who)],
        goals=app.config.goals,
    )


@router.get("/utvardering/rapport")
def show(request: Request, app: World, opened: Reading, who: Who, asked: Annotated[Wanted, Query()]) -> Response:
    chosen = _chosen(app, opened, who, asked)
    found = _facts(request, app, opened, who, chosen)
    pictures = drawings(found, app.config.zone, drawn=False, address=f"/utvardering/{{}}.svg{chosen.address}")
    return page(
        request,
        "evaluation.html",
        blocks=report(found, app.config, pictures),
        heading=title(found),
        address=chosen.address,
        period=chosen.occasion.id,
        who=name(chosen.subject),
        occasions=list(_occasions(app, opened)),
        subjects=[(name(one), one.name) for one in _subjects(app, opened, who)],
    )


@router.get("/utvardering/rapport.pdf")
def pdf(request: Request, app: World, opened: Reading, who: Who, asked: Annotated[Wanted, Query()]) -> Response:
    found = _facts(request, app, opened, who, _chosen(app, opened, who, asked))
    return kept(paper.pdf(found, app.config), "application/pdf", f"{paper.file_name(found)}.pdf")


@router.get("/utvardering/{vad}.svg")
def svg(
    request: Request, app: World, opened: Reading, who: Who, vad: str, asked: Annotated[Drawn, Query()]
) -> Response:
    found = _facts(request, app, opened, who, _chosen(app, opened, who, asked))
    try:
        drawn = draw(vad, found, app.config.zone, width=WIDTHS[asked.bredd], look=LOOKS[asked.tema])
    except LookupError as error:
        raise HTTPException(404) from error
    return Response(drawn, media_type="image/svg+xml")


def _occasions(app: App, opened: Connection) -> Iterator[Occasion]:
    """Years that the watch has seen, and campaigns that have begun; the latest first."""
    today = app.today()
    since = totals.watched_since(opened)
    first = since.astimezone(app.config.zone).year if since else today.year
    for year in range(today.year, max(first, today.year - MOST_YEARS + 1) - 1, -1):
        yield areas.of_year(year)
    campaigns = sorted(app.config.campaigns, key=lambda one: one.first, reverse=True)
    yield from (areas.of_campaign(one) for one in campaigns if one.first <= today)


def _subjects(app: App, opened: Connection, who: Visitor) -> list[Subject]:
    return list(subjects(app.config, register.current(opened), who.scope))


def _chosen(app: App, opened: Connection, who: Visitor, asked: Wanted) -> Chosen:
    """What is not there, and what the visitor may not see, is 404."""
    today = app.today()
    occasion = areas.named(asked.period or str(today.year), app.config)
    every = _subjects(app, opened, who)
    subject = next((one for one in every if not asked.vem or name(one) == asked.vem), None)
    if occasion is None or occasion.period.first > today or subject is None:
        raise HTTPException(404)
    return Chosen(occasion, subject)


def _facts(request: Request, app: App, opened: Connection, who: Visitor, chosen: Chosen) -> Facts:
    """As they were within the last minute."""
    now = app.clock()
    return kept_of(request).get(
        ("evaluation", who.scope, chosen.occasion, chosen.subject),
        now,
        lambda: facts(opened, who.scope, app.config, chosen.subject, chosen.occasion, now),
    )
