"""Takes snapshots in a process of its own, which dies of SIGKILL at the account that is named."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import datetime
from pathlib import Path

from pipelines.snapshots import phase
from pipelines.snapshots.archive import Tools
from pipelines.snapshots.shoot import Limits, Shot
from tests import builders
from tests.builders import Clock

NONE = Tools("chromium", None, None, None)
WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload([__name__])


def shot(program: str, address: str, limits: Limits) -> Shot:
    """A page that says its own address."""
    return Shot("taken", address, 200, f"%PDF-1.7 {address}\n%%EOF".encode())


def run_and_die(folder: Path, now: datetime, at: str, where: str) -> int | None:
    """The exit code. where: "page" dies while the page is read, "row" between its file and its row."""
    running = WORKERS.Process(target=_work, args=(folder, now, at, where))
    running.start()
    running.join()
    return running.exitcode


def _work(folder: Path, now: datetime, at: str, where: str) -> None:
    def take(program: str, address: str, limits: Limits) -> Shot:
        if where == "page" and address.endswith(at):
            os.kill(os.getpid(), signal.SIGKILL)
        return shot(program, address, limits)

    keep = phase._keep

    def keeping(app: object, account: object, made: object) -> int:
        if where == "row" and made.asked.endswith(at):  # type: ignore[attr-defined]
            os.kill(os.getpid(), signal.SIGKILL)
        return keep(app, account, made)  # type: ignore[arg-type]

    phase._keep = keeping  # type: ignore[assignment]
    phase.run(builders.app(folder, clock=Clock(now)), tools=NONE, take=take)
