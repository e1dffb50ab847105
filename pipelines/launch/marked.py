"""Find and end the processes of one installation, by the mark in their environment.

A mark survives what a process group or a parent's id does not: a child of a child that has made a session of its own,
or whose parent is gone.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import psutil  # type: ignore[import-untyped]

MARK = "MEDIEBEVAKNING_RUN_OF"


def mark(var: Path) -> Mapping[str, str]:
    """The variables that make a process and its children ours. setproctitle, which Airflow uses, writes a process's new
    name over its environment unless SPT_NOENV is set."""
    return {MARK: str(var), "SPT_NOENV": "1"}


def find(var: Path) -> list[psutil.Process]:
    """The living processes that carry the mark of `var`."""
    return [process for process in psutil.process_iter() if _carries(process, str(var))]


def _carries(process: psutil.Process, value: str) -> bool:
    try:
        return bool(process.environ().get(MARK) == value and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, OSError):  # gone meanwhile, or another user's
        return False


def sweep(var: Path, grace: float) -> int:
    """End what carries the mark of `var`: asked first, killed after `grace` seconds. Returns how many there were."""
    found = find(var)
    for process in found:
        _signal(process, "terminate")
    psutil.wait_procs(found, timeout=grace)
    while alive := find(var):  # again and again: one may have forked between the look and the kill
        for process in alive:
            _signal(process, "kill")
        psutil.wait_procs(alive, timeout=1)
    return len(found)


def kill_session(leader: int) -> None:
    """SIGKILL to every process in the session that process `leader` has made."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if os.getsid(process.pid) == leader:
                process.kill()


def _signal(process: psutil.Process, how: str) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        getattr(process, how)()
