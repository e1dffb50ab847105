"""Problems with our own data: opened, counted while they last, closed when they are over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from pipelines.store.schema import issue
from pipelines.types import Issue


def report(connection: Connection, problem: Issue, now: datetime) -> bool:
    """Open or count `problem`. True when it was not open before."""
    open_before = connection.execute(select(issue.c.closed_at).where(issue.c.key == problem.key)).one_or_none()
    if open_before is None:
        connection.execute(
            insert(issue).values(
                key=problem.key,
                subject=problem.subject,
                text=problem.text,
                remedy=problem.remedy,
                first_at=now,
                last_at=now,
                count=1,
            )
        )
        return True
    was_closed = open_before.closed_at is not None
    values: dict[str, object] = {"text": problem.text, "remedy": problem.remedy, "last_at": now}
    values |= {"first_at": now, "count": 1, "closed_at": None} if was_closed else {"count": issue.c.count + 1}
    connection.execute(update(issue).where(issue.c.key == problem.key).values(values))
    return was_closed


def close(connection: Connection, key_prefix: str, now: datetime) -> int:
    """Close every open issue whose key starts with `key_prefix`. Returns how many."""
    closed = connection.execute(
        update(issue)
        .where(issue.c.key.startswith(key_prefix, autoescape=True), issue.c.closed_at.is_(None))
        .values(closed_at=now)
    )
    return closed.rowcount


def open_keys(connection: Connection, subjects: Collection[str]) -> set[str]:
    """The keys of the open issues about any of `subjects`, of which there may be a few hundred."""
    among = select(issue.c.key).where(issue.c.subject.in_(subjects), issue.c.closed_at.is_(None))
    return set(connection.scalars(among))
