"""The list of entries, filtered and paged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, or_

from pipelines.store.schema import assessment, entry, story_entry
from pipelines.store.views.scope import Scope, is_flagged, load, names_unit, readable
from pipelines.types import Item

ANY_FLAG = "*"
MAX_WORDS = 8
"""Of a free-text search: each one scans the texts."""
when = case((entry.c.published <= entry.c.first_seen, entry.c.published), else_=entry.c.first_seen)
"""`Item.when` in SQL: when it was published, or first seen where the source says nothing or a time yet to come."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to leave out of the list; a value that is None or empty leaves nothing out."""

    text: str = ""
    """Words that must all stand in the title or the text."""
    tone: str | None = None
    stance: str | None = None
    intent: str | None = None
    flag: str | None = None
    """A category, or ANY_FLAG."""
    unit: str | None = None
    source: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""
    about: bool = True
    """Only what concerns the municipality."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and how long the whole list is."""

    items: tuple[Item, ...]
    total: int


def find(connection: Connection, scope: Scope, filters: Filters, *, offset: int = 0, limit: int = 25) -> Page:
    """The entries that `scope` allows and `filters` let through, newest first."""
    chosen = readable(scope).where(*_conditions(filters))
    total = connection.execute(_count(chosen)).scalar_one()
    ordered = chosen.order_by(when.desc(), entry.c.id).offset(offset).limit(limit)
    return Page(tuple(load(connection, scope, ordered)), total)


def _count(chosen: Select[Any]) -> Select[Any]:
    return chosen.with_only_columns(func.count(), maintain_column_froms=True)


def _conditions(filters: Filters) -> Iterable[ColumnElement[bool]]:
    for column, value in (
        (assessment.c.tone, filters.tone),
        (assessment.c.stance, filters.stance),
        (assessment.c.intent, filters.intent),
        (entry.c.source_id, filters.source),
        (entry.c.kind, filters.kind),
    ):
        if value:
            yield column == value
    if filters.about:
        yield assessment.c.about
    if filters.unit:
        yield names_unit([filters.unit])
    if filters.flag == ANY_FLAG:
        yield is_flagged()
    elif filters.flag:
        yield is_flagged(filters.flag)
    if filters.since:
        yield when >= filters.since
    if filters.until:
        yield when < filters.until
    yield from (_contains(word) for word in filters.text.split()[:MAX_WORDS])


def _contains(word: str) -> ColumnElement[bool]:
    # SQLite folds ASCII only, so that the usual ways to write å, ä and ö are asked for one by one
    spellings = dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
    return or_(
        *(
            column.icontains(spelling, autoescape=True)
            for column in (entry.c.title, entry.c.text)
            for spelling in spellings
        )
    )


def copies(connection: Connection, scope: Scope, story_ids: Iterable[str]) -> dict[str, int]:
    """How many entries each of the stories holds."""
    chosen = readable(scope).where(story_entry.c.story_id.in_(sorted(set(story_ids))))
    rows = connection.execute(
        chosen.with_only_columns(story_entry.c.story_id, func.count(), maintain_column_froms=True).group_by(
            story_entry.c.story_id
        )
    )
    return {row[0]: row[1] for row in rows}
