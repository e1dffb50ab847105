"""What is suspected of a text, by which words, and how often in vain: `make prove-signals`.

MEDIEBEVAKNING_LABELLED may name a folder of texts gathered elsewhere (the police's notices, sets of tones, labelled
posts); without it those rows are left out. Held-out rows are counted, never shown.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pipelines.config import load
from pipelines.enrich.assess import Assessor
from tests.prove import crimes, noise, signal_guards, signal_shown, signal_suites
from tests.prove.table import Table, run

ROOT = Path(__file__).resolve().parents[2]
AIM_PER_S = 3_000


def main() -> int:
    table = Table()
    config = load(ROOT / "config" / "botkyrka")
    assessor = Assessor(config)
    signal_suites.show(table, assessor)
    signal_shown.show(table, config, assessor)
    signal_guards.show(table, config, assessor)
    noise.show(table, config, assessor)
    crimes.show(table)
    speed(table)
    return table.close()


def speed(table: Table) -> None:
    """Short posts a second with everything on, as `make bench` has it: of words not met before, on one core."""
    done = run([sys.executable, "-m", "tests.bench"], ROOT, os.environ)
    rate = json.loads(done.last_line)["assess_posts_per_s"] if done.code == 0 else 0
    table.row("short posts assessed a second", f"{rate:,.0f}, aim {AIM_PER_S:,}")
    table.figure("assess_posts_per_s", rate)


if __name__ == "__main__":
    sys.exit(main())
