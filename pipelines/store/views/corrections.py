"""What people have said of entries, for those who may read these."""

from __future__ import annotations

from sqlalchemy import Connection, select

from pipelines.correction import Correction
from pipelines.store import corrections
from pipelines.store.schema import correction, entry, gist
from pipelines.store.views.scope import Scope, gists_in, load, readable
from pipelines.types import Item


def by_links(connection: Connection, scope: Scope, limit: int) -> tuple[tuple[Item, tuple[Correction, ...]], ...]:
    """The latest entries that `scope` allows and a link has said something of, with all that has been said of them."""
    said = select(correction.c.entry_id).where(correction.c.via == "link", correction.c.verdict != "done")
    chosen = select(gist.c.entry_id).where(gist.c.entry_id.in_(said), *gists_in(scope)).order_by(gist.c.id.desc())
    ids = list(connection.execute(chosen.limit(limit)).scalars())
    found = {item.entry.id: item for item in load(connection, scope, readable(scope).where(entry.c.id.in_(ids)))}
    of_each = corrections.of_entries(connection, ids)
    return tuple((found[id], of_each[id]) for id in ids if id in found)


def of_item(connection: Connection, scope: Scope, item: Item) -> tuple[Correction, ...]:
    """What has been said of the item, and of others in `scope` where it holds for this one too; oldest first."""
    own = corrections.of_entry(connection, item.entry.id)
    others = corrections.of_ids(connection, set(item.assessment.corrected) - {one.id for one in own})
    about = readable(scope).where(entry.c.id.in_({one.said.entry_id for one in others}))
    allowed = set(connection.execute(about.with_only_columns(entry.c.id, maintain_column_froms=True)).scalars())
    shared = (one for one in others if one.said.entry_id in allowed)
    return tuple(sorted((*own, *shared), key=lambda one: one.id))
