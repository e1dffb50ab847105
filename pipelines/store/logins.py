"""How someone comes in: one-time links, sessions, states of another's login, and tries in vain. Of a token only its
SHA-256 is ever stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from pipelines.store.accounts import Account, added, get
from pipelines.store.schema import login_failure, login_link, login_state, session


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


def begin_session(connection: Connection, token_hash: str, name: str, now: datetime, expires_at: datetime) -> None:
    """Store a session of the account."""
    connection.execute(insert(session).values(token_hash=token_hash, account=name, seen_at=now, expires_at=expires_at))


def of_session(
    connection: Connection, token_hash: str, now: datetime, idle_since: datetime
) -> tuple[Account, datetime] | None:
    """The account whose session it is, and when it was last seen; None where the session is unknown, ended, expired,
    or was last seen before `idle_since`."""
    row = connection.execute(
        select(session.c.account, session.c.seen_at).where(
            session.c.token_hash == token_hash, session.c.expires_at > now, session.c.seen_at > idle_since
        )
    ).one_or_none()
    found = get(connection, row.account) if row else None
    return (found, row.seen_at) if row and found else None


def sessions(connection: Connection, now: datetime, idle_since: datetime) -> dict[str, int]:
    """How many sessions each account has that still hold."""
    holds = (session.c.expires_at > now, session.c.seen_at > idle_since)
    counted = select(session.c.account, func.count().label("open")).where(*holds).group_by(session.c.account)
    return {row.account: row.open for row in connection.execute(counted)}


def use_state(connection: Connection, state_hash: str, expires_at: datetime) -> bool:
    """Use up the state of a login that has come back. False where it has been used. expires_at: when it need not be
    remembered any more."""
    if connection.execute(select(login_state).where(login_state.c.state_hash == state_hash)).one_or_none():
        return False
    return added(connection, insert(login_state).values(state_hash=state_hash, expires_at=expires_at))


def touch_session(connection: Connection, token_hash: str, now: datetime) -> None:
    """Note that the session is in use."""
    connection.execute(update(session).where(session.c.token_hash == token_hash).values(seen_at=now))


def end_session(connection: Connection, token_hash: str) -> None:
    """Forget the session."""
    connection.execute(delete(session).where(session.c.token_hash == token_hash))


def failures(connection: Connection, key: str, since: datetime) -> int:
    """How often it has been tried under the key since then."""
    counted = select(func.count()).where(login_failure.c.key == key, login_failure.c.at > since)
    return connection.execute(counted).scalar_one()


def note_tries(connection: Connection, keys: Sequence[str], now: datetime) -> None:
    """Count a try as a failure, before it is known to be one: many at once shall not pass by the limit."""
    connection.execute(insert(login_failure), [{"key": key, "at": now} for key in keys])


def forgive(connection: Connection, key: str) -> None:
    """Forget the failures under the key: it was the right one after all."""
    connection.execute(delete(login_failure).where(login_failure.c.key == key))
