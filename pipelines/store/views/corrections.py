"""What people have said of entries, for those who may read these."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from pipelines.correction import Correction
from pipelines.store import corrections
from pipelines.store.schema import correction, entry, gist
from pipelines.store.views.scope import Scope, Window, gists_in, gists_within, load, of_units, readable
from pipelines.types import Item


def by_links(connection: Connection, scope: Scope, limit: int) -> tuple[tuple[Item, tuple[Correction, ...]], ...]:
    """The latest entries that `scope` allows and a link has said something of, with all that has been said of them."""
    said = select(correction.c.entry_id).where(correction.c.via == "link", correction.c.verdict != "done")
    chosen = select(gist.c.entry_id).where(gist.c.entry_id.in_(said), *gists_in(scope)).order_by(gist.c.id.desc())
    ids = list(connection.execute(chosen.limit(limit)).scalars())
    found = {item.entry.id: item for item in load(connection, scope, readable(scope).where(entry.c.id.in_(ids)))}
    of_each: dict[str, list[Correction]] = {id: [] for id in ids}
    for one in corrections.of_entries(connection, ids):
        of_each[one.said.entry_id].append(one)
    return tuple((found[id], tuple(of_each[id])) for id in ids if id in found)


def of_item(connection: Connection, scope: Scope, item: Item) -> tuple[Correction, ...]:
    """What has been said of the item, and of others in `scope` where it holds for this one too; oldest first."""
    own = corrections.of_entry(connection, item.entry.id)
    others = corrections.of_ids(connection, set(item.assessment.corrected) - {one.id for one in own})
    about = readable(scope).where(entry.c.id.in_({one.said.entry_id for one in others}))
    allowed = set(connection.execute(about.with_only_columns(entry.c.id, maintain_column_froms=True)).scalars())
    shared = (one for one in others if one.said.entry_id in allowed)
    return tuple(sorted((*own, *shared), key=lambda one: one.id))


def of_flags(
    connection: Connection, scope: Scope, window: Window, units: Sequence[str] = ()
) -> dict[str, tuple[int, int]]:
    """By category, of how many entries of `window` someone logged in has said that the flag is right, and that it is
    not; their last word counts."""
    chosen = (
        select(gist.c.id, correction.c.value, correction.c.verdict)
        .join(correction, correction.c.entry_id == gist.c.entry_id)
        .where(*gists_within(scope, window))
        .where(correction.c.via == "account", correction.c.verdict.in_(("is-flag", "not-flag")))
        .order_by(correction.c.id)
    )
    if units:
        chosen = chosen.where(of_units(units))
    last = {(row.id, row.value): row.verdict for row in connection.execute(chosen)}
    said = [(category, verdict) for (_, category), verdict in last.items()]
    return {category: (said.count((category, "is-flag")), said.count((category, "not-flag"))) for category, _ in said}
