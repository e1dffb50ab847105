"""What measurements share: processor time of processes, and the value that a share of the answers stays below."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import make_url


def at(ordered: Sequence[float], share: float) -> float:
    """The value that this share of them do not exceed; 0 where there are none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def server_of(url: str) -> list[int]:
    """The first process of the PostgreSQL at `url`; none for a file."""
    if not url.startswith("postgresql"):
        return []
    mine = f"bin/postgres .*port={make_url(url).port}( |$)"
    found = subprocess.run(["pgrep", "-f", mine], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def processor(first: Sequence[int]) -> float:
    """Seconds of processor time that those processes and their children have used."""
    every = [*first, *(child for one in first for child in _children(one))]
    return sum(map(_used, every))


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _used(pid: int) -> float:
    """By all of its threads, those that have ended too: Linux makes a clock's number of a process's like this."""
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:
        return 0.0
