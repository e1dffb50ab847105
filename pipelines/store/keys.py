"""Keys to the interface for programs, each its account's own. Of a key only its SHA-256 is ever stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from pipelines.store.schema import AnyRow, api_key
from pipelines.types import short_hash

MOST = 20
"""Of one account, those that have run out but not been swept away among them."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key, which is all but the key itself."""

    id: str
    account: str
    name: str
    uses: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    """To within minutes."""


def add(
    connection: Connection,
    account: str,
    name: str,
    uses: Sequence[str],
    token_hash: str,
    now: datetime,
    expires_at: datetime,
) -> str | None:
    """The id of the new key; None, and nothing stored, where the account has MOST already."""
    kept = select(func.count()).select_from(api_key).where(api_key.c.account == account)
    if connection.execute(kept).scalar_one() >= MOST:
        return None
    row = {"id": short_hash(token_hash), "account": account, "name": name, "uses": list(uses)}
    times = {"created_at": now, "expires_at": expires_at}
    connection.execute(insert(api_key).values(token_hash=token_hash, **row, **times))
    return str(row["id"])


def of_account(connection: Connection, account: str) -> tuple[Key, ...]:
    """The newest first."""
    chosen = select(api_key).where(api_key.c.account == account)
    return tuple(map(_key, connection.execute(chosen.order_by(api_key.c.created_at.desc(), api_key.c.id))))


def remove(connection: Connection, account: str, key: str) -> bool:
    """Whether the account had it; it opens nothing from now on."""
    own = (api_key.c.id == key, api_key.c.account == account)
    return connection.execute(delete(api_key).where(*own)).rowcount > 0


def of_token(connection: Connection, token_hash: str, now: datetime) -> Key | None:
    """The key that it is, if its time is not up."""
    chosen = select(api_key).where(api_key.c.token_hash == token_hash, api_key.c.expires_at > now)
    row = connection.execute(chosen).one_or_none()
    return _key(row) if row else None


def touch(connection: Connection, key: str, now: datetime) -> None:
    """Note that the key is in use."""
    connection.execute(update(api_key).where(api_key.c.id == key).values(used_at=now))


def _key(row: AnyRow) -> Key:
    return Key(row.id, row.account, row.name, tuple(row.uses), row.created_at, row.expires_at, row.used_at)
