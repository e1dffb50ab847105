"""What lists and counts ask of an entry, kept in step with it: `store.search` writes both in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from pipelines.store.schema import AnyRow, gist, gist_unit

COPIED = ("source_id", "kind", "about", "tone", "stance", "intent", "withheld", "reworded")


def keep(
    connection: Connection,
    rows: Sequence[AnyRow],
    places: Mapping[str, int],
    units: Mapping[str, Iterable[str]],
    flags: Mapping[str, Iterable[str]],
) -> None:
    """Write what has changed. `rows`: assessed entries; by their ids, their places in time, units and categories."""
    known = _known(connection, [row.id for row in rows])
    wanted = {
        row.id: (
            {name: getattr(row, name) for name in COPIED}
            | {"id": places[row.id], "entry_id": row.id, "flagged": bool(flags.get(row.id))},
            frozenset(units.get(row.id, ())),
        )
        for row in rows
    }
    changed = {key: given for key, given in wanted.items() if known.get(key) != given}
    if old := [known[key][0]["id"] for key in changed if key in known]:
        connection.execute(delete(gist).where(gist.c.id.in_(old)))
    if changed:
        connection.execute(insert(gist), [values for values, _ in changed.values()])
    if named := [{"id": values["id"], "unit_id": unit} for values, of in changed.values() for unit in sorted(of)]:
        connection.execute(insert(gist_unit), named)


def _known(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[dict[str, object], frozenset[str]]]:
    """What is kept of those entries, by their ids."""
    rows = {
        row.entry_id: dict(row._mapping) for row in connection.execute(select(gist).where(gist.c.entry_id.in_(ids)))
    }
    units: dict[object, set[str]] = {row["id"]: set() for row in rows.values()}
    for row in connection.execute(select(gist_unit).where(gist_unit.c.id.in_(units))):
        units[row.id].add(row.unit_id)
    return {key: (values, frozenset(units[values["id"]])) for key, values in rows.items()}
