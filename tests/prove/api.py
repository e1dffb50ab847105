"""What the interface for programs answers to whatever is sent, held against its own document: schemathesis.

By itself: `python -m tests.prove.api`; FULL=1 sends some ten times as much, from three seeds.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.dashboards import fuzzing
from tests.prove.table import Table

SHOWN = 20


def show(table: Table, examples: int, seeds: tuple[int, ...]) -> None:
    """Send what each seed makes, to a world of its own, and say what came of it."""
    statuses: Counter[int] = Counter()
    requests, failures = 0, list[str]()
    for seeded in seeds:
        with tempfile.TemporaryDirectory() as folder:
            app = fuzzing.world(Path(folder))
            result = fuzzing.fuzz(app, examples, seeded)
            app.engine.dispose()
        requests += result.requests
        statuses += result.statuses
        failures += result.failures
    told = ", ".join(f"{status}: {number}" for status, number in sorted(statuses.items()))
    table.row("schemathesis: requests to the interface for programs", requests, holds=requests > 300 * len(seeds))
    table.row("what was answered, by status", told, holds=statuses[200] > requests // 10)
    table.row("failures", len(failures), holds=not failures)
    for failure in failures[:SHOWN]:
        table.row("", failure)
    table.figure("api", {"requests": requests, "failures": len(failures)})


def main() -> int:
    table = Table()
    part(table)
    return table.close()


def part(table: Table) -> None:
    """As `make prove-dashboards` shows it."""
    full = bool(os.environ.get("FULL"))
    show(table, 60 if full else 20, (1, 2, 3) if full else (1,))


if __name__ == "__main__":
    sys.exit(main())
