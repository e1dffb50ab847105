"""How far people have come with entries: what has been said of them, whether they are done, and their cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from pipelines.store import corrections
from pipelines.store.views import cases
from pipelines.store.views.scope import Scope
from pipelines.types import Item


@dataclass(frozen=True, slots=True)
class Standing:
    said: int
    """The id of the last correction of the entry itself, 0 where there is none."""
    done: bool
    files: tuple[cases.File, ...]


def standings(connection: Connection, scope: Scope, items: Sequence[Item]) -> dict[str, Standing]:
    """By entry id, of items that were read under `scope`."""
    files = cases.of_items(connection, scope, items)
    last: dict[str, int] = {}
    done: dict[str, bool] = {}
    for one in corrections.of_entries(connection, list(files)):
        last[one.said.entry_id] = one.id
        if one.said.verdict == "done":
            done[one.said.entry_id] = not one.said.value
    return {id: Standing(last.get(id, 0), done.get(id, False), found) for id, found in files.items()}
