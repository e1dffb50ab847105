"""Assessed Entries, whole, as routing, mails and pages need them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from pipelines.store import assessments
from pipelines.store.entries import CHUNK, from_row
from pipelines.store.schema import assessment, entry, story_entry
from pipelines.types import Item


def query() -> Select[Any]:
    """Assessed, unpurged entries with their story; the caller adds its conditions, its order and its limit."""
    chosen: Select[Any] = (
        select(*assessments.COLUMNS, story_entry.c.story_id)
        .join(assessment, assessment.c.entry_id == entry.c.id)
        .join(story_entry, story_entry.c.entry_id == entry.c.id)
        .where(entry.c.purged_at.is_(None))
    )
    return chosen


def load(connection: Connection, chosen: Select[Any]) -> list[Item]:
    """The Items that `chosen` (made from `query`) selects, in its order."""
    rows = list(connection.execute(chosen))
    given = assessments.of(connection, rows)
    return [
        Item(
            entry=from_row(row),
            assessment=given[row.id],
            story_id=row.story_id,
            first_seen=row.first_seen,
            edited_at=row.edited_at,
        )
        for row in rows
    ]


def by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Item]:
    """The Items of these entries, of any number; those that are purged or not assessed are left out."""
    found: dict[str, Item] = {}
    for start in range(0, len(ids), CHUNK):
        wanted = query().where(entry.c.id.in_(ids[start : start + CHUNK]))
        found |= {item.entry.id: item for item in load(connection, wanted)}
    return found
