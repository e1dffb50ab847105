"""The choice of a language, kept in the browser; for everyone, since the page for logging in has words too."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from dashboards.auth import LoginNeededError, Reading, World, from_our_own_page, https, visitor, with_csrf
from dashboards.language import cookie_name

door = APIRouter()
YEAR = 365 * 24 * 3600
"""Seconds that the choice is kept."""
LOCAL = re.compile(r"/(?!/)[^\\\x00-\x1f]*")
"""An address where a browser stays here: it takes two slashes for another site, and a backslash for a slash."""


def with_csrf_of_whoever(
    request: Request, app: World, opened: Reading, csrf: Annotated[str, Form(max_length=128)] = ""
) -> None:
    """Whoever is logged in brings the token along; for others there is none."""
    try:
        who = visitor(request, app, opened)
    except LoginNeededError:
        return
    with_csrf(who, csrf)


@door.post("/sprak", dependencies=[Depends(from_our_own_page), Depends(with_csrf_of_whoever)])
def choose(
    app: World,
    sprak: Annotated[Literal["sv", "en"], Form()],
    vidare: Annotated[str, Form(max_length=12_000)] = "/",
) -> Response:
    """`vidare`: the page that the form stood on."""
    back = RedirectResponse(vidare if LOCAL.fullmatch(vidare) else "/", 303)
    secure = https(app)
    back.set_cookie(
        cookie_name(secure=secure), sprak, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="strict"
    )
    return back
