"""Who may see what: the rights walk over every role, unit, route and id, and whether every reading was written down."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pipelines.store import access
from pipelines.store.engine import reading
from tests.dashboards import walk, walk_world
from tests.prove.table import Table


def show(table: Table) -> None:
    """Walk, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        made = walk_world.world(Path(folder))
        given = walk_world.viewers()
        result = walk.walk(made, given)
        with reading(made.app.engine) as opened:
            log = access.verify(opened)
        made.app.engine.dispose()
    table.row("viewers: roles with their units, and nobody", len(given) + 1)
    table.row("routes, of pages, feeds, charts and forms", len(result.routes), holds=len(result.routes) > 15)
    table.row("(role, unit, route, id) combinations tried", result.tried, holds=result.tried > 2000)
    table.row("escapes", len(result.escapes), holds=not result.escapes)
    for escape in result.escapes[:20]:
        table.row("", escape)
    table.row("lines in the access log, chain unbroken", log.events, holds=log.events > 0 and not log.problem)
    table.figure("rights", {"tried": result.tried, "escapes": len(result.escapes), "logged": log.events})
