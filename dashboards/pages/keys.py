"""Nycklar: the keys with which programs read as oneself. A key is shown once, in the answer to its making."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse

from dashboards.auth import Changing, Visitor, Who, World
from dashboards.rendering import page
from pipelines import login as letting_in
from pipelines.accounts import fingerprint
from pipelines.keys import DAYS, LASTS, USES, Use, new_key
from pipelines.store import keys
from pipelines.store.engine import reading

router = APIRouter()
LIST = "/konto/nycklar"


@router.get(LIST)
def show(request: Request, app: World, who: Who) -> Response:
    return _page(request, app, who)


@router.post(LIST)
def make(
    request: Request,
    app: World,
    who: Changing,
    namn: Annotated[str, Form(max_length=80)] = "",
    far: Annotated[tuple[Use, ...], Form(max_length=len(USES))] = (),
    dagar: Annotated[int, Form()] = LASTS.days,
    nuvarande: Annotated[str, Form(max_length=letting_in.MOST)] = "",
) -> Response:
    """A key may always read, and what else `far` says. Whoever has found an open screen does not know the password."""
    name = " ".join(namn.split())
    if not name or not name.isprintable():
        return _page(request, app, who, problem="name")
    if dagar not in DAYS:
        raise HTTPException(400)
    if who.account.has_password and not letting_in.confirms(app, who.account.name, nuvarande):
        return _page(request, app, who, problem="other")
    made, uses, now = new_key(), tuple(use for use in USES if use == "read" or use in far), app.clock()
    with app.engine.begin() as opened:
        lasts = now + timedelta(days=dagar)
        new = keys.add(opened, who.account.name, name, uses, fingerprint(made), now, lasts)
    return _page(request, app, who, problem="many") if new is None else _page(request, app, who, new=new, key=made)


@router.post(LIST + "/{nyckel}/bort")
def withdraw(app: World, who: Changing, nyckel: Annotated[str, Path(max_length=24)]) -> Response:
    with app.engine.begin() as opened:
        if not keys.remove(opened, who.account.name, nyckel):
            raise HTTPException(404)
    return RedirectResponse(LIST, 303)


def _page(
    request: Request, app: World, who: Visitor, *, problem: str = "", new: str | None = None, key: str = ""
) -> Response:
    with reading(app.engine) as opened:
        listed = keys.of_account(opened, who.account.name)
    return page(
        request,
        "keys.html",
        status=400 if problem else 200,
        account=who.account,
        keys=listed,
        most=keys.MOST,
        problem=problem,
        new=new,
        key=key,
        uses=USES,
        days=DAYS,
        lasts=LASTS.days,
    )
