"""Forget what has had its time. Run twice, the second time finds nothing to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.bootstrap import App
from pipelines.housekeeping import files, person
from pipelines.housekeeping.forget import Line, forget
from pipelines.store import search, tallies
from pipelines.store.engine import tidy


@dataclass(frozen=True, slots=True)
class HousekeepingReport:
    """How many rows went, of which table and why; mails and pictures that lay as files; requests of persons taken up
    again."""

    lines: tuple[Line, ...] = ()
    files: int = 0
    resumed: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """As a task hands it on: "TABLE WHAT" -> rows."""
        return dict(self.rows) | {"files": self.files, "resumed": self.resumed}


def run(app: App) -> HousekeepingReport:
    """Forget, in one transaction, what is older than the configuration allows; then go on with what was broken off.

    An emptied post keeps its id and its hash, so that neither a later fetch nor a later run tells of it again.
    """
    now = app.clock()
    with app.engine.begin() as connection:
        tallies.note_days(connection, app.config.zone, now)
        lines = forget(connection, app.config, now)
    gone = files.remove(_old_files(app, now))
    if any(line.table == "entry" for line in lines):
        with app.engine.begin() as connection:
            search.tidy(connection)
    resumed = person.resume(app)
    tidy(app.engine)
    return _report(lines, gone, resumed)


def preview(app: App) -> HousekeepingReport:
    """What `run` would do now; nothing is changed."""
    now = app.clock()
    with app.engine.connect() as connection, connection.begin() as begun:
        lines = forget(connection, app.config, now)
        begun.rollback()
    return _report(lines, len(_old_files(app, now)), 0)


def _old_files(app: App, now: datetime) -> tuple[Path, ...]:
    return (*files.old(app, now - timedelta(days=app.config.retention.mails_days)), *files.pictures(app, now))


def _report(lines: tuple[Line, ...], gone: int, resumed: int) -> HousekeepingReport:
    rows = Counter[str]()
    for line in lines:
        rows[f"{line.table} {line.what}"] += line.rows
    return HousekeepingReport(lines, gone, resumed, dict(rows))
