"""Rättelser: by a link in a mail, without login, and by the form on an entry's page."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse

from dashboards.access import LINK, notes
from dashboards.auth import Reading, Visitor, World, from_our_own_page, with_csrf
from dashboards.rendering import page
from pipelines.correct import Link, correct, look, press

door = APIRouter()
"""What is open to everyone who holds a link."""
router = APIRouter()
REFUSED = {"forged": 404, "gone": 410, "expired": 410, "edited": 409}
"""Statuses of links that can say nothing; the page says why, and what to do."""
NOT_SAID = {"missing": 404, "senseless": 400, "edited": 409, "meanwhile": 409}


@door.get("/ratta/{token}")
def ask(request: Request, app: World, opened: Reading, token: str) -> Response:
    return _page(request, look(app, opened, token))


@door.post("/ratta/{token}", dependencies=[Depends(from_our_own_page)])
def say(request: Request, app: World, token: str) -> Response:
    link = press(app, token)
    if link.item:
        notes(request).by(link.receiver, LINK)
        notes(request).saw([link.item])
    return _page(request, link)


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
    outcome = correct(app, who.scope, entry_id, verdict, value, who.account.name)
    if status := NOT_SAID.get(outcome):
        raise HTTPException(status)
    return RedirectResponse("/flode" if outcome == "away" else f"/inlagg/{quote(entry_id, safe='')}#rattelser", 303)
