"""Part of `make prove-duties`: retention, erasure, tables that only grow; on PostgreSQL if installed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from pipelines.bootstrap import App
from pipelines.duties.diary import Paper, Registration
from pipelines.housekeeping import person, phase
from pipelines.store import register, registrations
from tests.builders import NOW, official
from tests.housekeeping import person_world
from tests.housekeeping.keeping_world import built
from tests.housekeeping.test_keeping import everything, fates
from tests.prove import duties_keep, postgres
from tests.prove.table import Table

ADDED_TO = ("case_file", "case_event", "hold_event", "register_event", "registration", "registration_event")
WORLDS = 50 if os.environ.get("FULL") else 5


def show(table: Table) -> None:
    if postgres.programs() is None:
        table.row("PostgreSQL", "not installed: not shown. apt-get install postgresql")
        table.figure("postgresql", "not installed")
        return
    with postgres.everywhere():
        duties_keep.retention(table, WORLDS, "retention in PostgreSQL")
        _night(table)
        _erasure(table)


def _night(table: Table) -> None:
    """The night of `duties_keep` once more, and who tries to rewrite what it leaves."""
    with tempfile.TemporaryDirectory() as folder:
        app = built(Path(folder), list(duties_keep.NIGHT))
        with app.engine.begin() as opened:
            register.change(opened, official(), seen=0, by="x", reason="x", now=NOW)
            given = Registration("d", "p0", "criticism", "", "smabybladet", NOW, "d.pdf", "0" * 64)
            registrations.propose(opened, given, Paper("x", "x", "", b"%PDF"), "x", NOW)
        foretold, done = phase.preview(app), phase.run(app)
        table.row("PostgreSQL: the dry run said the same", len(foretold.lines), holds=foretold.lines == done.lines)
        found = sorted(fates(app).values())
        table.row(
            "PostgreSQL: posts after the night", found, holds=set(found) == {"whole", "sealed", "emptied", "buried"}
        )
        tried, let = 0, []
        for name in ADDED_TO:
            for statement in (
                f"UPDATE {name} SET {_column(name)} = 'x'",
                f"DELETE FROM {name}",
                f"TRUNCATE {name} CASCADE",
            ):
                tried += 1
                let += [statement] if _goes(app, statement) else []
        table.row(
            "PostgreSQL: attempts to rewrite what may only be added to", f"{tried}, let through: {let}", holds=not let
        )
        table.figure("postgresql", {"rewrites": tried, "let_through": len(let)})
        app.engine.dispose()


def _column(name: str) -> str:
    return {"case_file": "category", "registration": "unit"}.get(name, "by")


def _goes(app: App, statement: str) -> bool:
    try:
        with app.engine.begin() as opened:
            return opened.execute(text(statement)).rowcount != 0
    except DatabaseError:
        return False


def _erasure(table: Table) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = person_world.world(Path(folder))
        done = person.erase(app, person_world.asked("pseudonym-of", person_world.NAME))
        after = done.request.after or {}
        for place, count in done.request.before.items():
            table.row(f"  PostgreSQL: {place}: before -> after", f"{count} -> {after[place]}", holds=after[place] == 0)
        left = person_world.WORDS in everything(app)
        table.row("PostgreSQL: the word in any row", "there" if left else "nowhere", holds=not left)
        app.engine.dispose()
