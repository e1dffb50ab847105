"""Which receiver has had which day's digest: unique per receiver and date."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select

from pipelines.store.schema import digest_run, notice, poll


def last(connection: Connection, receiver: str) -> date | None:
    """The latest date whose digest `receiver` has had, None before the first."""
    found = connection.execute(
        select(func.max(digest_run.c.date)).where(digest_run.c.receiver == receiver)
    ).scalar_one()
    return date.fromisoformat(found) if found else None


def done(connection: Connection, receiver: str, day: date) -> bool:
    """Whether that day's digest has run for `receiver`."""
    return (
        connection.execute(
            select(digest_run.c.at).where(digest_run.c.receiver == receiver, digest_run.c.date == day.isoformat())
        ).first()
        is not None
    )


def record(connection: Connection, receiver: str, day: date, message_key: str | None, now: datetime) -> None:
    """Note that the digest has run. Raises IntegrityError where another worker has noted it first."""
    connection.execute(
        insert(digest_run).values(receiver=receiver, date=day.isoformat(), message_key=message_key, at=now)
    )


def watched_since(connection: Connection) -> datetime | None:
    """When the first source was first asked; None before that."""
    first: datetime | None = connection.execute(select(func.min(poll.c.at))).scalar_one()
    return first


def waits(connection: Connection, receiver: str, before: datetime) -> bool:
    """Whether something published before `before` is still to be told in a digest."""
    return (
        connection.execute(
            select(notice.c.id)
            .where(notice.c.receiver == receiver, notice.c.digest_key.is_(None), notice.c.at < before)
            .limit(1)
        ).first()
        is not None
    )
