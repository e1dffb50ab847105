"""Which Entry belongs to which Story. A story's id is that of its first entry, and stays.

The machine places an entry once and never again; what a person has split or merged is therefore left alone for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from pipelines.store.entries import CHUNK, from_row
from pipelines.store.schema import assessment, entry, flag, mention, story, story_entry, story_key
from pipelines.telling import Known, Placed, Sighting


def placed(connection: Connection, entry_ids: Sequence[str]) -> dict[str, str]:
    """The story of each of those entries that have one, by entry id."""
    found: dict[str, str] = {}
    for some in _chunks(entry_ids):
        rows = connection.execute(
            select(story_entry.c.entry_id, story_entry.c.story_id).where(story_entry.c.entry_id.in_(some))
        )
        found |= {row.entry_id: row.story_id for row in rows}
    return found


def of_entry(connection: Connection, entry_id: str) -> str | None:
    """The story that the entry belongs to already."""
    return placed(connection, [entry_id]).get(entry_id)


def holders(connection: Connection, keys: Iterable[str], since: datetime) -> dict[str, list[str]]:
    """By key, the ids of the entries since then that hold it, oldest first."""
    found: dict[str, list[str]] = {}
    for some in _chunks(sorted(keys)):
        rows = connection.execute(
            select(story_key.c.key, story_key.c.entry_id)
            .where(story_key.c.key.in_(some), story_key.c.at >= since)
            .order_by(story_key.c.key, story_key.c.at, story_key.c.entry_id)
        )
        for row in rows:
            found.setdefault(row.key, []).append(row.entry_id)
    return found


def known(connection: Connection, entry_ids: Iterable[str]) -> list[Known]:
    """Those entries with their stories, as later ones are compared with them."""
    found = []
    for some in _chunks(sorted(set(entry_ids))):
        named: dict[str, set[str]] = {}
        for row in connection.execute(
            select(mention.c.entry_id, mention.c.name).where(
                mention.c.entry_id.in_(some), mention.c.kind != "municipality"
            )
        ):
            named.setdefault(row.entry_id, set()).add(row.name)
        acts = set(
            connection.execute(select(flag.c.entry_id).where(flag.c.entry_id.in_(some), flag.c.role == "act")).scalars()
        )
        rows = connection.execute(
            select(entry, story_entry.c.story_id, story_entry.c.at, assessment.c.about)
            .join(story_entry, story_entry.c.entry_id == entry.c.id)
            .join(assessment, assessment.c.entry_id == entry.c.id)
            .where(entry.c.id.in_(some), entry.c.purged_at.is_(None))
        )
        found += [
            Known(
                Sighting(from_row(row), row.at, frozenset(named.get(row.id, ())), row.about, row.id in acts),
                row.story_id,
            )
            for row in rows
        ]
    return found


def kinds(connection: Connection, story_ids: Iterable[str]) -> dict[str, set[str]]:
    """By story, the kinds of source that have told it."""
    found: dict[str, set[str]] = {}
    for some in _chunks(sorted(set(story_ids))):
        rows = connection.execute(
            select(story_entry.c.story_id, entry.c.kind)
            .join(entry, entry.c.id == story_entry.c.entry_id)
            .where(story_entry.c.story_id.in_(some))
            .distinct()
        )
        for row in rows:
            found.setdefault(row.story_id, set()).add(row.kind)
    return found


def save(connection: Connection, given: Sequence[Placed]) -> None:
    """Put entries into their stories, and begin those stories that are new."""
    if not given:
        return
    begun = [one for one in given if one.told_as == "first"]
    if begun:
        connection.execute(
            insert(story), [{"id": one.story_id, "first_at": one.at, "last_at": one.at} for one in begun]
        )
    connection.execute(
        insert(story_entry),
        [
            {
                "entry_id": one.entry_id,
                "story_id": one.story_id,
                "told_as": one.told_as,
                "reason": one.reason,
                "at": one.at,
            }
            for one in given
        ],
    )
    if rows := [
        {"key": key, "entry_id": one.entry_id, "at": one.at} for one in given for key in dict.fromkeys(one.keys)
    ]:
        connection.execute(insert(story_key), rows)
    if joined := [{"into": one.story_id, "then": one.at} for one in given if one.told_as != "first"]:
        later = update(story).where(story.c.id == bindparam("into"), story.c.last_at < bindparam("then"))
        connection.execute(later.values(last_at=bindparam("then")), joined)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
