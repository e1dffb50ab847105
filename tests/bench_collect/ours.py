"""Our side, as a process that can be timed: python -m tests.bench_collect.ours PREPARE|COLLECT|MATCH FOLDER PORT.

COLLECT asks, reads and stores as `mediebevakning collect --allow-private --spacing 0` does; MATCH besides tells of
every entry whether it is about the municipality, from the database, as the next phase would. Prints the entries stored,
those about the municipality, and the seconds from the finished start.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from pipelines.bootstrap import App, build
from pipelines.collect import phase
from pipelines.config.schema import Source
from pipelines.settings import Settings
from pipelines.store.assessments import awaiting
from pipelines.store.engine import reading
from tests.bench_collect.feeds import FEEDS, ITEMS

ROOT = Path(__file__).resolve().parents[2]


def application(folder: Path, port: int) -> App:
    """Botkyrka's own configuration with other sources."""
    settings = Settings(
        config=ROOT / "config" / "botkyrka", var=folder, database=f"sqlite:///{folder}/ours.db", base_url=None
    )
    app = build(settings, allow_private=True, spacing=0.0, report=lambda _: None)
    sources = tuple(
        Source(id=f"f{one}", name=f"Flöde {one}", family="rss", kind="news", url=f"http://127.0.0.1:{port}/{one}")
        for one in range(FEEDS)
    )
    return replace(app, config=app.config.model_copy(update={"sources": sources}))


def main(what: str, folder: str, port: str) -> None:
    app = application(Path(folder), int(port))
    if what == "PREPARE":
        return
    began = perf_counter()
    stored = phase.run(app).new
    about = _about(app) if what == "MATCH" else 0
    print(json.dumps({"entries": stored, "about": about, "seconds": perf_counter() - began}))


def _about(app: App) -> int:
    from pipelines.enrich.match import Matcher

    matcher = Matcher(app.config)
    with reading(app.engine) as connection:
        waiting = awaiting(connection, "none", FEEDS * ITEMS)
    return sum(matcher.match(entry, language="sv").about for entry in waiting)


if __name__ == "__main__":
    main(*sys.argv[1:])
