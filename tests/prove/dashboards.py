"""Who may see what, what of all that is tried gets through, how soon is found what is sought: `make prove-dashboards`.

FULL=1 searches a million entries instead of 20,000. PostgreSQL is Debian's package, installed where it is missing and
possible; otherwise the proof exits with 3 and names it.
"""

from __future__ import annotations

import os
import sys

from tests.prove import postgres, probes, rights, search
from tests.prove.table import Table


def main() -> int:
    postgres.installed()
    table = Table()
    rights.show(table)
    probes.show(table)
    search.show(table, 1_000_000 if os.environ.get("FULL") else 20_000)
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
