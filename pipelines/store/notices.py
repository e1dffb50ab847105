"""Who is to be told of what, and which Entries have been routed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, insert, or_, select, update

from pipelines.store import items
from pipelines.store.schema import assessment, entry, notice, routed
from pipelines.types import Item, Notice


@dataclass(frozen=True, slots=True)
class Told:
    """A stored Notice with the Item it tells of."""

    id: int
    notice: Notice
    item: Item


def awaiting(connection: Connection, fresh_after: datetime, version: str, limit: int) -> list[Item]:
    """Items that concern the municipality, are news, and whose present wording no one has routed yet.

    News: published or edited after `fresh_after`, and not part of a source's first fetch unless edited since.
    """
    done = exists().where(routed.c.entry_id == entry.c.id, routed.c.revision == entry.c.revision)
    published = or_(
        entry.c.published >= fresh_after, and_(entry.c.published.is_(None), entry.c.first_seen >= fresh_after)
    )
    news = or_(entry.c.edited_at >= fresh_after, and_(entry.c.silent.is_(False), published))
    return items.load(
        connection,
        items.query()
        .where(
            assessment.c.about,
            assessment.c.version == version,
            assessment.c.revision == entry.c.revision,
            news,
            ~done,
        )
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
                update(notice).where(notice.c.id == known.id).values(urgent=True, entry_id=told.entry_id)
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


def _load(connection: Connection, chosen: object) -> list[Told]:
    rows = list(connection.execute(chosen))  # type: ignore[call-overload]
    wanted = items.query().where(entry.c.id.in_({row.entry_id for row in rows}))
    found = {item.entry.id: item for item in items.load(connection, wanted)}
    return [
        Told(
            row.id,
            Notice(row.story_id, row.entry_id, row.receiver, row.route, row.category, row.urgent),
            found[row.entry_id],
        )
        for row in rows
        if row.entry_id in found
    ]


def told_at_once(connection: Connection, ids: Sequence[int], message_key: str) -> None:
    """Note that the alert `message_key` tells these notices."""
    connection.execute(update(notice).where(notice.c.id.in_(ids)).values(alert_key=message_key))


def told_in_digest(connection: Connection, ids: Sequence[int], message_key: str) -> None:
    """Note that the digest `message_key` tells these notices."""
    for start in range(0, len(ids), 500):
        connection.execute(
            update(notice).where(notice.c.id.in_(ids[start : start + 500])).values(digest_key=message_key)
        )
