"""New entries, as collect and enrich write them, while others read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from pipelines.store import assessments, entries, stories
from pipelines.store.engine import open_engine
from pipelines.telling import Placed
from tests.builders import entry, item
from tests.prove.dashboards_rows import NOW

BATCH = 20
PAUSE = 2.0
"""Seconds between two batches: fifty sources with much to say."""


@dataclass
class Written:
    entries: int = 0


@contextmanager
def writing(url: str) -> Iterator[Written]:
    """Writes for as long as it is open."""
    written, ended = Written(), threading.Event()

    def write() -> None:
        engine = open_engine(url)
        while not ended.wait(PAUSE):
            now = NOW + timedelta(seconds=written.entries)
            given = [
                item(entry(f"ny-{written.entries + number}", published=now), units=("fittjaskolan",))
                for number in range(BATCH)
            ]
            with engine.begin() as opened:
                entries.save(opened, [one.entry for one in given], now, silent=False)
            with engine.begin() as opened:
                assessments.save(opened, [(one.entry, one.assessment) for one in given], now)
                stories.save(
                    opened, [Placed(one.entry.id, one.entry.id, "first", "Den första.", now, ()) for one in given]
                )
            written.entries += BATCH
        engine.dispose()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        ended.set()
        thread.join()
