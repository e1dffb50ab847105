"""Källor, for those who may change them: try an address, add it, pause it, take it up again, take it away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from dashboards import changing, conditions
from dashboards.auth import Changing, Reading, Visitor, Who, World, with_csrf
from dashboards.changing import Reason, Refused, Seen
from dashboards.pages.sources import WEEK
from dashboards.rendering import page
from pipelines.bootstrap import App
from pipelines.collect import newcomer
from pipelines.collect.preview import Preview
from pipelines.collect.rows import as_row
from pipelines.config.schema import Source
from pipelines.enrich.match import Matcher
from pipelines.store import overlay
from pipelines.store.views import health
from pipelines.types import Kind

router = APIRouter()
Id = Annotated[str, Path(max_length=64)]
Address = Annotated[str, Form(max_length=10_000)]
Sort = Annotated[Kind, Form()]
KINDS: tuple[Kind, ...] = get_args(Kind)
NEW = "ny"
"""No source is called so: it is a page's address."""
SHOWN = 5
"""Entries of a preview."""


@router.get(f"/kallor/{NEW}")
def new(request: Request) -> Response:
    return _trial(request, "", "news", None, None)


@router.post("/kallor/prova", dependencies=[Depends(with_csrf)])
def try_out(request: Request, app: World, opened: Reading, adress: Address = "", slag: Sort = "news") -> Response:
    """Ask the address once, store nothing."""
    address = newcomer.whole(adress)
    return _trial(request, address, slag, _look(app, opened, address, slag), None)


@router.post("/kallor")
def add(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    adress: Address = "",
    slag: Sort = "news",
    namn: Annotated[str, Form(max_length=100)] = "",
    skal: Reason = "",
) -> Response:
    """The address is asked once more: what a form brings along is no proof that there is a feed."""
    found = _look(app, opened, newcomer.whole(adress), slag)
    source = next((one.source for one in found if one.entries or not one.problems), None)
    if source is None:
        return _trial(request, adress, slag, found, None)
    earlier = _removed(opened)
    taken = {NEW, *(one.id for one in app.config.sources)} | {
        id for id, row in earlier.items() if row["url"] != source.url
    }
    if name := " ".join(namn.split()):
        source = newcomer.named(source, name, taken)
    row = {key: value for key, value in as_row(source).items() if key != "id"}
    seen = changing.last_seen(opened, "source", source.id)
    if refused := changing.save(app, who, "source", source.id, row, skal, seen):
        return _trial(request, adress, slag, found, refused)
    return _to(source.id)


@router.get("/kallor/{kalla}")
def show(request: Request, app: World, opened: Reading, who: Who, kalla: Id) -> Response:
    return _page(request, app, opened, who, kalla)


@router.post("/kallor/{kalla}/paus")
def pause(
    request: Request, app: World, opened: Reading, who: Changing, kalla: Id, skal: Reason = "", sedd: Seen = 0
) -> Response:
    source = app.config.source(kalla)
    if source is None or not source.enabled:
        return _page(request, app, opened, who, kalla, Refused(changing.TAKEN) if source else None)
    refused = changing.save(app, who, "pause", kalla, {}, skal, sedd)
    return _page(request, app, opened, who, kalla, refused, skal) if refused else _to(kalla)


@router.post("/kallor/{kalla}/ater")
def resume(
    request: Request, app: World, opened: Reading, who: Changing, kalla: Id, skal: Reason = "", sedd: Seen = 0
) -> Response:
    """Ask it again: one that was paused, or one that was added here and then taken away."""
    if app.config.source(kalla) is None and (row := _removed(opened).get(kalla)):
        refused = changing.save(app, who, "source", kalla, row, skal, sedd)
    elif _held(opened, "pause", kalla) is not None:
        refused = changing.save(app, who, "pause", kalla, None, skal, sedd)
    else:
        return _page(request, app, opened, who, kalla, Refused(changing.TAKEN))
    return _page(request, app, opened, who, kalla, refused, skal) if refused else _to(kalla)


@router.post("/kallor/{kalla}/bort")
def remove(
    request: Request, app: World, opened: Reading, who: Changing, kalla: Id, skal: Reason = "", sedd: Seen = 0
) -> Response:
    """Only what was added here: the operator's are in a file, and are paused."""
    if _held(opened, "source", kalla) is None:
        return _page(request, app, opened, who, kalla, Refused(changing.TAKEN))
    try:
        with app.engine.begin() as writing:
            if _held(writing, "pause", kalla) is not None:
                changing.store(
                    writing, app, who, "pause", kalla, None, skal, changing.last_seen(writing, "pause", kalla)
                )
            changing.store(writing, app, who, "source", kalla, None, skal, sedd)
    except changing.RefusedError as error:
        return _page(request, app, opened, who, kalla, error.refused, skal)
    return _to(kalla)


def _page(
    request: Request,
    app: App,
    opened: Connection,
    who: Visitor,
    name: str,
    refused: Refused | None = None,
    skal: str = "",
) -> Response:
    """One source with its health and all that was changed. Answers as one that is not there where it never was."""
    history = tuple(changing.lines(overlay.history(opened, "source", "pause", names=[name])))
    source, removed = app.config.source(name), _removed(opened).get(name)
    if source is None and removed is None:
        raise HTTPException(404)
    added = _held(opened, "source", name)
    given = health.health(opened, who.scope, app.clock() - WEEK)
    return page(
        request,
        "source.html",
        status=refused.status if refused else 200,
        source=source or Source.model_validate({**(removed or {}), "id": name}),
        line=next(iter(conditions.lines((source,), given)), None) if source else None,
        added=added is not None,
        paused=_held(opened, "pause", name) is not None,
        sedd_kalla=changing.last_seen(opened, "source", name),
        sedd_paus=changing.last_seen(opened, "pause", name),
        history=history[::-1],
        refused=refused,
        skal=skal,
    )


def _trial(
    request: Request, address: str, sort: Kind, found: tuple[Preview, ...] | None, refused: Refused | None
) -> Response:
    """found: what the address would bring; None before it is asked."""
    usable = [one for one in found or () if one.entries or not one.problems]
    wrong = found is not None and not usable
    return page(
        request,
        "source_new.html",
        status=refused.status if refused else 400 if wrong else 200,
        adress=address,
        slag=sort,
        found=found,
        usable=usable,
        kinds=KINDS,
        shown=SHOWN,
        refused=refused,
    )


def _look(app: App, opened: Connection, address: str, sort: Kind) -> tuple[Preview, ...]:
    matcher = Matcher(app.config)
    earlier = {id: str(row["url"]) for id, row in _removed(opened).items()}
    return newcomer.look(app, address, sort, lambda entry: matcher.match(entry).about, earlier)


def _removed(opened: Connection) -> dict[str, Mapping[str, Any]]:
    """By id, the rows of sources that were added here once."""
    return {one.name: one.value for one in overlay.history(opened, "source") if one.value is not None}


def _held(opened: Connection, kind: overlay.Setting, name: str) -> Mapping[str, Any] | None:
    """What is said of it beside the files."""
    found = overlay.newest(opened, kind, name)
    return found.value if found else None


def _to(name: str) -> Response:
    return RedirectResponse(f"/kallor/{name}", 303)
