"""Searches that people keep, each its owner's own, and feeds of them. Of a token only its SHA-256 is ever stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from pipelines.store.schema import AnyRow, saved_search
from pipelines.types import short_hash

MOST = 50
"""Of one account."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A search under a name, as the address of the list has it."""

    id: str
    account: str
    name: str
    query: Mapping[str, str]
    has_feed: bool


def save(connection: Connection, account: str, name: str, query: Mapping[str, str], now: datetime) -> bool:
    """Keep the search under that name, in place of the account's earlier one of it. False, and nothing kept, where the
    account has MOST already."""
    key = short_hash(account, name)
    changed = connection.execute(update(saved_search).where(saved_search.c.id == key).values(query=dict(query)))
    if changed.rowcount:
        return True
    kept = select(func.count()).select_from(saved_search).where(saved_search.c.account == account)
    if connection.execute(kept).scalar_one() >= MOST:
        return False
    row = {"id": key, "account": account, "name": name, "query": dict(query), "created_at": now}
    connection.execute(insert(saved_search).values(**row))
    return True


def of_account(connection: Connection, account: str) -> tuple[Saved, ...]:
    """By name."""
    chosen = select(saved_search).where(saved_search.c.account == account)
    return tuple(sorted(map(_saved, connection.execute(chosen)), key=lambda one: one.name.casefold()))


def remove(connection: Connection, account: str, key: str) -> bool:
    """Whether the account had it; its feed goes with it."""
    return connection.execute(delete(saved_search).where(*_own(account, key))).rowcount > 0


def offer(connection: Connection, account: str, key: str, token_hash: str | None) -> bool:
    """Give the search a feed under a new token, or None to take it away; the one before leads nowhere from now on.
    Whether the account has the search."""
    given = update(saved_search).where(*_own(account, key)).values(token_hash=token_hash)
    return connection.execute(given).rowcount > 0


def of_token(connection: Connection, token_hash: str) -> Saved | None:
    """The search whose feed it opens."""
    row = connection.execute(select(saved_search).where(saved_search.c.token_hash == token_hash)).one_or_none()
    return _saved(row) if row else None


def _own(account: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return saved_search.c.id == key, saved_search.c.account == account


def _saved(row: AnyRow) -> Saved:
    return Saved(row.id, row.account, row.name, row.query, row.token_hash is not None)
