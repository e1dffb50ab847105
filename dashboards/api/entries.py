"""Inlägg: the list with the searches and filters of Flöde, one whole, a correction of it, and saved searches."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import Connection

from dashboards.api import models
from dashboards.api.caller import Corrector, Reader
from dashboards.api.days import Day, bounded
from dashboards.api.problems import Problem
from dashboards.api.route import PREFIX, routes
from dashboards.api.shapes import Shapes
from dashboards.api.tags import IfMatch, expect, tagged
from dashboards.asked import LAST_PLACE, Mistake, Wanted, filters
from dashboards.auth import Reading, World
from pipelines.bootstrap import App
from pipelines.correct import correct
from pipelines.labels import Intent
from pipelines.query import BadQuery
from pipelines.store import saved
from pipelines.store.engine import reading
from pipelines.store.views import Scope, cases, corrections, entries
from pipelines.store.views.detail import detail
from pipelines.types import Kind

router = routes("Inlägg")
EntryId = Annotated[
    str, Path(max_length=64, json_schema_extra={"format": "entry-id"}, description="Inläggets id.", examples=["8f2c"])
]
Unasked = SkipJsonSchema[None]
"""Left out; in an address there is no null."""
Place = Annotated[int, Field(ge=0, le=LAST_PLACE)] | Unasked
Word = Annotated[str, Field(max_length=64)] | Unasked


class Step(BaseModel):
    """How much of a list, and from where."""

    model_config = ConfigDict(extra="forbid")
    before: Place = Field(None, description="Ur `next`: det som är äldre.")
    after: Place = Field(None, description="Ur `previous`: det som är nyare.")
    limit: int = Field(25, ge=1, le=100)


class Asked(Step):
    """The searches and filters of the list."""

    q: str | Unasked = Field(
        None,
        description="En sökning så som i Flöde, till exempel `enhet:nasviksskolan snö* INTE ton:positiv`.",
        examples=["snö* ton:negativ"],
        json_schema_extra={"format": "search"},
    )
    tone: models.ToneLabel | Unasked = None
    stance: models.StanceLabel | Unasked = None
    intent: Intent | Unasked = None
    flag: Word = Field(None, description="En kategori, eller `*` för vilken som helst.")
    unit: Word = Field(None, description="En enhets id.", examples=["nasviksskolan"])
    source: Word = Field(None, description="En källas id.")
    kind: Kind | Unasked = None
    since: Day = Field(None, description="Första dagen.")
    until: Day = Field(None, description="Sista dagen.")
    scope: Literal["about", "all"] = Field("about", description="`about`: bara det som handlar om kommunen.")


@router.get("/entries", summary="Lista inlägg")
def entry_list(
    app: World, opened: Reading, who: Reader, asked: Annotated[Asked, Query()], response: Response
) -> models.Entries:
    """Det nyaste först, i steg: följ `next` tills den är null. Det som är flaggat antecknas som läst."""
    wanted = Wanted(
        sok=asked.q or "",
        ton=asked.tone,
        hallning=asked.stance,
        avsikt=asked.intent,
        flagga=asked.flag,
        enhet=asked.unit,
        kalla=asked.source,
        slag=asked.kind,
        fran=bounded(asked.since),
        till=bounded(asked.until),
        omfattning="allt" if asked.scope == "all" else "om-oss",
    )
    query = asked.model_dump(mode="json", exclude_defaults=True, exclude={"before", "after"})
    return _step(app, opened, who, _filters(app, wanted), asked, f"{PREFIX}/entries", query, response)


@router.get("/entries/{entry_id}", summary="Läs ett inlägg", response_model=models.EntryWhole)
def entry_one(request: Request, app: World, opened: Reading, who: Reader, entry_id: EntryId) -> Response:
    """Hela texten, hur den har bedömts och varför, tidigare lydelser och de andra inläggen i samma händelse."""
    return tagged(request, _whole(app, opened, who.scope, entry_id)[0])


@router.post("/entries/{entry_id}/corrections", summary="Rätta en bedömning")
def entry_correct(
    app: World,
    opened: Reading,
    who: Corrector,
    entry_id: EntryId,
    given: models.Correction,
    if_match: IfMatch = None,
) -> models.Corrected:
    """Det du säger gäller framför programmets bedömning. Skicka inläggets ETag i If-Match."""
    before, known = _whole(app, opened, who.scope, entry_id)
    expect(if_match, before)
    outcome = correct(app, who.scope, entry_id, given.verdict, given.value, who.account.name, known)
    match outcome:
        case "said":
            with reading(app.engine) as after:
                return models.Corrected(outcome="said", entry=_whole(app, after, who.scope, entry_id)[0])
        case "away":
            return models.Corrected(outcome="away", entry=None)
        case "missing" | "senseless" | "edited" | "meanwhile":
            raise Problem(outcome)


@router.get("/searches", summary="Lista dina sparade sökningar")
def search_list(opened: Reading, who: Reader) -> tuple[models.Search, ...]:
    """De sparas i Flöde och är bara dina."""
    return tuple(
        models.Search(id=one.id, name=one.name, entries=f"{PREFIX}/searches/{one.id}/entries")
        for one in saved.of_account(opened, who.account.name)
    )


@router.get("/searches/{key}/entries", summary="Lista vad en sparad sökning hittar")
def search_entries(
    app: World,
    opened: Reading,
    who: Reader,
    key: Annotated[str, Path(max_length=24, json_schema_extra={"format": "search-id"})],
    asked: Annotated[Step, Query()],
    response: Response,
) -> models.Entries:
    """Det den hittar nu, med det du får läsa nu."""
    found = next((one for one in saved.of_account(opened, who.account.name) if one.id == key), None)
    if found is None:
        raise Problem("missing")
    try:
        wanted = Wanted.model_validate(found.query)
    except ValidationError as error:  # it names what is no more
        raise Problem("missing") from error
    path = f"{PREFIX}/searches/{found.id}/entries"
    query = asked.model_dump(exclude_defaults=True, exclude={"before", "after"})
    return _step(app, opened, who, _filters(app, wanted), asked, path, query, response)


def _filters(app: App, wanted: Wanted) -> entries.Filters:
    try:
        return filters(wanted, app.config, app.clock())
    except Mistake as error:
        cause = error.__cause__
        reason = cause.problem if isinstance(cause, BadQuery) else ""
        members = {"reason": reason, "at": error.number}
        raise Problem("query", given={"says": error.says, "number": error.number}, members=members) from error


def _step(
    app: App,
    opened: Connection,
    who: Reader,
    chosen: entries.Filters,
    asked: Step,
    path: str,
    query: dict[str, object],
    response: Response,
) -> models.Entries:
    found = entries.find(opened, who.scope, chosen, before=asked.before, after=asked.after, limit=asked.limit)

    def link(**place: int) -> str:
        return f"{path}?{urlencode(query | place)}"

    older = link(before=found.older) if found.older is not None else None
    newer = link(after=found.newer) if found.newer is not None else None
    links = [f'<{to}>; rel="{name}"' for name, to in (("next", older), ("prev", newer)) if to]
    if links:
        response.headers["Link"] = ", ".join(links)
    shapes = Shapes(app.config)
    return models.Entries(items=tuple(map(shapes.brief, found.items)), next=older, previous=newer)


def _whole(app: App, opened: Connection, scope: Scope, entry_id: str) -> tuple[models.EntryWhole, int]:
    """The entry, and the last correction of it that this shows."""
    found = detail(opened, scope, entry_id)
    if found is None:
        raise Problem("missing")
    said = corrections.of_item(opened, scope, found.item)
    files = cases.of_items(opened, scope, [found.item])[entry_id]
    known = max((one.id for one in said if one.said.entry_id == entry_id), default=0)
    return Shapes(app.config).whole(found, said, (file.case.id for file in files)), known
