"""What the address of the list asks for: the same for the page, its exports, and a search that was saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import HTTPException, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dashboards.catalogue import texts
from dashboards.dates import day_window
from pipelines.config.schema import Config
from pipelines.query import BadQuery
from pipelines.query import Query as Question
from pipelines.search import boxes, understand
from pipelines.store.views import entries

LAST_PLACE = 2**63 - 1
SHOWN = 60
"""Characters on either side of where a search errs."""


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Word = Annotated[str | None, Query(max_length=64), BeforeValidator(_none_if_empty)]
Day = Annotated[date | None, BeforeValidator(_none_if_empty)]
Place = Annotated[int | None, Query(ge=0, le=LAST_PLACE)]


class Wanted(BaseModel):
    """Searches and filters; an empty field of a form asks for nothing."""

    model_config = ConfigDict(extra="forbid")

    sok: str = ""
    alla: str = ""
    fras: str = ""
    inga: str = ""
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
    lage: Annotated[Literal["oklara"] | None, BeforeValidator(_none_if_empty)] = None
    vidare: Annotated[Literal["1"] | None, Field(exclude=True)] = None
    """Asks for nothing: what `onward.AGAIN` leaves in an address that someone comes to by a link in a mail."""


class Asked(Wanted):
    """The same, from a place in the list: what is older than it, or newer."""

    fore: Place = None
    efter: Place = None
    utfall: Annotated[str, Field(exclude=True)] = ""
    """Asks for nothing: what came of what someone did with posts of the list (pages.triage)."""


class Mistake(ValueError):
    """A search that cannot be read, as someone is told of it."""

    def __init__(self, text: str, error: BadQuery) -> None:
        at = min(error.at, len(text))
        self.says = texts()["query_problem"][error.problem].format(**error.given)
        self.number = at + 1
        self.before, self.here, self.after = text[max(0, at - SHOWN) : at], text[at : at + 1], text[at + 1 :][:SHOWN]
        super().__init__(self.says)


def filters(wanted: Wanted, config: Config, now: datetime) -> entries.Filters:
    """What to read. Raises Mistake where a search cannot be read, HTTPException(400) for a day that is none."""
    return entries.Filters(
        asked=tuple(_searches(wanted, config, now)),
        tone=wanted.ton,
        stance=wanted.hallning,
        intent=wanted.avsikt,
        flag=wanted.flagga,
        unit=wanted.enhet,
        source=wanted.kalla,
        kind=wanted.slag,
        since=_start(wanted.fran, config.zone),
        until=_start(wanted.till, config.zone, later=timedelta(days=1)),
        about=wanted.omfattning == "om-oss",
        undone=wanted.lage == "oklara",
    )


def address(wanted: Wanted, *, place: bool = False) -> dict[str, str]:
    """As it stands in an address, with or without the place in the list: what is not asked for is left out."""
    given = wanted.model_dump(mode="json", exclude_defaults=True, exclude=None if place else {"fore", "efter"})
    return {key: str(value) for key, value in given.items()}


def _searches(wanted: Wanted, config: Config, now: datetime) -> Iterator[Question]:
    if wanted.sok.strip():
        try:
            yield understand(wanted.sok, config, now)
        except BadQuery as error:
            raise Mistake(wanted.sok, error) from error
    try:
        form = boxes(wanted.alla, wanted.fras, wanted.inga)
    except BadQuery as error:
        raise Mistake(" ".join((wanted.alla, wanted.fras, wanted.inga)), error) from error
    if form:
        yield form


def _start(day: date | None, zone: ZoneInfo, later: timedelta = timedelta(0)) -> datetime | None:
    if day is None:
        return None
    try:
        return day_window(day + later, zone)[0]
    except OverflowError as error:  # 9999-12-31 has no day after it
        raise HTTPException(400) from error
