"""Whether entries are still there at their source: whom to ask about next, and what was found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, exists, insert, or_, select, update

from pipelines.store.schema import assessment, entry, flag, notice, presence

PERSONAL = ("microblog", "forum", "video", "social", "blog", "review", "photo")
"""Kinds of source in which people write in their own name."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entry's page, and what was last known of it."""

    entry_id: str
    source_id: str
    url: str
    missed_at: datetime | None = None
    """When it was first found missing, of the times in a row."""


def doubtful(
    connection: Connection, sources: Collection[str], *, seen_since: datetime, asked_before: datetime, limit: int
) -> tuple[Sighting, ...]:
    """Entries of these sources that someone is about to read: flagged, or in a notice that no message has told yet;
    then what private persons have written about the municipality, since what they take back goes here too. Of either
    those never asked about first, then those asked about longest ago. Gone ones are not asked about again."""
    flagged = exists().where(flag.c.entry_id == entry.c.id)
    pending = exists().where(
        notice.c.entry_id == entry.c.id, notice.c.alert_key.is_(None), notice.c.digest_key.is_(None)
    )
    ours = exists().where(assessment.c.entry_id == entry.c.id, assessment.c.about)
    personal = and_(entry.c.kind.in_(PERSONAL), ours)
    rows = connection.execute(
        select(entry.c.id, entry.c.source_id, entry.c.url, presence.c.missed_at)
        .outerjoin(presence, presence.c.entry_id == entry.c.id)
        .where(
            entry.c.purged_at.is_(None),
            entry.c.url.is_not(None),
            entry.c.source_id.in_(sorted(sources)),
            entry.c.first_seen >= seen_since,
            or_(flagged, pending, personal),
            presence.c.gone_at.is_(None),
            or_(presence.c.asked_at.is_(None), presence.c.asked_at < asked_before),
        )
        .order_by(
            case((or_(flagged, pending), 0), else_=1),
            presence.c.asked_at.is_not(None),
            presence.c.asked_at,
            entry.c.first_seen.desc(),
            entry.c.id,
        )
        .limit(limit)
    )
    return tuple(Sighting(*row) for row in rows)


def save(
    connection: Connection, entry_id: str, asked_at: datetime, missed_at: datetime | None, gone_at: datetime | None
) -> None:
    """Store what was found, in place of what was known before."""
    values = {"asked_at": asked_at, "missed_at": missed_at, "gone_at": gone_at}
    done = connection.execute(update(presence).where(presence.c.entry_id == entry_id).values(**values))
    if done.rowcount == 0 and connection.execute(select(entry.c.id).where(entry.c.id == entry_id)).first():
        connection.execute(insert(presence).values(entry_id=entry_id, **values))


def gone(connection: Connection, ids: Iterable[str]) -> Mapping[str, datetime]:
    """When each of the entries was found to be deleted at its source; those that are still there are left out."""
    rows = connection.execute(
        select(presence.c.entry_id, presence.c.gone_at).where(
            presence.c.entry_id.in_(list(ids)), presence.c.gone_at.is_not(None)
        )
    )
    return {row.entry_id: row.gone_at for row in rows}
