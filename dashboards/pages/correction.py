"""Rättelser: by a link in a mail, without login, and by the form on an entry's page."""

from __future__ import annotations

from typing import Annotated, cast
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse

from dashboards.auth import Reading, Visitor, World, from_our_own_page, with_csrf
from dashboards.rendering import page
from pipelines.correct import Link, correct, look, press, sayable
from pipelines.correction import Verdict
from pipelines.store.engine import reading
from pipelines.store.views.detail import detail

door = APIRouter()
"""What is open to everyone who holds a link."""
router = APIRouter()
REFUSED = {"forged": 404, "gone": 410, "expired": 410, "edited": 409}
"""Statuses of links that can say nothing; the page says why, and what to do."""


@door.get("/ratta/{token}")
def ask(request: Request, app: World, opened: Reading, token: str) -> Response:
    return _page(request, look(app, opened, token))


@door.post("/ratta/{token}", dependencies=[Depends(from_our_own_page)])
def say(request: Request, app: World, token: str) -> Response:
    return _page(request, press(app, token))


def _page(request: Request, link: Link) -> Response:
    return page(request, "correction.html", status=REFUSED.get(link.outcome, 200), link=link)


@router.post("/inlagg/{entry_id}/ratta", dependencies=[Depends(from_our_own_page)])
def amend(
    app: World,
    who: Annotated[Visitor, Depends(with_csrf)],
    entry_id: Annotated[str, Path(max_length=64)],
    svar: Annotated[str, Form(max_length=128)] = "",
) -> Response:
    """`svar`: a verdict and, after a colon, its value."""
    verdict, _, value = svar.partition(":")
    with reading(app.engine) as opened:
        found = detail(opened, who.scope, entry_id)
    if found is None:
        raise HTTPException(404)
    if not sayable(found.item, app, verdict, value):
        raise HTTPException(400)
    if not correct(app, entry_id, cast("Verdict", verdict), value, who.account.name):
        raise HTTPException(409)
    with reading(app.engine) as opened:
        # who says that it is another unit's, or flags it, may have no right to it any more
        still = detail(opened, who.scope, entry_id) is not None
    return RedirectResponse(f"/inlagg/{quote(entry_id, safe='')}#rattelser" if still else "/flode", 303)
