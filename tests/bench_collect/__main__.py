"""Collecting against its peers, in one run: the same 200 feeds of 50 new entries each, on loopback.

Every round starts each from nothing, on the same disk, as a process of its own. Python's start (a second for us, paid
once for many passes in Airflow's workers) is left out and printed beside; newsboat starts in some hundredths of a
second, which are its own. The best round counts: a machine is only ever slowed by its neighbours. Prints a table, then
one JSON object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.bench_collect import peers
from tests.bench_collect.feeds import FEEDS, ITEMS
from tests.bench_collect.peers import ROOT, Side

ROUNDS = 3
AIMS = {"newsboat": 2.0, "reader": 5.0}
"""Entries a second of ours, with matching and in shards, as Airflow runs us, against theirs without; newsboat's threads
have all cores too, Python's have not."""
COLLECTED, MATCHED, SHARDED = "collect", "collect and match", "shards and match"


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
                peers.ours(port, "SHARDS", SHARDED, "the same, a process a core"),
                *(side for side in asked.values() if isinstance(side, Side)),
            ]
            taken = [[_round(side, here) for side in sides] for _ in range(rounds)]
        finally:
            server.terminate()
    best = {side.name: _best([times[place] for times in taken]) for place, side in enumerate(sides)}
    skipped = {name: reason for name, reason in asked.items() if isinstance(reason, str)}
    return _shown(sides, best, skipped)


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of one run."""

    work: float
    whole: float
    """With the start of the process."""
    processor: float


def _best(rounds: Sequence[Taken]) -> Taken:
    return Taken(*(min(getattr(one, name) for one in rounds) for name in ("work", "whole", "processor")))


def _round(side: Side, place: Path) -> Taken:
    with tempfile.TemporaryDirectory(dir=place) as folder:
        side.prepare(Path(folder))
        whole, processor, output = _timed(side.command(Path(folder)))
        result = side.result(Path(folder), output)
    assert result.entries == FEEDS * ITEMS, f"{side.name} stored {result.entries} of {FEEDS * ITEMS} entries"
    return Taken(whole if result.seconds is None else result.seconds, whole, processor)


def _timed(command: Sequence[str]) -> tuple[float, float, str]:
    """Seconds on the wall and of the processor, and what was printed."""
    before, began = os.times(), perf_counter()
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds, after = perf_counter() - began, os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, processor, done.stdout


def _shown(sides: Sequence[Side], best: dict[str, Taken], skipped: dict[str, str]) -> dict[str, object]:
    count = FEEDS * ITEMS
    figures: dict[str, object] = {}
    print(f"{FEEDS} feeds of {ITEMS} new entries, the best of all rounds")
    for side in sides:
        took, key = best[side.name], side.name.replace(" ", "_")
        rate = f"{count / took.work:>8,.0f} entries/s{took.work:>7.2f} s"
        print(f"{side.name:<20}{side.does:<28}{rate}{took.whole:>7.2f} s with its start{took.processor:>7.2f} s cpu")
        figures |= {f"{key}_entries_per_s": round(count / took.work), f"{key}_cpu_s": round(took.processor, 2)}
    for name, aim in AIMS.items():
        if name in skipped:
            print(f"{name:<20}skipped: {skipped[name]}")
            figures[name] = f"skipped: {skipped[name]}"
            continue
        ours, theirs = best[SHARDED], best[name]
        ratios = {
            f"collect_against_{name}": theirs.work / best[COLLECTED].work,
            f"collect_and_match_against_{name}": theirs.work / best[MATCHED].work,
            f"shards_and_match_against_{name}": theirs.work / ours.work,
            f"with_start_against_{name}": theirs.whole / best[MATCHED].whole,
            f"processor_against_{name}": theirs.processor / best[MATCHED].processor,
        }
        for ratio, value in ratios.items():
            print(f"{ratio.replace('_', ' '):<48}{value:>6.1f} times{f'  (aim {aim:g})' if 'shards' in ratio else ''}")
        figures |= {ratio: round(value, 2) for ratio, value in ratios.items()}
    return figures


if __name__ == "__main__":
    sys.exit(main())
