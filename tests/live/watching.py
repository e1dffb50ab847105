"""A watch over servers on loopback: our own phase, on the real clock, into a database of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines.collect import phase
from pipelines.collect.keep import SourceReport
from pipelines.config.schema import Fetch, Source
from tests import builders


@dataclass(frozen=True, slots=True)
class Claim:
    """What was to be seen, what was, and whether it is the same."""

    claim: str
    seen: str
    holds: bool


class Watch:
    """Collects from `sources` whenever it is told to."""

    def __init__(self, folder: Path, sources: Sequence[Source]) -> None:
        fetch = Fetch(spacing_seconds=0, timeout_seconds=60, allow_private=True)
        built = builders.app(folder, builders.config(sources=tuple(sources), fetch=fetch))
        self._app = replace(built, clock=lambda: datetime.now(UTC), report=lambda _: None)
        self._ids = [source.id for source in sources]

    def go(self) -> dict[str, SourceReport]:
        """One pass; what each source brought."""
        return dict(phase.run(self._app, self._ids, force=True).by_source)

    def entries(self, source: str) -> dict[str, str]:
        """Of each entry of a source its own id, and title and text."""
        statement = "SELECT native_id, title, text FROM entry WHERE source_id = ? ORDER BY native_id"
        with self._app.engine.connect() as connection:
            rows = connection.exec_driver_sql(statement, (source,))
            return {str(row[0]): f"{row[1]}\n{row[2]}" for row in rows}

    def revisions(self, source: str) -> int:
        """How often entries of the source were edited."""
        statement = "SELECT count(*) FROM entry_version WHERE entry_id IN (SELECT id FROM entry WHERE source_id = ?)"
        with self._app.engine.connect() as connection:
            return int(connection.exec_driver_sql(statement, (source,)).scalar_one())


def answered(claim: str, reports: dict[str, SourceReport]) -> Claim:
    """That every source answered, and with how much."""
    seen = ", ".join(
        f"{source} {report.new}{f'+{report.edited} edited' if report.edited else ''}"
        f"{f' ({report.outcome}: {report.reason})' if report.reason else ''}"
        for source, report in reports.items()
    )
    return Claim(claim, seen, all(report.outcome in ("ok", "unchanged") for report in reports.values()))


def nothing_new(reports: dict[str, SourceReport]) -> Claim:
    """That a pass over what has not changed brings nothing."""
    count = sum(report.new + report.edited for report in reports.values())
    return Claim("a further pass brings nothing new", f"{count} entries", count == 0)
