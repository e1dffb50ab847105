"""Erases by a request in a process of its own, which dies of SIGKILL before the step that is named."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

from pipelines.housekeeping import person
from pipelines.housekeeping.person import Asked
from tests import builders

STEPS = ("_erase_files", "_erase_rows", "_erase_traces", "_close")
WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload([__name__])


def erase_and_die(folder: Path, asked: Asked, before: str) -> int | None:
    """The exit code of the process."""
    running = WORKERS.Process(target=_work, args=(folder, asked, before))
    running.start()
    running.join()
    return running.exitcode


def _work(folder: Path, asked: Asked, before: str) -> None:
    def die(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(person, before, die)
    person.erase(builders.app(folder), asked)
