"""Flöde: everything that may be seen, with searches and filters that stand in the address; also as table or PDF."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlalchemy import Connection

from dashboards.asked import Asked, Mistake, Wanted, address, filters
from dashboards.auth import Reading, Who, World
from dashboards.kept import kept_of
from dashboards.language import SOURCE, speak
from dashboards.pages.triage import outcome
from dashboards.printed import CARE, made_by, posts, wanted
from dashboards.rendering import page
from dashboards.sheets import NAME, csv_file, kept, table, xlsx_file
from pipelines.config.schema import Config
from pipelines.reports import blocks, document
from pipelines.search import FIELDS, choices
from pipelines.store.views import Scope, entries
from pipelines.store.views.standing import standings
from pipelines.types import Item

router = APIRouter()
PAGE = 25
EXPORTED = 5_000
"""Rows of a table: the newest."""
PRINTED = 500
"""Entries of a document: the newest."""
STEP = 500
EXAMPLES = 4


@router.get("/flode")
def show(request: Request, app: World, opened: Reading, who: Who, asked: Annotated[Asked, Query()]) -> Response:
    found, total, mistake = entries.Page((), None, None), 0, None
    try:
        chosen = filters(asked, app.config, app.clock())
    except Mistake as error:
        mistake = error
    else:
        total = _total(request, app, opened, who, chosen)
        found = entries.find(opened, who.scope, chosen, before=asked.fore, after=asked.efter, limit=PAGE, total=total)
    return page(
        request,
        "feed.html",
        status=400 if mistake else 200,
        found=found,
        total=total,
        standings=standings(opened, who.scope, found.items),
        done=outcome(app, opened, who, asked.utfall),
        place=address(asked, place=True),
        counted=entries.COUNTED,
        mistake=mistake,
        copies=entries.copies(opened, who.scope, [item.story_id for item in found.items]),
        asked=asked,
        query=address(asked),
        units=units_of(app.config, who.scope),
        fields=[(name, choices(name, app.config)[:EXAMPLES]) for name in FIELDS],
        exported=EXPORTED,
        printed=PRINTED,
    )


def _total(request: Request, app: World, opened: Reading, who: Who, chosen: entries.Filters) -> int:
    """How many there are; that they are more than are counted holds for a while."""
    kept = kept_of(request)
    count = partial(entries.count, opened, who.scope, chosen)
    return kept.get(("total", who.scope, chosen), app.clock(), count, lambda total: total > entries.COUNTED)


@router.get("/flode.csv")
def csv(app: World, opened: Reading, who: Who, asked: Annotated[Wanted, Query()]) -> Response:
    return csv_file(table(_all(app, opened, who, asked), app.config))


@router.get("/flode.xlsx")
def xlsx(app: World, opened: Reading, who: Who, asked: Annotated[Wanted, Query()]) -> Response:
    return xlsx_file(table(_all(app, opened, who, asked), app.config))


@router.get("/flode.pdf")
def pdf(app: World, opened: Reading, who: Who, asked: Annotated[Wanted, Query()]) -> Response:
    """In Swedish whoever asks, as mails are: documents are kept."""
    speak(SOURCE)
    found = list(islice(_all(app, opened, who, asked), PRINTED + 1))
    now, chosen = app.clock(), wanted(asked, app.config)
    told: list[blocks.Block] = [
        blocks.Text(made_by(who.account.name, now, app.config)),
        *([blocks.Points(chosen)] if chosen else []),
        blocks.Text(_how_many(len(found))),
        blocks.Text(CARE, "weak"),
        *([posts(found[:PRINTED], app.config)] if found else []),
    ]
    title = f"Flöde, {app.config.municipality.name}"
    made = document.render(told, title=title, when=now.astimezone(app.config.zone))
    return kept(made, "application/pdf", f"{NAME}.pdf")


def _how_many(found: int) -> str:
    match found:
        case 0:
            return "Inget inlägg stämmer med det som efterfrågades."
        case 1:
            return "Ett inlägg."
        case _ if found > PRINTED:
            return f"De {PRINTED} nyaste inläggen. Det finns fler: välj en kortare tid, eller hämta listan som tabell."
        case _:
            return f"{found} inlägg, de nyaste först."


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


def units_of(config: Config, scope: Scope) -> list[tuple[str, str]]:
    """The units that the visitor may choose between, by name."""
    chosen = [unit for unit in config.units if scope.units is None or unit.id in scope.units]
    return sorted(((unit.id, unit.name) for unit in chosen), key=lambda pair: pair[1].casefold())
