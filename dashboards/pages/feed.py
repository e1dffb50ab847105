"""Flöde: everything that may be seen, with searches and filters that stand in the address; and the same as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection

from dashboards.asked import Asked, Mistake, Wanted, address, filters
from dashboards.auth import Reading, Who, World
from dashboards.rendering import page
from dashboards.sheets import as_csv, as_xlsx, table
from pipelines.config.schema import Config
from pipelines.search import FIELDS, choices
from pipelines.store.views import Scope, entries
from pipelines.types import Item

router = APIRouter()
PAGE = 25
EXPORTED = 5_000
"""Rows of a table: the newest."""
STEP = 500
EXAMPLES = 4
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/flode")
def show(request: Request, app: World, opened: Reading, who: Who, asked: Annotated[Asked, Query()]) -> Response:
    found, total, mistake = entries.Page((), None, None), 0, None
    try:
        chosen = filters(asked, app.config, app.clock())
    except Mistake as error:
        mistake = error
    else:
        total = entries.count(opened, who.scope, chosen)
        found = entries.find(opened, who.scope, chosen, before=asked.fore, after=asked.efter, limit=PAGE, total=total)
    return page(
        request,
        "feed.html",
        status=400 if mistake else 200,
        found=found,
        total=total,
        counted=entries.COUNTED,
        mistake=mistake,
        copies=entries.copies(opened, who.scope, [item.story_id for item in found.items]),
        asked=asked,
        query=address(asked),
        units=_units(app.config, who.scope),
        fields=[(name, choices(name, app.config)[:EXAMPLES]) for name in FIELDS],
        exported=EXPORTED,
    )


@router.get("/flode.csv")
def csv(app: World, opened: Reading, who: Who, asked: Annotated[Wanted, Query()]) -> Response:
    rows = table(_all(app, opened, who, asked), app.config)
    return StreamingResponse(as_csv(rows), media_type="text/csv; charset=utf-8", headers=_named("csv"))


@router.get("/flode.xlsx")
def xlsx(app: World, opened: Reading, who: Who, asked: Annotated[Wanted, Query()]) -> Response:
    rows = table(_all(app, opened, who, asked), app.config)
    return Response(as_xlsx(rows), media_type=XLSX, headers=_named("xlsx"))


def _all(app: World, opened: Reading, who: Who, asked: Wanted) -> Iterator[Item]:
    """The newest of the list. A search that cannot be read is refused before anything is sent."""
    try:
        chosen = filters(asked, app.config, app.clock())
    except Mistake as error:
        raise HTTPException(400) from error
    return _stepwise(opened, who.scope, chosen)


def _stepwise(opened: Connection, scope: Scope, chosen: entries.Filters) -> Iterator[Item]:
    before: int | None = None
    total = entries.count(opened, scope, chosen)
    for _ in range(EXPORTED // STEP):
        found = entries.find(opened, scope, chosen, before=before, limit=STEP, total=total)
        yield from found.items
        before = found.older
        if before is None:
            return


def _named(ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="mediebevakning.{ending}"'}


def _units(config: Config, scope: Scope) -> list[tuple[str, str]]:
    """The units that the visitor may choose between, by name."""
    chosen = [unit for unit in config.units if scope.units is None or unit.id in scope.units]
    return sorted(((unit.id, unit.name) for unit in chosen), key=lambda pair: pair[1].casefold())
