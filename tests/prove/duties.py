"""The policy's own duties and the limits of the watching, shown: `make prove-duties`. FULL=1 the long form."""

from __future__ import annotations

import sys

from tests.prove import (
    duties_evaluation,
    duties_keep,
    duties_papers,
    duties_policy,
    duties_postgres,
    duties_register,
    duties_snapshots,
    duties_year,
)
from tests.prove.table import Table

PARTS = (
    duties_keep,
    duties_postgres,
    duties_register,
    duties_papers,
    duties_evaluation,
    duties_snapshots,
    duties_year,
    duties_policy,
)


def main() -> int:
    table = Table()
    for part in PARTS:
        part.show(table)
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
