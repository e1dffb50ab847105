"""Who may see what, by page and by program; what of all that is tried gets through; how soon what is searched is
found, and how long twenty people wait: `make prove-dashboards`.

FULL=1 does it among a million entries instead of 20,000, and sends more to the interface for programs. KEEP=folder
keeps these there, so that the next run finds them. PostgreSQL is Debian's package, installed where it is missing and
possible; otherwise the proof exits with 3 and names it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.prove import api, postgres, probes, rights, search
from tests.prove.table import Table


def main() -> int:
    postgres.installed()
    table = Table()
    rights.show(table)
    api.part(table)
    probes.show(table)
    number, seconds = (1_000_000, 180) if os.environ.get("FULL") else (20_000, 20)
    kept = os.environ.get("KEEP")
    search.show(table, number, seconds, Path(kept).resolve() if kept else None)
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
