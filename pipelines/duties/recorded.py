"""The records as they hold, against those that were last kept; and keeping them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.duties import records
from pipelines.reports.paper import Paper
from pipelines.store import recorded
from pipelines.store.engine import reading

if TYPE_CHECKING:
    from pipelines.bootstrap import App


def present(app: App) -> dict[str, Paper]:
    """By name, each with what has changed since it was last kept."""
    with reading(app.engine) as connection:
        last = recorded.last(connection)
    made = {}
    for name, paper in records.papers(app.config, app.clock()).items():
        before, at = last.get(name, (None, None))
        when = f"{at.astimezone(app.config.zone):%Y-%m-%d}" if at else ""
        made[name] = records.with_changes(paper, before, when)
    return made


def keep(app: App, by: str) -> int:
    """Keep those that differ from the last ones kept, for the next comparison. Returns how many."""
    now, kept = app.clock(), 0
    with app.engine.begin() as connection:
        last = recorded.last(connection)
        for name, paper in records.papers(app.config, now).items():
            content = records.content(paper)
            if last.get(name, (None, None))[0] != content:
                recorded.keep(connection, name, content, by, now)
                kept += 1
    return kept
