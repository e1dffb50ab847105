"""Who may log in: accounts, the link that lets one in, and feeds by secret address."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection

from pipelines.config.schema import Config
from pipelines.errors import WrongCall
from pipelines.roles import ROLES, problem
from pipelines.store import account_events, accounts, feeds, logins, register
from pipelines.store.account_events import Event
from pipelines.store.accounts import Account
from pipelines.store.views.scope import Scope

if TYPE_CHECKING:
    from pipelines.bootstrap import App

LINK_LASTS = timedelta(hours=24)
"""Long enough to be read the morning after it was sent, too short to lie about in a mailbox."""
SESSION_LASTS = timedelta(hours=12)
"""A working day: who comes back the next morning logs in again."""
SESSION_RESTS = timedelta(hours=2)
"""Who has not been here for so long has gone from the desk."""
MAX_NAME = 128


def scope(account: Account, config: Config, opened: Connection) -> Scope:
    """What the account may see: by its role and units, and what others write on official accounts that it answers for
    or that are its units'."""
    given = ROLES[account.role].scope(account.units, config)
    if not given.units:
        return given
    ours = register.answered_for(opened, given.receivers or frozenset(), given.units)
    own = frozenset(source.id for source in config.sources if source.own)
    return replace(given, sources=ours & own)


def fingerprint(token: str) -> str:
    """What is stored of a token: enough to recognise it, useless to who steals the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """256 bits nobody can guess, safe in an address and a cookie."""
    return secrets.token_urlsafe(32)


Problem = Literal["name", "role", "units", "email", "shared", "taken", "provider", "missing", "meanwhile", "last"]
"""With an account, or with what someone wants to do with it: the address is another's; the name is; the municipality's
own login decides; there is none; someone else has changed it; it is the last administrator."""


class Unfit(WrongCall):
    """Nothing was changed; `problem` says why in one word."""

    def __init__(self, problem: Problem, says: str) -> None:
        super().__init__(says)
        self.problem = problem


def invite(
    app: App,
    name: str,
    role: str,
    units: Sequence[str] = (),
    email: str | None = None,
    *,
    by: str = "",
    only_new: bool = False,
) -> str:
    """Add the account, or change it unless `only_new`, and return the address of a new login link; it holds once,
    for 24 hours.

    email: what the person may log in with beside the name. by: the account that does it. Raises Unfit for a role or a
    unit that does not exist, for a role that lacks its units, for an address that is none or another's, and for an
    account that another login lets in.
    """
    now = app.clock()
    if not name.strip() or len(name) > MAX_NAME:
        raise Unfit("name", f"an account's name has 1 to {MAX_NAME} characters. Give another name.")
    token = new_token()
    with app.engine.begin() as connection:
        known = accounts.held(connection, name)
        if known and only_new:
            raise Unfit(
                "taken", f'there is an account of the name "{name}". Give another name, or change that account.'
            )
        give(connection, app.config, name, known, role, units, email, now)
        logins.offer_link(connection, fingerprint(token), name, now + LINK_LASTS)
        account_events.add(
            connection, Event(name, now, by, "link" if known else "invited", changes(known, role, units))
        )
    return login_address(app, token)


def login_address(app: App, token: str) -> str:
    """Of a login link."""
    return f"{app.config.dashboard.base_url.rstrip('/')}/logga-in/{token}"


def give(
    connection: Connection,
    config: Config,
    name: str,
    known: Account | None,
    role: str,
    units: Sequence[str],
    email: str | None,
    now: datetime,
) -> None:
    """Store the account, `known` as it was, with these rights and this address. Raises Unfit as `invite`."""
    if found := problem(role, units, config):
        raise Unfit(*found)
    if known and known.by_provider:
        raise Unfit("provider", f'"{name}" logs in by [dashboard.oidc]: change its groups there.')
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise Unfit("email", f'"{email}" is no e-mail address. Write it as namn@kommun.example.')
    if email and accounts.holder_of(connection, email.lower()) not in (None, name):
        raise Unfit("shared", f'another account has the address "{email}". Give another, or change that account.')
    accounts.add(connection, name, role, units, now, email=email.lower() if email else None)


def changes(known: Account | None, role: str, units: Sequence[str]) -> dict[str, Any]:
    """Of role and units what is another now, as [before, after]."""
    before = (known.role, list(known.units)) if known else (None, [])
    pairs = zip(("role", "units"), before, (role, list(units)), strict=True)
    return {name: [old, new] for name, old, new in pairs if old != new}


def close(app: App, name: str) -> None:
    """Let the account in no more, from now on. Raises WrongCall where there is none that is open."""
    with app.engine.begin() as connection:
        if not accounts.disable(connection, name, app.clock()):
            raise WrongCall(f'no open account is named "{name}". `user list` shows them all.')
        account_events.add(connection, Event(name, app.clock(), "", "closed", {}))


def feed(app: App, receiver: str) -> str:
    """Give the receiver an Atom feed and return its address, which is shown this once; an earlier one holds no more.

    Raises WrongCall for a receiver that does not exist.
    """
    if app.config.receiver(receiver) is None:
        raise WrongCall(f'no receiver has the id "{receiver}". The ids stand in routes.toml; enhetschef:<unit> too.')
    token = new_token()
    with app.engine.begin() as connection:
        feeds.offer(connection, receiver, fingerprint(token), app.clock())
    return f"{app.config.dashboard.base_url.rstrip('/')}/atom/{token}"


def no_feed(app: App, receiver: str) -> None:
    """Take the receiver's feed away. Raises WrongCall where there is none."""
    with app.engine.begin() as connection:
        if not feeds.withdraw(connection, receiver):
            raise WrongCall(f'"{receiver}" has no feed. Nothing was changed.')
