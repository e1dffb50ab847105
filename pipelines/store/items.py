"""Assessed Entries, whole, as routing, mails and pages need them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, select

from pipelines.store import assessments
from pipelines.store.entries import from_row
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


def one(connection: Connection, entry_id: str) -> tuple[Item, bool] | None:
    """The Item of an entry, and whether its present wording is the one that was assessed; None where there is none."""
    found = load(connection, query().where(entry.c.id == entry_id))
    if not found:
        return None
    assessed = select(assessment.c.revision).where(assessment.c.entry_id == entry_id)
    return found[0], connection.execute(assessed).scalar_one() == found[0].entry.revision
