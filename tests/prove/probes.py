"""What is tried on the dashboard, by kind, and what got through: nothing may."""

from __future__ import annotations

from tests.dashboards import probes
from tests.prove.table import Table

PLACES = 50
"""Where markup must at least have been shown to arrive."""


def show(table: Table) -> None:
    """Try everything, and say what came of it."""
    total = 0
    for kind, tried in probes.all_kinds():
        total += tried.count
        table.row(
            f"{kind}: tried, through", (tried.count, len(tried.escapes)), holds=tried.count > 5 and not tried.escapes
        )
        for escape in tried.escapes[:20]:
            table.row("", escape)
        if tried.places:
            table.row("places that markup has reached, as text", len(tried.places), holds=len(tried.places) >= PLACES)
            table.figure("places", len(tried.places))
    table.figure("probes", total)
