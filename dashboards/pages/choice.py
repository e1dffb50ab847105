"""The choice of a language, kept in the browser; for everyone, since the page for logging in has words too.

A plain link, though it sets a cookie: nothing is stored here, and whoever is led to it unasked can choose again.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import RedirectResponse

from dashboards.auth import World, from_our_own_page, https
from dashboards.language import cookie_name
from dashboards.onward import FIRST, within

door = APIRouter()
YEAR = 365 * 24 * 3600
"""Seconds that the choice is kept."""


@door.get("/sprak", dependencies=[Depends(from_our_own_page)])
def choose(
    app: World,
    val: Annotated[Literal["sv", "en"], Query()],
    tillbaka: Annotated[str, Query(max_length=12_000)] = FIRST,
) -> Response:
    """`tillbaka`: the page that the link stood on."""
    back = RedirectResponse(tillbaka if within(tillbaka) else FIRST, 303)
    secure = https(app)
    back.set_cookie(
        cookie_name(secure=secure), val, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="strict"
    )
    return back
