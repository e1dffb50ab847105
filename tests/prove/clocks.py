"""Clocks over the days that are special, and the history of a case against those who would rewrite it.

`python -m tests.prove.clocks [postgresql://user@host/name]`: on SQLite, and on that (empty) database too.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from pipelines.config.schema import Clocks
from pipelines.notify import clock
from pipelines.store import assessments, cases, entries
from pipelines.store.engine import migrate, open_engine, reading
from tests.builders import NOW, assessment, entry, item, smaby
from tests.prove.table import Table

ZONE = ZoneInfo("Europe/Stockholm")
CALENDAR = Clocks()
WORKING = Clocks(counted="working", hours=18, remind_after_hours=9)
DUE = (
    ("48 h over the night to summer time", CALENDAR, "2026-03-28 12:00", "2026-03-30 13:00"),
    ("48 h over the night from summer time", CALENDAR, "2026-10-24 12:00", "2026-10-26 11:00"),
    ("48 h over the turn of the year", CALENDAR, "2026-12-31 12:00", "2027-01-02 12:00"),
    ("48 h over a leap day", CALENDAR, "2028-02-28 12:00", "2028-03-01 12:00"),
    ("two working days over a weekend", WORKING, "2026-11-20 16:00", "2026-11-24 16:00"),
    ("… over the weekend of summer time", WORKING, "2026-03-27 16:00", "2026-03-31 16:00"),
    ("… over the weekend from summer time", WORKING, "2026-10-23 16:00", "2026-10-27 16:00"),
    ("… over Easter, with a half-day", WORKING, "2026-04-01 16:00", "2026-04-08 12:00"),
    ("… over valborg (half) and May Day", WORKING, "2026-04-29 16:00", "2026-05-05 12:00"),
    ("… over Ascension Day", WORKING, "2026-05-13 16:00", "2026-05-18 16:00"),
    ("… over the national day, a Saturday", WORKING, "2026-06-05 16:00", "2026-06-09 16:00"),
    ("… over midsummer's eve", WORKING, "2026-06-18 09:00", "2026-06-23 09:00"),
    ("… over All Saints', with a half-day", WORKING, "2026-10-29 16:00", "2026-11-03 12:00"),
    ("… over Christmas", WORKING, "2026-12-23 16:00", "2026-12-29 16:00"),
    ("… over the turn of the year", WORKING, "2026-12-30 16:00", "2027-01-07 12:00"),
)
REWRITES = (
    "UPDATE case_event SET action = 'answered'",
    "UPDATE case_event SET at = at WHERE action = 'opened'",
    "DELETE FROM case_event",
    "UPDATE case_file SET due_at = opened_at",
    "DELETE FROM case_file",
)
ONLY = {
    "sqlite": ("REPLACE INTO case_event SELECT * FROM case_event", "REPLACE INTO case_file SELECT * FROM case_file"),
    "postgresql": (
        "TRUNCATE case_event",
        "TRUNCATE case_file CASCADE",
        "INSERT INTO case_event SELECT * FROM case_event ON CONFLICT (id) DO UPDATE SET action = 'answered'",
    ),
}


def show(table: Table, *databases: str) -> None:
    """On SQLite, and on the (empty) `databases` too."""
    right = sum(_due(table, *row) for row in DUE)
    table.figure("special_days", f"{right}/{len(DUE)}")
    with tempfile.TemporaryDirectory() as folder:
        for url in (f"sqlite:///{Path(folder) / 'x.db'}", *databases):
            engine = open_engine(url)
            refused, tried = _rewrites(table, engine)
            table.figure(f"rewrites_refused_{engine.dialect.name}", f"{refused}/{tried}")
            engine.dispose()


def _due(table: Table, what: str, clocks: Clocks, start: str, due: str) -> bool:
    began, meant = (datetime.fromisoformat(given).replace(tzinfo=ZONE) for given in (start, due))
    found = clock.after(began, clocks.hours, clocks, ZONE).astimezone(ZONE)
    table.row(what, f"{start} -> {found:%Y-%m-%d %H:%M}", holds=found == meant)
    return found == meant


def _rewrites(table: Table, engine: Engine) -> tuple[int, int]:
    migrate(engine)
    asked = item(entry(published=NOW), intent="question")
    (case,) = clock.cases(asked, (), smaby(), NOW)
    with engine.begin() as connection:
        entries.save(connection, [asked.entry], NOW, silent=False)
        assessments.save(connection, [(asked.entry, assessment())], NOW)
        cases.open_case(connection, case)
        cases.decide(connection, case.id, "acknowledged", by="anna", via="dashboard", now=NOW)
    with reading(engine) as connection:
        before = cases.history(connection, case.id)
    refused = 0
    tried = (*REWRITES, *ONLY[engine.dialect.name])
    for statement in tried:
        try:
            with engine.begin() as connection:
                connection.execute(text(statement))
        except DatabaseError as error:
            refused += "is append-only" in str(error)
    with reading(engine) as connection:
        same = cases.history(connection, case.id) == before and len(before) == 2
    name = f"{engine.dialect.name}: attempts to rewrite a history, refused"
    table.row(name, f"{refused} of {len(tried)}", holds=refused == len(tried) and same)
    return refused, len(tried)


if __name__ == "__main__":
    alone = Table()
    show(alone, *sys.argv[1:])
    sys.exit(alone.close())
