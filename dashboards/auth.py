"""Who the visitor is, and what he may see. A session begins with a one-time link and lasts a working day."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form, HTTPException, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State

from dashboards.access import notes
from dashboards.rendering import environment
from pipelines.accounts import SESSION_LASTS, SESSION_RESTS, fingerprint, new_token, scope
from pipelines.bootstrap import App, renewed
from pipelines.roles import ROLES, Role, Task
from pipelines.store import logins
from pipelines.store.accounts import Account
from pipelines.store.engine import reader
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


@dataclass(frozen=True, slots=True)
class Entered:
    """What is known of a request before any page is made."""

    app: App
    opened: Connection
    visitor: Visitor | None


async def entered(request: Request) -> AsyncIterator[Entered]:
    """All that every request asks the database first, in one turn of one thread: each turn more would be a wait behind
    the threads that are at work."""
    found = await run_in_threadpool(_enter, request)
    try:
        yield found
    finally:
        found.opened.close()


def _enter(request: Request) -> Entered:
    opened = reader(request.app.state.world.engine)
    try:
        app = _renewed(request.app.state, opened)
        found = Entered(app, opened, _visitor(request, app, opened))
        opened.rollback()  # a page begins to read by itself; who only writes holds up nobody who tidies SQLite's file
        return found
    except BaseException:
        opened.close()
        raise


def _renewed(state: State, opened: Connection) -> App:
    app: App = renewed(state.world, opened)
    if app is not state.world:
        fresh = environment(app.config)  # what is compiled already stays, and finds its names in these
        state.templates.filters.update(fresh.filters)
        state.templates.globals.update(fresh.globals)
        state.world = app
    return app


def _visitor(request: Request, app: App, opened: Connection) -> Visitor | None:
    token, now = request.cookies.get(cookie_name(app)), app.clock()
    session = logins.of_session(opened, fingerprint(token), now, now - SESSION_RESTS) if token else None
    if token is None or session is None:
        return None
    account, seen_at = session
    if now - seen_at >= TOUCHED:
        with app.engine.begin() as connection:
            logins.touch_session(connection, fingerprint(token), now)
    role = ROLES.get(account.role)
    if role is None:
        return None
    return Visitor(account, role, replace(scope(account, app.config, opened), seen=notes(request).saw), token)


Begun = Annotated[Entered, Depends(entered)]


async def world(begun: Begun) -> App:
    """The application that the pages belong to, with what people have changed up to now."""
    return begun.app


async def connection(begun: Begun) -> Connection:
    """A connection for this request, for reads."""
    return begun.opened


async def visitor(request: Request, begun: Begun) -> Visitor:
    """Who asks. Raises LoginNeededError where no session says so."""
    found = begun.visitor
    if found is None:
        raise LoginNeededError
    notes(request).by(found.account.name, found.account.role)
    request.state.visitor = found
    return found


World = Annotated[App, Depends(world)]
Reading = Annotated[Connection, Depends(connection)]
Who = Annotated[Visitor, Depends(visitor)]


def may(task: Task) -> Callable[[Visitor], Awaitable[None]]:
    """Lets those by whose role is for the task; for others the page does not exist."""

    async def check(who: Who) -> None:
        if not who.may(task):
            raise HTTPException(404)

    return check


async def from_our_own_page(request: Request) -> None:
    """Refuse a form that another site has sent. Browsers say so themselves; what says nothing is no browser's page."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)
    origin = request.headers.get("origin", "null")  # what an older browser says
    if origin != "null" and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403)


async def with_csrf(
    who: Who,
    _ours: Annotated[None, Depends(from_our_own_page)],
    csrf: Annotated[str, Form(max_length=128)] = "",
) -> Visitor:
    """The visitor, if a page of ours sent the form and it brought his own token along."""
    if not hmac.compare_digest(csrf.encode(), who.csrf.encode()):
        raise HTTPException(403)
    return who


Changing = Annotated[Visitor, Depends(with_csrf)]
"""Whoever sends a form of ours: what may change anything asks for it."""


def redeem(app: App, link_token: str) -> Account | None:
    """The account that the link lets in, this once."""
    with app.engine.begin() as opened:
        return logins.redeem_link(opened, fingerprint(link_token), app.clock())


def log_in(request: Request, app: App, account: Account, response: Response) -> None:
    """Begin a session of the account, under a new token; the one that the browser may have brought along ends."""
    now, session, before = app.clock(), new_token(), request.cookies.get(cookie_name(app))
    with app.engine.begin() as opened:
        if before:
            logins.end_session(opened, fingerprint(before))
        logins.begin_session(opened, fingerprint(session), account.name, now, now + SESSION_LASTS)
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
        logins.end_session(opened, fingerprint(who.token))
    response.delete_cookie(cookie_name(app), path="/", secure=https(app), httponly=True, samesite="strict")


def cookie_name(app: App) -> str:
    """With https the browser itself sees to it that no other host has set the cookie (prefix __Host-)."""
    return "__Host-mediebevakning" if https(app) else "mediebevakning"


def https(app: App) -> bool:
    """Whether the dashboard is reached that way."""
    return app.config.dashboard.base_url.startswith("https:")
