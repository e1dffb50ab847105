"""The right person, once, in time, and nothing lost: `make prove-forward`.

FULL=1 kills a hundred times at each boundary instead of five, sends 10,000 mails instead of 2,000, and plays a month
instead of a day and a half. PostgreSQL is Debian's package, installed where it is missing and possible; otherwise the
proof exits with 3 and names it.
"""

from __future__ import annotations

import os
import sys

from tests.prove import channels, clocks, crash, outbox, postgres, routing
from tests.prove.month import __main__ as month
from tests.prove.table import Table


def main() -> int:
    postgres.installed()
    table = Table()
    routing.show(table)
    with postgres.server() as database:
        clocks.show(table, database)
    channels.show(table)
    crash.show(table)
    outbox.show(table)
    month.show(table, full=bool(os.environ.get("FULL")))
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
