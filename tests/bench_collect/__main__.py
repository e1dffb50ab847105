"""Collecting against its peers, in one run: the same 200 feeds of 50 new entries each, on loopback.

Every round starts each from nothing, on the same disk, as a process of its own; its start is part of its time. The best
round counts: a machine is only ever slowed by its neighbours. Prints a table, then one JSON object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from tests.bench_collect import peers
from tests.bench_collect.feeds import FEEDS, ITEMS
from tests.bench_collect.peers import ROOT, Side

ROUNDS = 3
AIMS = {"newsboat": 2.0, "reader": 5.0}
"""Entries a second of ours, with matching, against theirs without."""
COLLECTED, MATCHED = "collect", "collect and match"


def main() -> int:
    print(json.dumps(measured()))
    return 0


def measured(rounds: int = ROUNDS) -> dict[str, object]:
    """The figures; prints the table."""
    command = [sys.executable, "-m", "tests.bench_collect.feeds"]
    with (
        tempfile.TemporaryDirectory(prefix="mediebevakning-") as place,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server,
    ):
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            here = Path(place)
            asked = {"newsboat": peers.newsboat(port), "reader": peers.reader(port, here)}
            sides = [
                peers.ours(port, "COLLECT", COLLECTED, "fetch, parse, store"),
                peers.ours(port, "MATCH", MATCHED, "fetch, parse, store, match"),
                *(side for side in asked.values() if isinstance(side, Side)),
            ]
            taken = [[_round(side, here) for side in sides] for _ in range(rounds)]
        finally:
            server.terminate()
    best = {side.name: tuple(map(min, zip(*times, strict=True))) for side, times in zip(sides, zip(*taken), strict=True)}
    skipped = {name: reason for name, reason in asked.items() if isinstance(reason, str)}
    return _shown(sides, best, skipped)


def _round(side: Side, place: Path) -> tuple[float, float]:
    """Seconds on the wall and of the processor."""
    with tempfile.TemporaryDirectory(dir=place) as folder:
        side.prepare(Path(folder))
        seconds, processor, output = _timed(side.command(Path(folder)))
        stored = side.entries(Path(folder), output)
    assert stored == FEEDS * ITEMS, f"{side.name} stored {stored} of {FEEDS * ITEMS} entries"
    return seconds, processor


def _timed(command: Sequence[str]) -> tuple[float, float, str]:
    before, began = os.times(), perf_counter()
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds, after = perf_counter() - began, os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, processor, done.stdout


def _shown(sides: Sequence[Side], best: dict[str, tuple[float, ...]], skipped: dict[str, str]) -> dict[str, object]:
    count = FEEDS * ITEMS
    figures: dict[str, object] = {}
    print(f"{FEEDS} feeds of {ITEMS} new entries, the best of each round")
    for side in sides:
        seconds, processor = best[side.name]
        print(f"{side.name:<20}{side.does:<28}{count / seconds:>8,.0f} entries/s{seconds:>8.2f} s{processor:>8.2f} s cpu")
        key = side.name.replace(" ", "_")
        figures |= {f"{key}_entries_per_s": round(count / seconds), f"{key}_cpu_s": round(processor, 2)}
    for name, aim in AIMS.items():
        if name in skipped:
            print(f"{name:<20}skipped: {skipped[name]}")
            figures[name] = f"skipped: {skipped[name]}"
            continue
        theirs = best[name]
        ratios = {ours: theirs[0] / best[ours][0] for ours in (COLLECTED, MATCHED)}
        said = ", ".join(f"{ours} {ratio:.1f} times" for ours, ratio in ratios.items())
        by_processor = theirs[1] / best[MATCHED][1]
        print(f"against {name:<12}{said} (aim {aim:g}); by processor time {by_processor:.1f} times")
        figures |= {
            f"collect_against_{name}": round(ratios[COLLECTED], 2),
            f"collect_and_match_against_{name}": round(ratios[MATCHED], 2),
            f"processor_against_{name}": round(by_processor, 2),
        }
    return figures


if __name__ == "__main__":
    sys.exit(main())
