"""What is written in bulk for the proofs is what the program would have written itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from pipelines.bootstrap import App
from pipelines.store import access, search
from pipelines.store.engine import reading
from pipelines.store.schema import case_event, case_now, entry, gist, gist_unit
from pipelines.store.schema import search as search_table
from tests import builders
from tests.prove import dashboards_beside, dashboards_rows
from tests.prove.dashboards_bulk import fill

Rows = list[tuple[object, ...]]


def test_rows_in_bulk_are_as_the_program_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((dashboards_rows, "TEXTS"), (dashboards_beside, "VISITS"), (dashboards_beside, "DAYS")):
        monkeypatch.setattr(module, name, 20)
    app = builders.app(tmp_path)
    fill(app.engine, 1_000)
    with reading(app.engine) as opened:
        assert not access.verify(opened).problem
        ids = list(opened.execute(select(entry.c.id)).scalars())
        assert len(ids) == 1_000
        assert opened.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        answered = set(opened.execute(select(case_event.c.case_id).where(case_event.c.action == "answered")).scalars())
        states = opened.execute(select(case_now.c.case_id, case_now.c.is_open)).all()
        assert answered
        assert all(is_open == (case_id not in answered) for case_id, is_open in states)
    written = _indexed(app)
    with app.engine.begin() as opened:
        for table in (gist_unit, gist, search_table):
            opened.execute(table.delete())
        search.complete(opened)
    assert _indexed(app) == written


def _indexed(app: App) -> list[Rows]:
    """But for the place within a second, which is counted in bulk and drawn by the program."""
    with reading(app.engine) as opened:
        places = {row.id: row.entry_id for row in opened.execute(select(gist.c.id, gist.c.entry_id))}
        words = {row.entry_id: sorted(row.vector.split()) for row in opened.execute(select(search_table))}
        columns = [column for column in gist.c if column.name != "id"]
        kept = sorted((row.id >> search.WITHIN_SECOND, *row[1:]) for row in opened.execute(select(gist.c.id, *columns)))
        units = sorted((places[row.id], row.unit_id) for row in opened.execute(select(gist_unit)))
    return [kept, units, sorted(words.items())]
