"""Our side, timed: python -m tests.bench_collect.ours PREPARE|COLLECT|MATCH|SHARDS FOLDER PORT.

COLLECT asks, reads and stores as `mediebevakning collect --allow-private --spacing 0` does; MATCH besides tells of
every entry whether it is about the municipality, from the database, as the next phase would; SHARDS does what MATCH
does in a process for each core, among which the sources are dealt out as Airflow's tasks have them. Prints the entries
stored, those about the municipality, and the seconds from the finished start.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from sqlalchemy import select

from pipelines.bootstrap import App, build
from pipelines.collect import phase
from pipelines.config.schema import Source
from pipelines.settings import Settings
from pipelines.store.engine import reading
from pipelines.store.entries import from_row
from pipelines.store.schema import entry
from tests.bench_collect.feeds import FEEDS, address

ROOT = Path(__file__).resolve().parents[2]


def application(folder: Path, port: int) -> App:
    """Botkyrka's own configuration with other sources."""
    settings = Settings(
        config=ROOT / "config" / "botkyrka", var=folder, database=f"sqlite:///{folder}/ours.db", base_url=None
    )
    app = build(settings, allow_private=True, spacing=0.0, report=lambda _: None)
    sources = tuple(
        Source(id=f"f{one}", name=f"Flöde {one}", family="rss", kind="news", url=address(one, port))
        for one in range(FEEDS)
    )
    return replace(app, config=app.config.model_copy(update={"sources": sources}))


def main(what: str, folder: str, port: str) -> None:
    app = application(Path(folder), int(port))
    if what == "PREPARE":
        return
    if what == "SHARDS":
        print(json.dumps(_sharded(phase.due_shards(app, os.cpu_count() or 1), folder, port)))
        return
    only = None
    if what == "SHARD":
        print("ready", flush=True)
        only = json.loads(sys.stdin.readline())
    began = perf_counter()
    stored = phase.run(app, only).new
    about = 0 if what == "COLLECT" else _about(app, only)
    print(json.dumps({"entries": stored, "about": about, "seconds": perf_counter() - began}))


def _sharded(shards: list[list[str]], folder: str, port: str) -> dict[str, float]:
    """The sums of the shards' figures, and the time until the last has ended."""
    command = [sys.executable, "-m", "tests.bench_collect.ours", "SHARD", folder, port]
    pipe = subprocess.PIPE
    workers = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in shards]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    began = perf_counter()
    for worker, shard in zip(workers, shards, strict=True):
        assert worker.stdin is not None
        worker.stdin.write(f"{json.dumps(shard)}\n")
        worker.stdin.flush()
    came = [json.loads(worker.communicate()[0]) for worker in workers]
    seconds = perf_counter() - began
    return {
        "entries": sum(one["entries"] for one in came),
        "about": sum(one["about"] for one in came),
        "seconds": seconds,
    }


def _about(app: App, only: Sequence[str] | None) -> int:
    """Of the entries stored, of these sources, how many are about the municipality."""
    from pipelines.enrich.match import Matcher

    matcher = Matcher(app.config)
    mine = None if only is None else set(only)
    with reading(app.engine) as connection:
        rows = connection.execute(select(entry) if mine is None else select(entry).where(entry.c.source_id.in_(mine)))
        waiting = [from_row(row) for row in rows]
    return sum(matcher.match(one, language="sv").about for one in waiting)


if __name__ == "__main__":
    main(*sys.argv[1:])
