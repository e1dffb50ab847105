"""A simulated month: `python -m tests.prove.month [--write]`.

The short form plays the day and a half in which a crisis at a school breaks; FULL=1 plays four weeks, with a snow storm
before it and a quiet Christmas after. With --write the month's page in docs/ is written anew.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import time, timedelta
from pathlib import Path

from pipelines.settings import ROOT as PROJECT
from sample.clock import instant
from tests.prove.month import page, play, shown
from tests.prove.month.world import BEGINS, CRISIS_DAY, ENDS
from tests.prove.table import Table

PAGE = PROJECT / "docs" / "manad.md"


def show(table: Table, *, full: bool, write: bool = False) -> None:
    """Play the month and show it."""
    if full:
        begins, ends, before = instant(BEGINS, time(8)), instant(ENDS, time(8)), 16
    else:
        begins = instant(CRISIS_DAY - timedelta(days=1), time(16))
        ends, before = instant(CRISIS_DAY, time(23)), 3
    with tempfile.TemporaryDirectory(prefix="mediebevakning-") as folder:
        with play.stage(Path(folder), begins, before) as stage:
            play.warm_up(stage.app, stage.clock, begins)
            play.run(stage, ends)
        print("\n".join(shown.counts(stage, begins)))
        print(f"\nlarm och andra mejl {CRISIS_DAY}")
        print("\n".join(shown.stream(stage, CRISIS_DAY)))
        print(f"\nkommunikationschefens sammanfattning {CRISIS_DAY}\n")
        print(shown.digest(stage, CRISIS_DAY))
        shown.floors(table, stage, begins)
        if write:
            PAGE.write_text(page.written(stage, begins, table), "utf-8")
        stage.app.engine.dispose()


if __name__ == "__main__":
    alone = Table()
    show(alone, full=bool(os.environ.get("FULL")), write="--write" in sys.argv[1:])
    sys.exit(alone.close())
