"""What people have said of entries, for those who may read these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from pipelines.correction import Correction
from pipelines.store import corrections
from pipelines.store.schema import assessment, correction, entry
from pipelines.store.search import when
from pipelines.store.views.scope import Scope, load, names_unit, readable
from pipelines.types import Item


def by_links(connection: Connection, scope: Scope, limit: int) -> tuple[tuple[Item, tuple[Correction, ...]], ...]:
    """The latest entries that `scope` allows and a link has said something of, with all that has been said of them."""
    said = select(correction.c.entry_id).where(correction.c.via == "link", correction.c.verdict != "done")
    chosen = readable(scope).where(entry.c.id.in_(said)).order_by(entry.c.first_seen.desc())
    found = load(connection, scope, chosen.limit(limit))
    return tuple((item, corrections.of_entry(connection, item.entry.id)) for item in found)


def of_item(connection: Connection, scope: Scope, item: Item) -> tuple[Correction, ...]:
    """What has been said of the item, and of others in `scope` where it holds for this one too; oldest first."""
    own = corrections.of_entry(connection, item.entry.id)
    others = corrections.of_ids(connection, set(item.assessment.corrected) - {one.id for one in own})
    about = readable(scope).where(entry.c.id.in_({one.said.entry_id for one in others}))
    allowed = set(connection.execute(about.with_only_columns(entry.c.id, maintain_column_froms=True)).scalars())
    shared = (one for one in others if one.said.entry_id in allowed)
    return tuple(sorted((*own, *shared), key=lambda one: one.id))


def of_flags(
    connection: Connection, scope: Scope, window: tuple[datetime, datetime], units: Sequence[str] = ()
) -> dict[str, tuple[int, int]]:
    """By category, of how many entries of `window` someone logged in has said that the flag is right, and that it is
    not; their last word counts."""
    start, end = window
    chosen = readable(scope).where(assessment.c.about, when >= start, when < end)
    if units:
        chosen = chosen.where(names_unit(units))
    rows = connection.execute(
        chosen.join(correction, correction.c.entry_id == entry.c.id)
        .where(correction.c.via == "account", correction.c.verdict.in_(("is-flag", "not-flag")))
        .with_only_columns(entry.c.id, correction.c.value, correction.c.verdict, maintain_column_froms=True)
        .order_by(correction.c.id)
    )
    last = {(row.id, row.value): row.verdict for row in rows}
    said = [(category, verdict) for (_, category), verdict in last.items()]
    return {category: (said.count((category, "is-flag")), said.count((category, "not-flag"))) for category, _ in said}
