"""Feeds by token: whose each is, and what it shows. Of a token only its SHA-256 is ever stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from pipelines.store.schema import feed, message
from pipelines.types import MAIL


@dataclass(frozen=True, slots=True)
class Shown:
    """One message, as much of it as may leave without login."""

    message_id: str
    subject: str
    link: str
    """Empty for what was composed before links were kept."""
    at: datetime


def offer(connection: Connection, receiver: str, token_hash: str, now: datetime) -> None:
    """Give `receiver` a feed under a new token; the one before leads nowhere from now on."""
    withdraw(connection, receiver)
    connection.execute(insert(feed).values(receiver=receiver, token_hash=token_hash, created_at=now))


def withdraw(connection: Connection, receiver: str) -> bool:
    """Whether there was a feed to take away."""
    return connection.execute(delete(feed).where(feed.c.receiver == receiver)).rowcount > 0


def receiver_of(connection: Connection, token_hash: str) -> str | None:
    """Whose feed it is; None for an unknown token."""
    found: str | None = connection.execute(
        select(feed.c.receiver).where(feed.c.token_hash == token_hash)
    ).scalar_one_or_none()
    return found


def shown(connection: Connection, receiver: str, limit: int) -> list[Shown]:
    """What `receiver` was told last, newest first, without what has had its time."""
    rows = connection.execute(
        select(message.c.message_id, message.c.subject, message.c.link, message.c.created_at)
        .where(message.c.receiver == receiver, message.c.channel == MAIL, message.c.subject != "")
        .order_by(message.c.created_at.desc(), message.c.key)
        .limit(limit)
    )
    return [Shown(row.message_id, row.subject, row.link, row.created_at) for row in rows]
