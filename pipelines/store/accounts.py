"""Who may log in: accounts, one-time login links and sessions. Of a token only its SHA-256 is ever stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from pipelines.store.schema import account, login_link, session


@dataclass(frozen=True, slots=True)
class Account:
    """A role that someone holds; what it gives is decided where the scope is made."""

    name: str
    role: str
    units: tuple[str, ...] = ()
    """Ids of units; empty for a role that is not tied to units."""


def add(connection: Connection, name: str, role: str, units: Sequence[str], now: datetime) -> None:
    """Store an account, or give the one of that name another role and units; other rights end its sessions."""
    known = get(connection, name)
    given = Account(name, role, tuple(units))
    if known == given:
        return
    values = {"role": role, "units": list(units)}
    if known is None:
        connection.execute(insert(account).values(name=name, created_at=now, **values))
        return
    connection.execute(update(account).where(account.c.name == name).values(**values))
    connection.execute(delete(session).where(session.c.account == name))


def get(connection: Connection, name: str) -> Account | None:
    """The account of that name."""
    row = connection.execute(select(account).where(account.c.name == name)).one_or_none()
    return Account(row.name, row.role, tuple(row.units)) if row else None


def offer_link(connection: Connection, token_hash: str, name: str, expires_at: datetime) -> None:
    """Store a login link for the account; its earlier links that no one used are void from now on."""
    connection.execute(delete(login_link).where(login_link.c.account == name, login_link.c.used_at.is_(None)))
    connection.execute(insert(login_link).values(token_hash=token_hash, account=name, expires_at=expires_at))


def redeem_link(connection: Connection, token_hash: str, now: datetime) -> Account | None:
    """The account that the link lets in, once; None where the link is unknown, used or expired."""
    used = connection.execute(
        update(login_link)
        .where(login_link.c.token_hash == token_hash, login_link.c.used_at.is_(None), login_link.c.expires_at > now)
        .values(used_at=now)
    )
    if used.rowcount == 0:
        return None
    name = connection.execute(select(login_link.c.account).where(login_link.c.token_hash == token_hash)).scalar_one()
    return get(connection, name)


def begin_session(connection: Connection, token_hash: str, name: str, expires_at: datetime) -> None:
    """Store a session of the account."""
    connection.execute(insert(session).values(token_hash=token_hash, account=name, expires_at=expires_at))


def of_session(connection: Connection, token_hash: str, now: datetime) -> Account | None:
    """The account whose session it is; None where the session is unknown, ended or expired."""
    name = connection.execute(
        select(session.c.account).where(session.c.token_hash == token_hash, session.c.expires_at > now)
    ).scalar_one_or_none()
    return get(connection, name) if name else None


def end_session(connection: Connection, token_hash: str) -> None:
    """Forget the session."""
    connection.execute(delete(session).where(session.c.token_hash == token_hash))


def forget_expired(connection: Connection, now: datetime) -> int:
    """Delete sessions that have run out and links that have run out or been used. Returns how many."""
    links = connection.execute(
        delete(login_link).where(or_(login_link.c.expires_at <= now, login_link.c.used_at.is_not(None)))
    )
    sessions = connection.execute(delete(session).where(session.c.expires_at <= now))
    return links.rowcount + sessions.rowcount
