"""Who may log in: accounts, and what they show to be let in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Insert, Row, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from pipelines.store.schema import account, api_key, login_link, session


@dataclass(frozen=True, slots=True)
class Account:
    """A role that someone holds; what it gives is decided where the scope is made."""

    name: str
    role: str
    units: tuple[str, ...] = ()
    """Ids of units; empty for a role that is not tied to units."""
    email: str | None = None
    has_password: bool = False
    has_code: bool = False
    """Whether a code from an app is asked for beside the password."""
    disabled_at: datetime | None = None
    by_provider: bool = False
    """Let in by the municipality's own login, never by password or link."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an account must show to be let in. `password`: an argon2id hash; `totp`: what its secret is derived from."""

    account: Account
    password: str | None
    totp: str | None


def add(
    connection: Connection,
    name: str,
    role: str,
    units: Sequence[str],
    now: datetime,
    *,
    email: str | None = None,
) -> None:
    """Store an account, or give the one of that name another role and units; other rights end its sessions. One that
    was closed is open again. An address that is not given stays as it was."""
    known = _one(connection, name)
    values: dict[str, Any] = {"role": role, "units": list(units), "disabled_at": None}
    values |= {"email": email} if email else {}
    if known is None:
        connection.execute(insert(account).values(name=name, created_at=now, **values))
        return
    connection.execute(update(account).where(account.c.name == name).values(**values))
    if (known.role, known.units) != (role, tuple(units)):
        end_sessions(connection, name)


def bind(
    connection: Connection, name: str, who: tuple[str, str], role: str, units: Sequence[str], now: datetime
) -> bool:
    """Store an account that another service lets in. who: the issuer, and what it calls the person. False where name or
    person has got one at the very same time."""
    given = {"role": role, "units": list(units), "issuer": who[0], "subject": who[1], "created_at": now}
    return added(connection, insert(account).values(name=name, **given))


def bound_to(connection: Connection, who: tuple[str, str]) -> Account | None:
    """The account of whom the issuer calls so, closed or not."""
    asked = select(account).where(account.c.issuer == who[0], account.c.subject == who[1])
    row = connection.execute(asked).one_or_none()
    return _account(row) if row else None


def is_taken(connection: Connection, name: str) -> bool:
    """Whether there is an account of that name, closed or not."""
    return _one(connection, name) is not None


def held(connection: Connection, name: str) -> Account | None:
    """The account of that name, closed or not; nobody else changes it, nor an administrator's, before this transaction
    ends."""
    asked = or_(account.c.name == name, account.c.role == "administrator")
    rows = connection.execute(select(account).where(asked).order_by(account.c.name).with_for_update()).all()
    return next((_account(row) for row in rows if row.name == name), None)


def get(connection: Connection, name: str) -> Account | None:
    """The account of that name, unless it is closed."""
    found = _one(connection, name)
    return found if found and found.disabled_at is None else None


def listed(connection: Connection) -> tuple[Account, ...]:
    """All of them, closed ones too, by name."""
    return tuple(map(_account, connection.execute(select(account).order_by(account.c.name))))


def disable(connection: Connection, name: str, now: datetime) -> bool:
    """Close the account at once: its sessions, links and keys end. False where none is open under that name."""
    if get(connection, name) is None:
        return False
    connection.execute(update(account).where(account.c.name == name).values(disabled_at=now))
    for table in (session, login_link, api_key):
        connection.execute(delete(table).where(table.c.account == name))
    return True


def without_email(connection: Connection, name: str) -> None:
    """Let the account in by its name only."""
    connection.execute(update(account).where(account.c.name == name).values(email=None))


def reopen(connection: Connection, name: str) -> None:
    """Let a closed account in again."""
    connection.execute(update(account).where(account.c.name == name).values(disabled_at=None))


def administrators(connection: Connection) -> tuple[str, ...]:
    """The names of the open accounts that may change accounts."""
    asked = select(account.c.name).where(account.c.role == "administrator", account.c.disabled_at.is_(None))
    return tuple(connection.execute(asked.order_by(account.c.name)).scalars())


def holder_of(connection: Connection, email: str) -> str | None:
    """The name of the account with that address."""
    found: str | None = connection.execute(select(account.c.name).where(account.c.email == email)).scalar_one_or_none()
    return found


def credentials(connection: Connection, login: str) -> Credentials | None:
    """Of the open account with that name or address that we let in ourselves."""
    asked = and_(or_(account.c.name == login, account.c.email == login.lower()), account.c.issuer.is_(None))
    row = connection.execute(
        select(account).where(asked, account.c.disabled_at.is_(None)).order_by(account.c.name != login).limit(1)
    ).one_or_none()
    return Credentials(_account(row), row.password, row.totp) if row else None


def set_password(connection: Connection, name: str, hashed: str, keep: str) -> None:
    """Store the hash, and end all sessions of the account but the one to `keep`."""
    connection.execute(update(account).where(account.c.name == name).values(password=hashed))
    connection.execute(delete(session).where(session.c.account == name, session.c.token_hash != keep))


def set_totp(connection: Connection, name: str, totp: str | None, step: int | None) -> None:
    """Ask for codes from now on, later than `step`; or for none."""
    connection.execute(update(account).where(account.c.name == name).values(totp=totp, totp_step=step))


def use_step(connection: Connection, name: str, step: int) -> bool:
    """Use up the code of that step of time. False where it, or a later one, has been used."""
    unused = or_(account.c.totp_step.is_(None), account.c.totp_step < step)
    return connection.execute(update(account).where(account.c.name == name, unused).values(totp_step=step)).rowcount > 0


def end_sessions(connection: Connection, name: str) -> None:
    """Forget every session of the account."""
    connection.execute(delete(session).where(session.c.account == name))


def added(connection: Connection, row: Insert) -> bool:
    """Store the row; False where it is there already."""
    try:
        with connection.begin_nested():
            connection.execute(row)
    except IntegrityError:
        return False
    return True


def _one(connection: Connection, name: str) -> Account | None:
    row = connection.execute(select(account).where(account.c.name == name)).one_or_none()
    return _account(row) if row else None


def _account(row: Row[Any]) -> Account:
    return Account(
        row.name,
        row.role,
        tuple(row.units),
        row.email,
        has_password=row.password is not None,
        has_code=row.totp is not None,
        disabled_at=row.disabled_at,
        by_provider=row.issuer is not None,
    )
