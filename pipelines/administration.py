"""What an administrator does with others' accounts: each change is written down, and the second of two is told.

`seen` is the last event of the account that stood on the page: where there has been another since, nothing is done.
Everything here raises Unfit where it is not done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection

from pipelines.accounts import LINK_LASTS, SESSION_RESTS, Unfit, changes, fingerprint, give, login_address, new_token
from pipelines.notify.at_once import hand_over
from pipelines.store import account_events, accounts, logins
from pipelines.store.account_events import Event
from pipelines.store.accounts import Account
from pipelines.types import short_hash

if TYPE_CHECKING:
    from pipelines.bootstrap import App

Step = Literal["closed", "opened", "no-code", "logged-out"]
ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Row:
    """One account as the administrator sees it."""

    id: str
    """For addresses of pages: a name there would end up in logs."""
    account: Account
    sessions: int


def everyone(app: App, connection: Connection) -> tuple[Row, ...]:
    """All accounts, closed ones too, by name."""
    now = app.clock()
    open_now = logins.sessions(connection, now, now - SESSION_RESTS)
    found = accounts.listed(connection)
    return tuple(Row(page_of(one.name), one, open_now.get(one.name, 0)) for one in found)


def page_of(name: str) -> str:
    """What stands for the account in addresses."""
    return short_hash("account", name)


def change(app: App, by: str, name: str, seen: int, role: str, units: Sequence[str], email: str | None) -> None:
    """Give the account this role, these units and this address or none; other rights end its sessions."""
    with _held(app, name, seen) as (connection, known):
        if role != ADMINISTRATOR:
            _not_the_last(connection, known)
        closed = known.disabled_at
        give(connection, app.config, name, known, role, units, email, app.clock())
        if email is None:
            accounts.without_email(connection, name)
        if closed:
            accounts.disable(connection, name, closed)
        account_events.add(connection, Event(name, app.clock(), by, "changed", changes(known, role, units)))


def relink(app: App, by: str, name: str, seen: int) -> str:
    """The address of a new login link, in place of an earlier one."""
    token = new_token()
    with _held(app, name, seen) as (connection, known):
        if known.disabled_at or known.by_provider:
            raise Unfit("provider" if known.by_provider else "missing", f'"{name}" takes no link')
        logins.offer_link(connection, fingerprint(token), name, app.clock() + LINK_LASTS)
        account_events.add(connection, Event(name, app.clock(), by, "link", {}))
    return login_address(app, token)


def step(app: App, by: str, name: str, seen: int, what: Step) -> None:
    """Close or open the account, ask for no code any more, or end its sessions. What is so already stays so."""
    with _held(app, name, seen) as (connection, known):
        match what:
            case "closed":
                _not_the_last(connection, known)
                accounts.disable(connection, name, app.clock())
            case "opened":
                accounts.reopen(connection, name)
            case "no-code":
                accounts.set_totp(connection, name, None, None)
            case "logged-out":
                accounts.end_sessions(connection, name)
        account_events.add(connection, Event(name, app.clock(), by, what, {}))


def mail(app: App, address: str, link: str) -> bool:
    """Whether the mail server took the link for `address`."""
    text = (
        f"Hej!\n\nDu har fått tillgång till {app.config.sender.name}. Öppna länken och tryck på Logga in:\n{link}\n\n"
        "Länken gäller en gång och i ett dygn. Den är bara till för dig: skicka den inte vidare.\n\n"
        f"Har du inte väntat på det här, hör av dig till {app.config.operator.contact}.\n"
    )
    return hand_over(app, address, "Inloggning till mediebevakningen", text) is None


@contextmanager
def _held(app: App, name: str, seen: int) -> Iterator[tuple[Connection, Account]]:
    """The account, which nobody else changes meanwhile."""
    with app.engine.begin() as connection:
        known = accounts.held(connection, name)
        if known is None:
            raise Unfit("missing", f'no account is named "{name}"')
        if account_events.last(connection, name) != seen:
            raise Unfit("meanwhile", f'someone else has changed "{name}"')
        yield connection, known


def _not_the_last(connection: Connection, known: Account) -> None:
    if accounts.administrators(connection) == (known.name,):
        raise Unfit("last", f'"{known.name}" is the last administrator')
