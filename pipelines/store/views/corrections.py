"""Corrections by links that wait for someone who is logged in."""

from __future__ import annotations

from sqlalchemy import Connection, select

from pipelines.correction import Correction
from pipelines.store import corrections, items
from pipelines.store.schema import correction, entry
from pipelines.store.views.scope import Scope, entries_in
from pipelines.types import Item


def by_links(connection: Connection, scope: Scope, limit: int) -> tuple[tuple[Item, tuple[Correction, ...]], ...]:
    """The latest entries that `scope` allows and a link has said something of, with all that has been said of them."""
    said = select(correction.c.entry_id).where(correction.c.via == "link", correction.c.verdict != "done")
    chosen = items.query().where(entry.c.id.in_(said), *entries_in(scope)).order_by(entry.c.first_seen.desc())
    found = items.load(connection, chosen.limit(limit))
    return tuple((item, corrections.of_entry(connection, item.entry.id)) for item in found)
