"""Entries and their earlier versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from pipelines.store import search
from pipelines.store.schema import AnyRow, assessment, entry, entry_version
from pipelines.types import Entry

CHUNK = 500
"""Ids per IN list: SQLite's oldest limit on parameters is 999."""


@dataclass(frozen=True, slots=True)
class Saved:
    new: int = 0
    edited: int = 0
    unchanged: int = 0


def save(connection: Connection, entries: Sequence[Entry], now: datetime, *, silent: bool) -> Saved:
    """Store what is new, replace what was edited and keep the version it had. `silent` marks the new ones as old news.

    An entry that was purged stays purged, whatever its source offers.
    """
    by_id = {item.id: item for item in entries}
    known = {row.id: row for row in _known(connection, list(by_id))}
    fresh = [item for item in by_id.values() if item.id not in known]
    edited = [
        item
        for item in by_id.values()
        if item.id in known and known[item.id].purged_at is None and known[item.id].revision != item.revision
    ]
    if fresh:
        connection.execute(insert(entry), [_row(item) | {"first_seen": now, "silent": silent} for item in fresh])
    for item in edited:
        _replace(connection, item, now)
    search.index(connection, [item.id for item in edited])
    return Saved(len(fresh), len(edited), len(by_id) - len(fresh) - len(edited))


def _known(connection: Connection, ids: list[str]) -> Iterable[AnyRow]:
    for start in range(0, len(ids), CHUNK):
        yield from connection.execute(
            select(entry.c.id, entry.c.revision, entry.c.purged_at).where(entry.c.id.in_(ids[start : start + CHUNK]))
        )


def texts(connection: Connection, ids: Sequence[str]) -> dict[str, str | None]:
    """The stored text of those of `ids` that are known; None of one that was purged."""
    found: dict[str, str | None] = {}
    for start in range(0, len(ids), CHUNK):
        asked = select(entry.c.id, entry.c.text, entry.c.purged_at).where(entry.c.id.in_(ids[start : start + CHUNK]))
        found |= {row.id: row.text if row.purged_at is None else None for row in connection.execute(asked)}
    return found


def since(connection: Connection, when: datetime) -> Iterator[tuple[Entry, datetime]]:
    """What was first seen since then and has not been purged, oldest first, with when that was."""
    chosen = select(entry).where(entry.c.first_seen >= when, entry.c.purged_at.is_(None))
    rows = connection.execute(chosen.order_by(entry.c.first_seen, entry.c.id).execution_options(yield_per=CHUNK))
    return ((from_row(row), row.first_seen) for row in rows)


def newest_about(connection: Connection, when: datetime, most: int) -> list[tuple[Entry, datetime]]:
    """What is known to concern the municipality, was first seen since then and has not been purged, with when that was:
    the newest first, at most so many."""
    chosen = (
        select(entry)
        .join(assessment, assessment.c.entry_id == entry.c.id)
        .where(assessment.c.about, entry.c.first_seen >= when, entry.c.purged_at.is_(None))
        .order_by(entry.c.first_seen.desc(), entry.c.id)
        .limit(most)
    )
    return [(from_row(row), row.first_seen) for row in connection.execute(chosen)]


def _row(item: Entry) -> dict[str, object]:
    return {
        "id": item.id,
        "source_id": item.source_id,
        "native_id": item.native_id,
        "kind": item.kind,
        "url": item.url,
        "title": item.title,
        "text": item.text,
        "author": item.author,
        "published": item.published,
        "language": item.language,
        "place": item.place,
        "revision": item.revision,
    }


def _replace(connection: Connection, item: Entry, now: datetime) -> None:
    old = connection.execute(
        select(entry.c.id, entry.c.revision, entry.c.url, entry.c.title, entry.c.text).where(entry.c.id == item.id)
    ).one()
    seen_before = connection.execute(
        select(entry_version.c.revision).where(
            entry_version.c.entry_id == item.id, entry_version.c.revision == old.revision
        )
    ).first()
    if seen_before is None:  # a post edited back and forth keeps each wording once
        connection.execute(
            insert(entry_version).values(
                entry_id=item.id,
                revision=old.revision,
                url=old.url,
                title=old.title,
                text=old.text,
                replaced_at=now,
            )
        )
    changed = {key: value for key, value in _row(item).items() if key not in ("id", "source_id", "native_id", "kind")}
    connection.execute(update(entry).where(entry.c.id == item.id).values(**changed, edited_at=now))


def from_row(row: AnyRow) -> Entry:
    """The Entry in a row that holds the entry table's columns."""
    return Entry(
        id=row.id,
        source_id=row.source_id,
        native_id=row.native_id,
        kind=row.kind,
        url=row.url,
        title=row.title,
        text=row.text,
        author=row.author,
        published=row.published,
        language=row.language,
        place=row.place,
    )
