"""Logging in and out, and one's own account. A GET changes nothing: mail programs and scanners follow links first."""

from __future__ import annotations

import secrets
from typing import Annotated, Literal

import pyotp
from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from dashboards.auth import Changing, Visitor, Who, World, from_our_own_page, log_in, log_out, redeem
from dashboards.onward import Onward, OnwardForm
from dashboards.pages import oidc
from dashboards.rendering import page
from pipelines import login as letting_in
from pipelines.accounts import fingerprint
from pipelines.store import accounts

door = APIRouter()
"""What is open to everyone."""
router = APIRouter()
REFUSED = {"wrong": 401, "wait": 429}
Typed = Annotated[str, Form(max_length=letting_in.MOST)]


def by_us(who: Changing) -> Visitor:
    """The visitor, if it is we who let them in: others have neither password nor code here."""
    if who.account.by_provider:
        raise HTTPException(404)
    return who


Ours = Annotated[Visitor, Depends(by_us)]


@door.get("/logga-in")
def login_needed(request: Request, onward: Onward) -> Response:
    return page(request, "login_needed.html", refused="", onward=onward)


@door.post("/logga-in", dependencies=[Depends(from_our_own_page)])
def login_by_password(
    request: Request,
    app: World,
    onward: OnwardForm,
    konto: Typed = "",
    losenord: Typed = "",
    kod: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    address = request.client.host if request.client else ""
    found = letting_in.by_password(app, konto, losenord, kod, address)
    if isinstance(found, str):
        return page(request, "login_needed.html", status=REFUSED[found], refused=found, onward=onward)
    welcome = RedirectResponse(onward, 303)
    log_in(request, app, found, welcome)
    return welcome


@door.get("/logga-in/{token}")
def login_page(request: Request, onward: Onward) -> Response:
    return page(request, "login.html", onward=onward)


@door.post("/logga-in/{token}", dependencies=[Depends(from_our_own_page)])
def login(request: Request, token: str, app: World, onward: OnwardForm) -> Response:
    account = redeem(app, token)
    if account is None:
        return page(request, "login_spent.html", status=410)
    welcome = RedirectResponse(onward, 303)
    log_in(request, app, account, welcome)
    return welcome


@router.post("/logga-ut")
def logout(app: World, who: Changing) -> Response:
    answer = RedirectResponse(oidc.LEFT if who.account.by_provider else "/logga-in", 303)
    log_out(app, who, answer)
    return answer


@router.get("/konto")
def show(request: Request, app: World, who: Who, sparat: Literal["losenord"] | None = None) -> Response:
    return _account(request, app, who, saved=sparat is not None)


@router.post("/konto/losenord")
def change_password(
    request: Request, app: World, who: Ours, nuvarande: Typed = "", nytt: Typed = "", igen: Typed = ""
) -> Response:
    """All other sessions of the account end."""
    if not _knows_password(app, who, nuvarande):
        return _account(request, app, who, "other")
    problem = letting_in.problem(nytt, who.account) or ("unlike" if nytt != igen else None)
    if problem:
        return _account(request, app, who, problem)
    hashed = letting_in.hashed(nytt)
    with app.engine.begin() as opened:
        accounts.set_password(opened, who.account.name, hashed, fingerprint(who.token))
    welcome = RedirectResponse("/konto?sparat=losenord", 303)
    log_in(request, app, who.account, welcome)
    return welcome


@router.post("/konto/kod")
def ask_for_codes(
    request: Request,
    app: World,
    who: Ours,
    fro: Annotated[str, Form(max_length=64, pattern=r"^[0-9a-f]{32}$")],
    kod: Annotated[str, Form(max_length=16)] = "",
    nuvarande: Typed = "",
) -> Response:
    """From the next login on, once the app has shown that it makes the right ones."""
    if not who.account.has_password or who.account.has_code:
        raise HTTPException(400)
    if not _knows_password(app, who, nuvarande):
        return _account(request, app, who, "other")
    step = letting_in.step_of(app, fro, kod, app.clock())
    if step is None:
        return _account(request, app, who, "code", fro)
    with app.engine.begin() as opened:
        accounts.set_totp(opened, who.account.name, fro, step)
    return RedirectResponse("/konto", 303)


@router.post("/konto/kod/av")
def ask_for_none(request: Request, app: World, who: Ours, nuvarande: Typed = "") -> Response:
    if not _knows_password(app, who, nuvarande):
        return _account(request, app, who, "other")
    with app.engine.begin() as opened:
        accounts.set_totp(opened, who.account.name, None, None)
    return RedirectResponse("/konto", 303)


def _knows_password(app: World, who: Visitor, password: str) -> bool:
    """Whether it is the account's password; none is asked for where there is none. Guessing here is counted, too."""
    if not who.account.has_password:
        return True
    return letting_in.confirms(app, who.account.name, password)


def _account(
    request: Request, app: World, who: Visitor, problem: str = "", seed: str = "", *, saved: bool = False
) -> Response:
    seed = seed or secrets.token_hex(16)
    secret = letting_in.secret(app, seed)
    issuer = f"Mediebevakning {app.config.municipality.name}"
    address = pyotp.TOTP(secret).provisioning_uri(name=who.account.name, issuer_name=issuer)
    return page(
        request,
        "account.html",
        status=400 if problem else 200,
        account=who.account,
        problem=problem,
        saved=saved,
        seed=seed,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        address=address,
        least=letting_in.LEAST,
    )
