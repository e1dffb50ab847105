"""Which Entry belongs to which Story. A story's id is that of its first entry, and stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from pipelines.store.schema import story, story_entry, story_key


def find(connection: Connection, keys: Sequence[str], since: datetime) -> str | None:
    """The story that one of `keys` stands for, the first of them that is known and was told after `since`."""
    rows = connection.execute(
        select(story_key.c.key, story_key.c.story_id)
        .join(story, story.c.id == story_key.c.story_id)
        .where(story_key.c.key.in_(keys), story.c.last_at >= since)
    )
    known = {row.key: row.story_id for row in rows}
    return next((known[key] for key in keys if key in known), None)


def of_entry(connection: Connection, entry_id: str) -> str | None:
    """The story that the entry belongs to already."""
    return connection.execute(
        select(story_entry.c.story_id).where(story_entry.c.entry_id == entry_id)
    ).scalar_one_or_none()


def begin(connection: Connection, story_id: str, at: datetime) -> None:
    """Open a story."""
    connection.execute(insert(story).values(id=story_id, first_at=at, last_at=at))


def add(connection: Connection, story_id: str, entry_id: str, keys: Sequence[str], reason: str, at: datetime) -> None:
    """Put an entry into a story, and let `keys` stand for it from now on."""
    connection.execute(insert(story_entry).values(entry_id=entry_id, story_id=story_id, reason=reason))
    connection.execute(delete(story_key).where(story_key.c.key.in_(keys)))
    if fresh := [{"key": key, "story_id": story_id} for key in dict.fromkeys(keys)]:
        connection.execute(insert(story_key), fresh)
    connection.execute(update(story).where(story.c.id == story_id, story.c.last_at < at).values(last_at=at))
