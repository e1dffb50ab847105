"""Sparade sökningar: everyone's own, each with a feed for those who want one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from dashboards.asked import Mistake, Wanted, address, filters
from dashboards.auth import Changing, Reading, Who, World
from dashboards.rendering import page
from pipelines.accounts import fingerprint, new_token
from pipelines.store import saved
from pipelines.store.engine import reading

router = APIRouter()
Key = Annotated[str, Path(max_length=24)]
LIST = "/flode/sparade"


@router.get(LIST)
def show(request: Request, opened: Reading, who: Who) -> Response:
    return page(request, "saved.html", searches=saved.of_account(opened, who.account.name), new=None, feed="")


@router.post(LIST)
def save(
    app: World,
    who: Changing,
    namn: Annotated[str, Form(max_length=80)] = "",
    adress: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """`adress`: the query of the list's address. Refused where it asks for nothing that can be read."""
    name = " ".join(namn.split())
    try:
        wanted = Wanted.model_validate(dict(parse_qsl(adress.removeprefix("?"))))
        filters(wanted, app.config, app.clock())
    except (ValidationError, Mistake) as error:
        raise HTTPException(400) from error
    if not name or not address(wanted):
        raise HTTPException(400)
    with app.engine.begin() as opened:
        if not saved.save(opened, who.account.name, name, address(wanted), app.clock()):
            raise HTTPException(409)
    return RedirectResponse(LIST, 303)


@router.post(LIST + "/{key}/bort")
def remove(app: World, who: Changing, key: Key) -> Response:
    with app.engine.begin() as opened:
        if not saved.remove(opened, who.account.name, key):
            raise HTTPException(404)
    return RedirectResponse(LIST, 303)


@router.post(LIST + "/{key}/flode")
def feed(request: Request, app: World, who: Changing, key: Key) -> Response:
    """A feed under a new address, which is shown this once."""
    token = new_token()
    with app.engine.begin() as opened:
        if not saved.offer(opened, who.account.name, key, fingerprint(token)):
            raise HTTPException(404)
    shown = f"{app.config.dashboard.base_url.rstrip('/')}/atom/sokning/{token}"
    with reading(app.engine) as opened:
        return page(request, "saved.html", searches=saved.of_account(opened, who.account.name), new=key, feed=shown)


@router.post(LIST + "/{key}/inget-flode")
def no_feed(app: World, who: Changing, key: Key) -> Response:
    with app.engine.begin() as opened:
        if not saved.offer(opened, who.account.name, key, None):
            raise HTTPException(404)
    return RedirectResponse(LIST, 303)
