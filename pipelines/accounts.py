"""Who may log in: accounts, the link that lets one in, and feeds by secret address."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.config.schema import Config
from pipelines.errors import WrongCall
from pipelines.roles import ROLES
from pipelines.store import accounts, feeds
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


def scope(account: Account, config: Config) -> Scope:
    """What the account may see."""
    return ROLES[account.role].scope(account.units, config)


def fingerprint(token: str) -> str:
    """What is stored of a token: enough to recognise it, useless to who steals the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """256 bits nobody can guess, safe in an address and a cookie."""
    return secrets.token_urlsafe(32)


def invite(app: App, name: str, role: str, units: Sequence[str] = (), email: str | None = None) -> str:
    """Add the account, or change it, and return the address of a new login link; it holds once, for 24 hours.

    email: what the person may log in with beside the name. Raises WrongCall for a role or a unit that does not exist,
    for a role that lacks its units, and for an address that is none or another's.
    """
    now = app.clock()
    _check(app.config, name, role, units)
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise WrongCall(f'"{email}" is no e-mail address. Write it as namn@kommun.example.')
    token = new_token()
    with app.engine.begin() as connection:
        if email and accounts.holder_of(connection, email.lower()) not in (None, name):
            raise WrongCall(f'another account has the address "{email}". Give another, or change that account.')
        accounts.add(connection, name, role, units, now, email=email.lower() if email else None)
        accounts.offer_link(connection, fingerprint(token), name, now + LINK_LASTS)
    return f"{app.config.dashboard.base_url.rstrip('/')}/logga-in/{token}"


def close(app: App, name: str) -> None:
    """Let the account in no more, from now on. Raises WrongCall where there is none that is open."""
    with app.engine.begin() as connection:
        if not accounts.disable(connection, name, app.clock()):
            raise WrongCall(f'no open account is named "{name}". `user list` shows them all.')


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


def _check(config: Config, name: str, role: str, units: Sequence[str]) -> None:
    if not name.strip() or len(name) > MAX_NAME:
        raise WrongCall(f"an account's name has 1 to {MAX_NAME} characters. Give another name.")
    if role not in ROLES:
        raise WrongCall(f'no role is named "{role}". Choose one of {", ".join(ROLES)}.')
    if unknown := [unit for unit in units if config.unit(unit) is None]:
        raise WrongCall(f'no unit has the id "{unknown[0]}". The ids stand in units.toml.')
    tie = ROLES[role].tied_to
    if tie == "nothing" and units:
        raise WrongCall(f'the role "{role}" is not tied to units. Leave them out.')
    if tie != "nothing" and not units:
        raise WrongCall(f'the role "{role}" needs at least one unit. Name it by its id in units.toml.')
    if tie == "departments" and (below := [unit.id for unit in config.units if unit.id in units and unit.parent]):
        raise WrongCall(
            f'"{below[0]}" is no department: the role "{role}" is for one whole. Name the one it belongs to.'
        )
