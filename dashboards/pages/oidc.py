"""Logging in by the municipality's own login: off to it, back from it, and out of it."""

from __future__ import annotations

import logging

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from dashboards.auth import World, cookie_name, log_in
from dashboards.onward import Onward, local
from dashboards.rendering import page
from pipelines.bootstrap import App
from pipelines.oidc import Reason, Refused, flow
from pipelines.oidc.provider import Provider

door = APIRouter()
LEFT = "/logga-in/ut"
STATUS: dict[Reason, int] = {
    "setup": 503,
    "down": 502,
    "slow": 504,
    "stale": 400,
    "declined": 403,
    "expired": 400,
    "forged": 502,
    "group": 403,
    "many": 403,
    "closed": 403,
    "wait": 429,
}
_log = logging.getLogger(__name__)


@door.get("/logga-in/oidc")
def off(request: Request, app: World, onward: Onward) -> Response:
    """Changes nothing here: what is begun lies in the browser."""
    try:
        address, kept = flow.begin(app, _provider(request), onward)
    except Refused as refused:
        return _refusal(request, app, refused)
    away = RedirectResponse(address, 303)
    away.set_cookie(
        _cookie(app),
        kept,
        max_age=int(flow.LASTS.total_seconds()),
        path="/",
        secure=_cookie(app).startswith("__Host-"),
        httponly=True,
        samesite="lax",  # it must come along when the provider sends the browser back
    )
    return away


@door.get(flow.BACK)
def back(request: Request, app: World) -> Response:
    address = request.client.host if request.client else ""
    said = dict(request.query_params)
    try:
        account, onward = flow.finish(app, _provider(request), request.cookies.get(_cookie(app), ""), said, address)
    except Refused as refused:
        return _refusal(request, app, refused)
    # a redirect would still count as the provider's, and the session's strict cookie would not be sent
    welcome = page(request, "onward.html", onward=local(onward))
    log_in(request, app, account, welcome)
    _forget(app, welcome)
    return welcome


@door.get(LEFT)
def left(request: Request, app: World) -> Response:
    by = _provider(request)
    return page(request, "logged_out.html", name=by.oidc.name, further=flow.leaving(app, by))


def _provider(request: Request) -> Provider:
    by: Provider | None = request.app.state.provider
    if by is None:
        raise HTTPException(404)
    return by


def _refusal(request: Request, app: App, refused: Refused) -> Response:
    _log.warning("nobody let in by the municipality's login: %s (%s)", refused.reason, refused.detail)
    name = _provider(request).oidc.name
    answer = page(request, "oidc_refused.html", status=STATUS[refused.reason], reason=refused.reason, name=name)
    _forget(app, answer)
    return answer


def _forget(app: App, answer: Response) -> None:
    """What was begun is over."""
    name = _cookie(app)
    answer.delete_cookie(name, path="/", secure=name.startswith("__Host-"), httponly=True, samesite="lax")


def _cookie(app: App) -> str:
    return f"{cookie_name(app)}-oidc"
