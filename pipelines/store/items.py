"""Assessed Entries, whole, as routing, mails and pages need them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, func, select

from pipelines.store import assessments
from pipelines.store.entries import CHUNK, from_row
from pipelines.store.schema import assessment, entry, story_entry
from pipelines.types import Item


@cache  # two aliases of tables take as long to make as the database takes to answer
def query() -> Select[Any]:
    """Assessed, unpurged entries with their story; the caller adds its conditions, its order and its limit."""
    beside, told_by = story_entry.alias(), entry.alias()
    spread = (
        select(func.count(told_by.c.source_id.distinct()))
        .join(beside, beside.c.entry_id == told_by.c.id)
        .where(beside.c.story_id == story_entry.c.story_id)
        .correlate(story_entry)
        .scalar_subquery()
    )
    chosen: Select[Any] = (
        select(*assessments.COLUMNS, story_entry.c.story_id, story_entry.c.told_as, spread.label("spread"))
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
            told_as=row.told_as,
            spread=row.spread,
        )
        for row in rows
    ]


def one(connection: Connection, entry_id: str) -> Item | None:
    """The Item of that entry; None where it is not assessed or has been purged."""
    return next(iter(load(connection, query().where(entry.c.id == entry_id))), None)


def with_reading(connection: Connection, entry_id: str) -> tuple[Item, bool] | None:
    """The Item of an entry, and whether its present wording is the one that was assessed; None where there is none."""
    found = one(connection, entry_id)
    if found is None:
        return None
    assessed = select(assessment.c.revision).where(assessment.c.entry_id == entry_id)
    return found, connection.execute(assessed).scalar_one() == found.entry.revision


def by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Item]:
    """The Items of these entries, of any number; those that are purged or not assessed are left out."""
    found: dict[str, Item] = {}
    for start in range(0, len(ids), CHUNK):
        wanted = query().where(entry.c.id.in_(ids[start : start + CHUNK]))
        found |= {item.entry.id: item for item in load(connection, wanted)}
    return found
