"""Flöde: everything that may be seen, with filters that stand in the address."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, BeforeValidator

from dashboards.auth import Reading, Who, World
from dashboards.dates import day_window
from dashboards.rendering import page
from pipelines.config.schema import Config
from pipelines.store.views import Scope, entries

router = APIRouter()
PAGE = 25
LAST_PAGE = 1_000_000
"""No list is longer; beyond it an offset is no number that a database takes."""


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Word = Annotated[str | None, Query(max_length=64), BeforeValidator(_none_if_empty)]
Day = Annotated[date | None, BeforeValidator(_none_if_empty)]


class Asked(BaseModel):
    """The address's query; an empty field of a form asks for nothing."""

    sok: Annotated[str, Query(max_length=200)] = ""
    ton: Word = None
    hallning: Word = None
    avsikt: Word = None
    flagga: Word = None
    enhet: Word = None
    kalla: Word = None
    slag: Word = None
    fran: Day = None
    till: Day = None
    omfattning: Literal["om-oss", "allt"] = "om-oss"
    sida: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1


@router.get("/flode")
def show(request: Request, app: World, opened: Reading, who: Who, asked: Annotated[Asked, Query()]) -> Response:
    found = entries.find(
        opened, who.scope, _filters(asked, app.config.zone), offset=(asked.sida - 1) * PAGE, limit=PAGE
    )
    pages = max(1, -(-found.total // PAGE))
    if asked.sida > pages:
        raise HTTPException(404)
    return page(
        request,
        "feed.html",
        found=found,
        copies=entries.copies(opened, who.scope, [item.story_id for item in found.items]),
        asked=asked,
        query=asked.model_dump(mode="json", exclude_defaults=True),
        pages=pages,
        first=(asked.sida - 1) * PAGE + 1,
        units=_units(app.config, who.scope),
    )


def _filters(asked: Asked, zone: ZoneInfo) -> entries.Filters:
    return entries.Filters(
        text=asked.sok,
        tone=asked.ton,
        stance=asked.hallning,
        intent=asked.avsikt,
        flag=asked.flagga,
        unit=asked.enhet,
        source=asked.kalla,
        kind=asked.slag,
        since=_start(asked.fran, zone),
        until=_start(asked.till, zone, later=timedelta(days=1)),
        about=asked.omfattning == "om-oss",
    )


def _start(day: date | None, zone: ZoneInfo, later: timedelta = timedelta(0)) -> datetime | None:
    if day is None:
        return None
    try:
        return day_window(day + later, zone)[0]
    except OverflowError as error:  # 9999-12-31 has no day after it
        raise HTTPException(400) from error


def _units(config: Config, scope: Scope) -> list[tuple[str, str]]:
    """The units that the visitor may choose between, by name."""
    chosen = [unit for unit in config.units if scope.units is None or unit.id in scope.units]
    return sorted(((unit.id, unit.name) for unit in chosen), key=lambda pair: pair[1].casefold())
