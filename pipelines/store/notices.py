"""Who is to be told of what, and which Entries have been routed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, exists, func, insert, or_, select, update

from pipelines.store import items
from pipelines.store.entries import CHUNK
from pipelines.store.schema import AnyRow, assessment, entry, message, notice, routed, story_entry
from pipelines.types import Item, Notice, Told

FIELDS = tuple(Notice.__dataclass_fields__)
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


@dataclass(frozen=True, slots=True)
class Known:
    """A stored Notice as later ones of its story are compared with it."""

    id: int
    notice: Notice


def of_story(connection: Connection, story_id: str) -> tuple[Known, ...]:
    """All notices of a story, oldest first."""
    rows = connection.execute(select(notice).where(notice.c.story_id == story_id).order_by(notice.c.id))
    return tuple(Known(row.id, _notice(row)) for row in rows)


def save(connection: Connection, item: Item, fresh: Iterable[Notice], now: datetime) -> int:
    """Store the new notices of one item and mark its wording as routed. Returns how many there were."""
    rows = [{name: getattr(one, name) for name in FIELDS} for one in fresh]
    if rows:
        connection.execute(
            insert(notice), [row | {"units": list(row["units"]), "at": item.when, "created_at": now} for row in rows]
        )
    connection.execute(insert(routed).values(entry_id=item.entry.id, revision=item.entry.revision, at=now))
    return len(rows)


def raise_to_urgent(connection: Connection, id: int, given: Notice) -> None:
    """Let a notice that was not urgent be told at once, as `given`."""
    values = {name: getattr(given, name) for name in ("urgent", "entry_id", "route", "severity", "passes")}
    connection.execute(update(notice).where(notice.c.id == id).values(**values, units=list(given.units)))


def unroute(connection: Connection, since: datetime) -> int:
    """Let what was published or edited after `since` be routed again. Returns how many wordings."""
    late = select(entry.c.id).where(or_(entry.c.published >= since, entry.c.edited_at >= since))
    return connection.execute(delete(routed).where(routed.c.entry_id.in_(late))).rowcount


def untold(connection: Connection) -> list[Told]:
    """Urgent notices that no alert has told yet and nothing mutes, oldest first."""
    waiting = select(notice).where(notice.c.urgent, notice.c.alert_key.is_(None), notice.c.muted.is_(None))
    return _load(connection, waiting.order_by(notice.c.id))


def capped(connection: Connection, since: datetime) -> list[Told]:
    """What the day's cap has held back since then, and no summary has told yet, by receiver and time."""
    held = (notice.c.muted == "cap", notice.c.muted_at >= since, notice.c.alert_key.is_(None))
    return _load(connection, select(notice).where(*held).order_by(notice.c.receiver, notice.c.muted_at))


def graver(connection: Connection, story_id: str, receiver: str) -> bool:
    """Whether an alert has told `receiver` of something critical in the story."""
    told = (notice.c.story_id == story_id, notice.c.receiver == receiver, notice.c.severity == "critical")
    return bool(connection.execute(select(notice.c.id).where(*told, notice.c.alert_key.is_not(None)).limit(1)).first())


def told_since(connection: Connection, receiver: str, since: datetime) -> list[tuple[Notice, str]]:
    """What alerts have told `receiver` since then, oldest first; with each the Message-ID that its mail's
    thread began with."""
    rows = connection.execute(
        select(notice, func.coalesce(message.c.thread_id, message.c.message_id).label("thread"))
        .join(message, message.c.key == notice.c.alert_key)
        .where(notice.c.receiver == receiver, message.c.kind == "alert", message.c.created_at >= since)
        .order_by(message.c.created_at, notice.c.id)
    )
    return [(_notice(row), row.thread) for row in rows]


def mute(connection: Connection, ids: Sequence[int], why: str, now: datetime) -> None:
    """Note that these notices are told in the digest only, and why."""
    _told(connection, ids, {"muted": why, "muted_at": now})


def muted_by(connection: Connection) -> dict[str, int]:
    """How many notices each reason has muted."""
    rows = connection.execute(
        select(notice.c.muted, func.count()).where(notice.c.muted.is_not(None)).group_by(notice.c.muted)
    )
    return {row[0]: row[1] for row in rows}


def of_entry(connection: Connection, entry_id: str) -> list[AnyRow]:
    """The stored notices of one entry, oldest first: receiver, route, category, occasion, urgent, muted, keys."""
    return list(connection.execute(select(notice).where(notice.c.entry_id == entry_id).order_by(notice.c.id)))


def delays(connection: Connection, since: datetime) -> list[tuple[str, timedelta]]:
    """From publication (or edit) to the sent alert, for each entry that an alert since then told first: (source, time).

    What was held back on purpose, by quiet hours or to wait for more of its story, is among them.
    """
    first = func.min(message.c.sent_at).label("told")
    rows = connection.execute(
        select(entry.c.source_id, entry.c.published, entry.c.first_seen, entry.c.edited_at, first)
        .join(notice, notice.c.entry_id == entry.c.id)
        .join(message, message.c.key == notice.c.alert_key)
        .where(message.c.kind == "alert", message.c.sent_at >= since)
        .group_by(entry.c.id, entry.c.source_id, entry.c.published, entry.c.first_seen, entry.c.edited_at)
    )
    return [(row.source_id, row.told - (row.edited_at or row.published or row.first_seen)) for row in rows]


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
            notice=_notice(row),
            item=found[row.entry_id],
            sources=tuple(spread.get(row.story_id, ())),
            muted_at=row.muted_at,
        )
        for row in rows
        if row.entry_id in found
    ]


def _notice(row: AnyRow) -> Notice:
    return Notice(**{name: getattr(row, name) for name in FIELDS if name != "units"}, units=tuple(row.units))


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


def _told(connection: Connection, ids: Sequence[int], values: dict[str, object]) -> None:
    for start in range(0, len(ids), CHUNK):
        connection.execute(update(notice).where(notice.c.id.in_(ids[start : start + CHUNK])).values(values))
