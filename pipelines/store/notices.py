"""Who is to be told of what, and which Entries have been routed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, insert, or_, select, update

from pipelines.store import items
from pipelines.store.entries import CHUNK
from pipelines.store.schema import assessment, entry, notice, routed, story_entry
from pipelines.types import Item, Notice, Told

ROUTING_LOCK = 20_481
"""Any number, the same in every process, that no other advisory lock of this database uses."""


def alone(connection: Connection) -> None:
    """Wait until no other transaction routes or composes. SQLite's transactions are alone as they are."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(ROUTING_LOCK)))


def awaiting(connection: Connection, since: datetime, limit: int) -> list[Item]:
    """Assessed Items whose present wording nobody has routed yet, oldest first: published or edited after `since`,
    and not part of a source's first fetch unless edited after it.

    Routed is a matter of the wording, not of the Assessment: a new version of the rules tells nobody anything again.
    """
    done = exists().where(routed.c.entry_id == entry.c.id, routed.c.revision == entry.c.revision)
    published = or_(entry.c.published >= since, and_(entry.c.published.is_(None), entry.c.first_seen >= since))
    news = or_(entry.c.edited_at >= since, and_(entry.c.silent.is_(False), published))
    return items.load(
        connection,
        items.query()
        .where(assessment.c.revision == entry.c.revision, news, ~done)
        .order_by(entry.c.first_seen, entry.c.id)
        .limit(limit),
    )


def save(connection: Connection, item: Item, given: Iterable[Notice], now: datetime) -> int:
    """Store the notices of one item and mark its wording as routed. Returns how many notices were new.

    One story tells one receiver of one category once: a later notice of the same only makes an untold one urgent.
    """
    fresh = 0
    for told in given:
        same = (
            notice.c.story_id == told.story_id,
            notice.c.category == told.category,
            notice.c.receiver == told.receiver,
        )
        known = connection.execute(select(notice.c.id, notice.c.urgent).where(*same)).one_or_none()
        if known is None:
            values = {name: getattr(told, name) for name in Notice.__dataclass_fields__}
            connection.execute(insert(notice).values(**values, at=item.when, created_at=now))
            fresh += 1
        elif told.urgent and not known.urgent:
            connection.execute(
                update(notice)
                .where(notice.c.id == known.id)
                .values(urgent=True, entry_id=told.entry_id, route=told.route)
            )
    connection.execute(insert(routed).values(entry_id=item.entry.id, revision=item.entry.revision, at=now))
    return fresh


def untold(connection: Connection) -> list[Told]:
    """Urgent notices that no alert has told yet, oldest first."""
    return _load(connection, select(notice).where(notice.c.urgent, notice.c.alert_key.is_(None)).order_by(notice.c.id))


def in_digest(connection: Connection, receiver: str, before: datetime) -> list[Told]:
    """What `receiver`'s digest of the window that closes at `before` is to tell: everything earlier not yet in one.

    A late arrival, published before the close but seen after it, is thereby told by the next digest and never lost.
    """
    chosen = select(notice).where(notice.c.receiver == receiver, notice.c.digest_key.is_(None), notice.c.at < before)
    return _load(connection, chosen.order_by(notice.c.at, notice.c.id))


def of_digest(connection: Connection, digest_key: str) -> list[Told]:
    """What the digest with this message key told."""
    return _load(connection, select(notice).where(notice.c.digest_key == digest_key).order_by(notice.c.at, notice.c.id))


def _load(connection: Connection, chosen: Select[Any]) -> list[Told]:
    """Those of the chosen notices whose entry has not been purged."""
    rows = list(connection.execute(chosen))
    found = items.by_id(connection, sorted({row.entry_id for row in rows}))
    spread = _spread(connection, sorted({row.story_id for row in rows}))
    return [
        Told(
            id=row.id,
            notice=Notice(row.story_id, row.entry_id, row.receiver, row.route, row.category, row.urgent),
            item=found[row.entry_id],
            sources=tuple(spread.get(row.story_id, ())),
        )
        for row in rows
        if row.entry_id in found
    ]


def _spread(connection: Connection, story_ids: Sequence[str]) -> dict[str, list[str]]:
    """By story, the sources it has been seen in, in the order they had it."""
    spread: dict[str, list[str]] = {}
    for start in range(0, len(story_ids), CHUNK):
        rows = connection.execute(
            select(story_entry.c.story_id, entry.c.source_id)
            .join(entry, entry.c.id == story_entry.c.entry_id)
            .where(story_entry.c.story_id.in_(story_ids[start : start + CHUNK]))
            .group_by(story_entry.c.story_id, entry.c.source_id)
            .order_by(func.min(entry.c.first_seen), entry.c.source_id)
        )
        for row in rows:
            spread.setdefault(row.story_id, []).append(row.source_id)
    return spread


def told_at_once(connection: Connection, ids: Sequence[int], message_key: str) -> None:
    """Note that the alert `message_key` tells these notices."""
    _told(connection, ids, {"alert_key": message_key})


def told_in_digest(connection: Connection, ids: Sequence[int], message_key: str) -> None:
    """Note that the digest `message_key` tells these notices."""
    _told(connection, ids, {"digest_key": message_key})


def _told(connection: Connection, ids: Sequence[int], values: dict[str, str]) -> None:
    for start in range(0, len(ids), CHUNK):
        connection.execute(update(notice).where(notice.c.id.in_(ids[start : start + CHUNK])).values(values))
