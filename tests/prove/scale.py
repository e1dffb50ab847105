"""10,000 sources in one pass, of which 1 % have something new: wall time, processor time, peak memory, threads.

python -m tests.prove.scale [SOURCES]: starts the server and, in a process of its own, each pass; prints a JSON object.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import threading
import urllib.request
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from pipelines.collect import phase
from pipelines.config.schema import Fetch, Source
from tests import builders
from tests.builders import Clock, config

ROOT = Path(__file__).resolve().parents[2]
ITEMS = 5
PASSES = ("first", "unchanged", "one_percent")


def work(folder: Path, port: int, number: int, minutes: int) -> dict[str, float]:
    """One pass in this process."""
    rows = tuple(
        Source(id=f"f{one}", name=f"Flöde {one}", family="rss", kind="news", url=f"http://127.0.0.1:{port}/f/{one}")
        for one in range(number)
    )
    clock = Clock()
    clock.forward(minutes=minutes)
    fetch = Fetch(spacing_seconds=0, allow_private=True)
    threads: list[int] = []
    app = replace(
        builders.app(folder, config(sources=rows, fetch=fetch), clock),
        spacing=0.0,
        report=lambda _: threads.append(threading.active_count()),
    )
    began = perf_counter()
    report = phase.run(app)
    seconds = perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        **report.counts(),
        "seconds": round(seconds, 2),
        "sources_per_second": round(number / seconds, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
        "peak_mb": round(used.ru_maxrss / 1024, 1),
        "threads": max(threads, default=0),
    }


def measure(number: int = 10_000) -> dict[str, dict[str, float]]:
    """The three passes: all new, nothing new, one source in a hundred with one new entry."""
    command = [sys.executable, "-m", "tests.prove.feeds_server", str(ITEMS)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            with tempfile.TemporaryDirectory() as folder:
                measured = {}
                for hour, name in enumerate(PASSES):
                    if name == "one_percent":
                        urllib.request.urlopen(f"http://127.0.0.1:{port}/day", b"").close()
                    arguments = [folder, str(port), str(number), str(60 * hour)]
                    done = subprocess.run(
                        [sys.executable, "-m", "tests.prove.scale", *arguments],
                        cwd=ROOT,
                        check=True,
                        capture_output=True,
                        text=True,
                    )
                    measured[name] = json.loads(done.stdout)
                return measured
        finally:
            server.terminate()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(json.dumps(work(Path(sys.argv[1]), *map(int, sys.argv[2:]))))
    else:
        print(json.dumps(measure(*map(int, sys.argv[1:])), indent=2))
