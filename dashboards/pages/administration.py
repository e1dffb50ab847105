"""Administration: who may log in and what with, and who is told. A name stands on the pages, never in an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from dashboards.access import notes
from dashboards.auth import Changing, Reading, World
from dashboards.rendering import page
from pipelines import administration as change
from pipelines.accounts import MAX_NAME, Problem, Unfit, invite
from pipelines.administration import Row, Step, everyone
from pipelines.bootstrap import App
from pipelines.config.schema import unit_deputy, unit_receiver
from pipelines.roles import ROLES
from pipelines.store import account_events

router = APIRouter()
STEPS: dict[str, Step] = {"stang": "closed", "oppna": "opened", "kod": "no-code", "sessioner": "logged-out"}
STATUS: dict[Problem, int] = {"missing": 404, "meanwhile": 409, "taken": 409, "last": 409}
"""Of what is not simply wrong in the form."""
HISTORY = 50
"""Changes shown."""
MOST_UNITS = 200
Word = Annotated[str, Form(max_length=MAX_NAME)]
Address = Annotated[str, Form(max_length=254)]
Units = Annotated[list[Annotated[str, Form(max_length=64)]], Form(max_length=MOST_UNITS)]
Mailed = Annotated[Literal["", "ja"], Form()]
Konto = Annotated[str, Path(max_length=64)]
Sett = Annotated[int, Form(ge=0, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class Given:
    """What a form holds: as it was asked for, or as someone has filled it in."""

    role: str = ""
    units: Sequence[str] = ()
    email: str = ""
    name: str = ""


@router.get("/administration")
def show(request: Request, app: World, opened: Reading) -> Response:
    return _all(request, app, opened, Given())


@router.post("/administration/konto")
def add(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    namn: Word = "",
    roll: Word = "",
    enhet: Units = [],  # noqa: B006 - FastAPI's own form of a default
    epost: Address = "",
    mejla: Mailed = "",
) -> Response:
    given = Given(roll, enhet, epost.strip(), namn.strip())
    try:
        link = invite(app, given.name, roll, enhet, given.email or None, by=who.account.name, only_new=True)
    except Unfit as unfit:
        return _all(request, app, opened, given, unfit.problem)
    return _link(request, app, given.name, link, given.email if mejla else "")


@router.get("/administration/konto/{konto}")
def one(request: Request, app: World, opened: Reading, konto: Konto) -> Response:
    return _one(request, app, opened, konto)


@router.post("/administration/konto/{konto}/andra")
def alter(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    konto: Konto,
    sett: Sett,
    roll: Word = "",
    enhet: Units = [],  # noqa: B006
    epost: Address = "",
) -> Response:
    name, given = _find(app, opened, konto).account.name, Given(roll, enhet, epost.strip())
    try:
        change.change(app, who.account.name, name, sett, roll, enhet, given.email or None)
    except Unfit as unfit:
        return _one(request, app, opened, konto, unfit.problem, given, sett)
    return _done(request, konto)


@router.post("/administration/konto/{konto}/lank")
def another_link(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    konto: Konto,
    sett: Sett,
    mejla: Mailed = "",
) -> Response:
    account = _find(app, opened, konto).account
    try:
        link = change.relink(app, who.account.name, account.name, sett)
    except Unfit as unfit:
        return _one(request, app, opened, konto, unfit.problem, seen=sett)
    return _link(request, app, account.name, link, (account.email or "") if mejla else "")


@router.post("/administration/konto/{konto}/{steg}")
def take(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    konto: Konto,
    steg: Literal["stang", "oppna", "kod", "sessioner"],
    sett: Sett,
) -> Response:
    name = _find(app, opened, konto).account.name
    try:
        change.step(app, who.account.name, name, sett, STEPS[steg])
    except Unfit as unfit:
        return _one(request, app, opened, konto, unfit.problem, seen=sett)
    return _done(request, konto)


@router.get("/administration/mottagare")
def told(request: Request, app: World) -> Response:
    """Who is told: those of the units, then all others."""
    config = app.config
    of_units = {name(unit.id) for unit in config.units for name in (unit_receiver, unit_deputy)}
    return page(
        request,
        "receivers.html",
        others=[receiver for receiver in config.receivers if receiver.id not in of_units],
        beside={
            receiver.id: [channel.id for channel in config.channels if receiver.id in channel.receivers]
            for receiver in config.receivers
        },
    )


def _find(app: App, opened: Connection, konto: str) -> Row:
    found = next((row for row in everyone(app, opened) if row.id == konto), None)
    if found is None:
        raise HTTPException(404)
    return found


def _done(request: Request, konto: str) -> Response:
    notes(request).always = True
    return RedirectResponse(f"/administration/konto/{konto}", 303)


def _link(request: Request, app: App, name: str, link: str, address: str) -> Response:
    """The link, this once; by mail where there is an address, and then on no screen."""
    notes(request).always = True
    sent = bool(address) and change.mail(app, address, link)
    return page(request, "account_link.html", name=name, link=None if sent else link, address=address)


def _all(request: Request, app: App, opened: Connection, given: Given, problem: Problem | None = None) -> Response:
    rows = everyone(app, opened)
    return page(
        request,
        "accounts.html",
        status=STATUS.get(problem, 400) if problem else 200,
        rows=rows,
        ids={row.account.name: row.id for row in rows},
        events=account_events.listed(opened, limit=HISTORY),
        problem=problem,
        given=given,
        roles=ROLES,
    )


def _one(
    request: Request,
    app: App,
    opened: Connection,
    konto: str,
    problem: Problem | None = None,
    given: Given | None = None,
    seen: int = 0,
) -> Response:
    """given, seen: the form that was not taken, and what its page knew of."""
    row = _find(app, opened, konto)
    account = row.account
    return page(
        request,
        "one_account.html",
        status=STATUS.get(problem, 400) if problem else 200,
        row=row,
        account=account,
        events=account_events.listed(opened, account.name, limit=HISTORY),
        meanwhile=account_events.listed(opened, account.name, after=seen) if problem == "meanwhile" else (),
        seen=account_events.last(opened, account.name),
        problem=problem,
        given=given or Given(account.role, account.units, account.email or ""),
        roles=ROLES,
    )
