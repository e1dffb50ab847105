"""The list of entries: filtered, searched, and read in steps from any place in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from pipelines.query import Any as AnyOf
from pipelines.query import Not, Query
from pipelines.search import FLAGGED, YES, Facet, Within
from pipelines.store.corrections import is_done
from pipelines.store.matching import everything, matching
from pipelines.store.schema import entry, gist, story_entry
from pipelines.store.views.scope import Scope, gists_in, load, readable
from pipelines.types import Item

ANY_FLAG = "*"
COUNTED = 1_000
"""Entries that are counted: of more one is told that they are more, since counting takes as long as reading them."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to leave out of the list; a value that is None or empty leaves nothing out."""

    asked: tuple[Query, ...] = ()
    """Searches that must all hold."""
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
    undone: bool = False
    """Only what nobody has marked as done."""


@dataclass(frozen=True, slots=True)
class Page:
    """A step of a list, newest first, and the places from which to go on."""

    items: tuple[Item, ...]
    newer: int | None
    """`after` for what is newer than this; None where this is the newest."""
    older: int | None
    """`before` for what is older than this; None where this is the end."""


def find(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = 25,
    total: int | None = None,
) -> Page:
    """The entries that `scope` allows and `filters` let through: the newest, or those next to a place in the list.

    However far down, a step costs as much as the first: the index is entered at its place. `total`: what `count` has
    said of the same, where it is known already.
    """
    chosen, place = _chosen(connection, scope, filters, gist.c.id, gist.c.entry_id)
    if before is not None:
        chosen = chosen.where(place < before)
    if after is not None:
        chosen = chosen.where(place > after)
    backwards = after is not None and before is None
    if connection.dialect.name == "postgresql" and filters != Filters():
        # which takes a rare word for a common one, and would read a million rows in order for it
        few = (count(connection, scope, filters) if total is None else total) <= COUNTED
        place = place + 0 if few else place
    rows = list(connection.execute(chosen.order_by(place.asc() if backwards else place.desc()).limit(limit + 1)))
    more, rows = len(rows) > limit, rows[:limit]
    if backwards:
        rows.reverse()
    found = {item.entry.id: item for item in _load(connection, scope, [row.entry_id for row in rows])}
    first, last = (rows[0].id, rows[-1].id) if rows else (None, None)
    return Page(
        items=tuple(found[row.entry_id] for row in rows if row.entry_id in found),
        newer=first if (more if backwards else before is not None) else None,
        older=last if more or (backwards and rows) else None,
    )


def count(connection: Connection, scope: Scope, filters: Filters) -> int:
    """How many there are in all; COUNTED + 1 where there are more than COUNTED."""
    chosen, _ = _chosen(connection, scope, filters, gist.c.id)
    return connection.execute(select(func.count()).select_from(chosen.limit(COUNTED + 1).subquery())).scalar_one()


def _chosen(connection: Connection, scope: Scope, filters: Filters, *columns: Any) -> tuple[Select[Any], Any]:
    asked = matching(connection, everything(*_queries(filters), *_hints(scope)))
    chosen = select(*columns).select_from(asked.source).where(*asked.conditions, *gists_in(scope))
    if filters.undone:
        chosen = chosen.where(~is_done(gist.c.entry_id))
    return chosen, asked.place


def _hints(scope: Scope) -> Iterator[Query]:
    """What the index can know of the rights, so that it does not read what `gists_in` will leave out."""
    if scope.units:
        units = (Facet("unit", unit) for unit in sorted(scope.units))
        yield AnyOf((*units, *(Facet("source", source) for source in sorted(scope.sources))))
    if not scope.flagged_texts:
        yield Not(FLAGGED)


def _queries(filters: Filters) -> Iterator[Query]:
    yield from filters.asked
    for key in ("tone", "stance", "intent", "unit", "source", "kind"):
        if value := getattr(filters, key):
            yield Facet(key, value)
    if filters.flag:
        yield FLAGGED if filters.flag == ANY_FLAG else Facet("flag", filters.flag)
    if filters.since or filters.until:
        yield Within(filters.since, filters.until)
    if filters.about:
        yield Facet("about", YES)


def _load(connection: Connection, scope: Scope, ids: list[str]) -> list[Item]:
    return load(connection, scope, readable(scope).where(entry.c.id.in_(ids))) if ids else []


def copies(connection: Connection, scope: Scope, story_ids: Iterable[str]) -> dict[str, int]:
    """How many entries each of the stories holds."""
    chosen = readable(scope).where(story_entry.c.story_id.in_(sorted(set(story_ids))))
    rows = connection.execute(
        chosen.with_only_columns(story_entry.c.story_id, func.count(), maintain_column_froms=True).group_by(
            story_entry.c.story_id
        )
    )
    return {row[0]: row[1] for row in rows}
