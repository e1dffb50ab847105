"""Who the visitor is, and what he may see. A session begins with a one-time link and lasts a working day."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form, HTTPException, Request, Response
from sqlalchemy import Connection

from dashboards.access import notes
from dashboards.rendering import environment
from pipelines.accounts import SESSION_LASTS, SESSION_RESTS, fingerprint, new_token, scope
from pipelines.bootstrap import App, renewed
from pipelines.roles import ROLES, Role, Task
from pipelines.store import accounts
from pipelines.store.accounts import Account
from pipelines.store.engine import reading
from pipelines.store.views import Scope

TOUCHED = timedelta(minutes=5)
"""How exactly it is known when a session was last used: a page is no reason to write each time."""


class LoginNeededError(Exception):
    """The page is for those who are logged in."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone who is logged in."""

    account: Account
    role: Role
    scope: Scope
    token: str
    """Of the session; never to be shown."""

    def may(self, task: Task) -> bool:
        """Whether the pages for it are open to them."""
        return task in self.role.tasks

    @property
    def csrf(self) -> str:
        """What a form must bring along: derived from the session, which another site can use but not read."""
        return hmac.new(self.token.encode(), b"csrf", hashlib.sha256).hexdigest()


def world(request: Request) -> App:
    """The application that the pages belong to, with what people have changed up to now."""
    state = request.app.state
    app: App = renewed(state.world)
    if app is not state.world:
        fresh = environment(app.config)  # what is compiled already stays, and finds its names in these
        state.templates.filters.update(fresh.filters)
        state.templates.globals.update(fresh.globals)
        state.world = app
    return app


World = Annotated[App, Depends(world)]


def connection(app: World) -> Iterator[Connection]:
    """A connection for this request, for reads."""
    with reading(app.engine) as opened:
        yield opened


Reading = Annotated[Connection, Depends(connection)]


def visitor(request: Request, app: World, opened: Reading) -> Visitor:
    """Who asks. Raises LoginNeededError where no session says so."""
    token, now = request.cookies.get(cookie_name(app)), app.clock()
    session = accounts.of_session(opened, fingerprint(token), now, now - SESSION_RESTS) if token else None
    if token is None or session is None:
        raise LoginNeededError
    account, seen_at = session
    if now - seen_at >= TOUCHED:
        with app.engine.begin() as connection:
            accounts.touch_session(connection, fingerprint(token), now)
    role = ROLES.get(account.role)
    if role is None:
        raise LoginNeededError
    kept = notes(request)
    kept.by(account.name, account.role)
    found = Visitor(account, role, replace(scope(account, app.config, opened), seen=kept.saw), token)
    request.state.visitor = found
    return found


Who = Annotated[Visitor, Depends(visitor)]


def may(task: Task) -> Callable[[Visitor], Awaitable[None]]:
    """Lets those by whose role is for the task; for others the page does not exist."""

    async def check(who: Who) -> None:
        if not who.may(task):
            raise HTTPException(404)

    return check


def from_our_own_page(request: Request) -> None:
    """Refuse a form that another site has sent. Browsers say so themselves; what says nothing is no browser's page."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)
    origin = request.headers.get("origin", "null")  # what an older browser says
    if origin != "null" and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403)


def with_csrf(who: Who, csrf: Annotated[str, Form(max_length=128)] = "") -> Visitor:
    """The visitor, if the form brought his own token along."""
    if not hmac.compare_digest(csrf.encode(), who.csrf.encode()):
        raise HTTPException(403)
    return who


def redeem(app: App, link_token: str) -> Account | None:
    """The account that the link lets in, this once."""
    with app.engine.begin() as opened:
        return accounts.redeem_link(opened, fingerprint(link_token), app.clock())


def log_in(request: Request, app: App, account: Account, response: Response) -> None:
    """Begin a session of the account, under a new token; the one that the browser may have brought along ends."""
    now, session, before = app.clock(), new_token(), request.cookies.get(cookie_name(app))
    with app.engine.begin() as opened:
        if before:
            accounts.end_session(opened, fingerprint(before))
        accounts.begin_session(opened, fingerprint(session), account.name, now, now + SESSION_LASTS)
    response.set_cookie(
        cookie_name(app),
        session,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        secure=https(app),
        httponly=True,
        samesite="strict",  # who follows a link in a mail is led on by a page of ours, which may send it
    )


def log_out(app: App, who: Visitor, response: Response) -> None:
    """End the session, here and in the browser."""
    with app.engine.begin() as opened:
        accounts.end_session(opened, fingerprint(who.token))
    response.delete_cookie(cookie_name(app), path="/", secure=https(app), httponly=True, samesite="strict")


def cookie_name(app: App) -> str:
    """With https the browser itself sees to it that no other host has set the cookie (prefix __Host-)."""
    return "__Host-mediebevakning" if https(app) else "mediebevakning"


def https(app: App) -> bool:
    """Whether the dashboard is reached that way."""
    return app.config.dashboard.base_url.startswith("https:")
