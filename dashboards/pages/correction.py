"""Rättelser: by a link in a mail, without login, and by the form on an entry's page."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse

from dashboards.access import LINK, notes
from dashboards.answers import said_of
from dashboards.auth import Changing, Reading, Visitor, World, from_our_own_page
from dashboards.rendering import page
from pipelines.correct import Link, correct, look, press
from pipelines.store.engine import reading
from pipelines.store.views.detail import detail

door = APIRouter()
"""What is open to everyone who holds a link."""
router = APIRouter()
REFUSED = {"forged": 404, "gone": 410, "expired": 410, "edited": 409}
"""Statuses of links that can say nothing; the page says why, and what to do."""
NOT_SAID = {"missing": 404, "senseless": 400, "edited": 409}


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


@router.post("/inlagg/{entry_id}/ratta")
def amend(
    request: Request,
    app: World,
    who: Changing,
    entry_id: Annotated[str, Path(max_length=64)],
    svar: Annotated[str, Form(max_length=128)] = "",
    sedda: Annotated[int | None, Form(ge=0)] = None,
) -> Response:
    """`svar`: a verdict and, after a colon, its value. `sedda`: the last correction on the page that it is from."""
    verdict, _, value = svar.partition(":")
    outcome = correct(app, who.scope, entry_id, verdict, value, who.account.name, sedda)
    if outcome == "meanwhile":
        return _meanwhile(request, app, who, entry_id, svar, sedda or 0)
    if status := NOT_SAID.get(outcome):
        raise HTTPException(status)
    return RedirectResponse("/flode" if outcome == "away" else f"/inlagg/{quote(entry_id, safe='')}#rattelser", 303)


def _meanwhile(request: Request, app: World, who: Visitor, entry_id: str, answer: str, known: int) -> Response:
    """What someone else has said since, and one's own answer, kept, to be given after all or not."""
    with reading(app.engine) as opened:
        found = detail(opened, who.scope, entry_id)
        if found is None:
            raise HTTPException(404)
        said = said_of(opened, who.scope, found.item, stale=found.stale, config=app.config)
    later = [one for one in said.own if one.id > known]
    return page(request, "correction_meanwhile.html", status=409, said=said, later=later, answer=answer)
