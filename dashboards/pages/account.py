"""Logging in and out. A GET changes nothing: mail programs and scanners follow links before people do."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from dashboards.auth import Visitor, World, from_our_own_page, log_in, log_out, with_csrf
from dashboards.rendering import page

door = APIRouter()
"""What is open to everyone."""
router = APIRouter()


@door.get("/logga-in")
def login_needed(request: Request) -> Response:
    return page(request, "login_needed.html")


@door.get("/logga-in/{token}")
def login_page(request: Request) -> Response:
    return page(request, "login.html")


@door.post("/logga-in/{token}", dependencies=[Depends(from_our_own_page)])
def login(request: Request, token: str, app: World) -> Response:
    welcome = RedirectResponse("/", 303)
    return welcome if log_in(app, token, welcome) else page(request, "login_spent.html", status=410)


@router.post("/logga-ut", dependencies=[Depends(from_our_own_page)])
def logout(app: World, who: Annotated[Visitor, Depends(with_csrf)]) -> Response:
    answer = RedirectResponse("/logga-in", 303)
    log_out(app, who, answer)
    return answer
