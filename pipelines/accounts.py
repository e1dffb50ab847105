"""Who may see what: roles, the login link that lets an account in, and the scope that every read takes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.config.schema import Config, unit_receiver
from pipelines.errors import WrongCall
from pipelines.store import accounts, feeds
from pipelines.store.accounts import Account
from pipelines.store.views.scope import Scope

if TYPE_CHECKING:
    from pipelines.bootstrap import App

LINK_LASTS = timedelta(hours=24)
"""Long enough to be read the morning after it was sent, too short to lie about in a mailbox."""
SESSION_LASTS = timedelta(hours=12)
"""A working day: who comes back the next morning logs in again."""
MAX_NAME = 128


def _all(account: Account, config: Config) -> Scope:  # noqa: ARG001 - one signature for every role
    return Scope(units=None, receivers=None, flagged_texts=True)


def _own_units(account: Account, config: Config) -> Scope:
    receivers = frozenset(unit_receiver(unit) for unit in account.units)
    found = [config.receiver(receiver) for receiver in receivers]
    units = frozenset(unit for receiver in found if receiver for unit in receiver.units)
    return Scope(units=units, receivers=receivers, flagged_texts=True)


def _no_flagged(account: Account, config: Config) -> Scope:  # noqa: ARG001
    return Scope(units=None, receivers=frozenset(), flagged_texts=False)


SCOPES: dict[str, Callable[[Account, Config], Scope]] = {
    "kommunikationschef": _all,
    "enhetschef": _own_units,
    "administrator": _no_flagged,
}
"""The roles, and what each may see. Who looks after the machine has no need to read what people are accused of."""
WITH_UNITS = ("enhetschef",)


def scope(account: Account, config: Config) -> Scope:
    """What the account may see: for a unit's manager the own units and those below them."""
    return SCOPES[account.role](account, config)


def fingerprint(token: str) -> str:
    """What is stored of a token: enough to recognise it, useless to who steals the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """256 bits nobody can guess, safe in an address and a cookie."""
    return secrets.token_urlsafe(32)


def invite(app: App, name: str, role: str, units: Sequence[str] = ()) -> str:
    """Add the account, or change it, and return the address of a new login link; it holds once, for 24 hours.

    Raises WrongCall for a role or a unit that does not exist, and for a role that lacks its units.
    """
    now = app.clock()
    _check(app.config, name, role, units)
    token = new_token()
    with app.engine.begin() as connection:
        accounts.add(connection, name, role, units, now)
        accounts.offer_link(connection, fingerprint(token), name, now + LINK_LASTS)
    return f"{app.config.dashboard.base_url.rstrip('/')}/logga-in/{token}"


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
    if role not in SCOPES:
        raise WrongCall(f'no role is named "{role}". Choose one of {", ".join(SCOPES)}.')
    if unknown := [unit for unit in units if config.unit(unit) is None]:
        raise WrongCall(f'no unit has the id "{unknown[0]}". The ids stand in units.toml.')
    if role in WITH_UNITS and not units:
        raise WrongCall(f'the role "{role}" needs at least one unit. Name it by its id in units.toml.')
    if role not in WITH_UNITS and units:
        raise WrongCall(f'the role "{role}" is not tied to units. Leave them out.')
