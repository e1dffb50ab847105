"""Kill -9 at each boundary of a delivery, against a real SMTP server: what was lost, what came twice, under which id.

FULL=1 kills a hundred times at each instead of five.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller

from pipelines.bootstrap import App
from pipelines.notify.channels.smtp import SmtpChannel
from pipelines.notify.deliver import deliver
from pipelines.store import outbox
from pipelines.types import Message, Refusal
from sample.sink import Files
from tests import builders
from tests.prove.table import Table

KILLS = 100 if os.environ.get("FULL") else 5
BOUNDARIES = ("claim", "send", "mark")
TIMEOUT = 30.0
"""Seconds the worker waits for the server: a slow machine must not look like a fault of it."""
LEASE = timedelta(hours=1)
"""Longer than all kills take, so that each meets a mail of its own; who sends the rest comes after it has run out."""
WORKERS = multiprocessing.get_context("forkserver")
"""Forks each worker from a process that has nothing open: starting an interpreter for each took most of the time."""
WORKERS.set_forkserver_preload([__name__])
builders.smaby()  # read once, before anything is forked


class Deadly:
    """The SMTP channel, with a boundary at which the process is killed as nothing can catch."""

    def __init__(self, inner: SmtpChannel, boundary: str) -> None:
        self._inner, self._boundary, self._sent = inner, boundary, False

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._die_at("mark")
        self._inner.__exit__(kind, error, trace)

    def send(self, message: Message) -> Refusal | None:
        self._die_at("claim")
        refusal = self._inner.send(message)
        self._die_at("send")
        return refusal

    def _die_at(self, boundary: str) -> None:
        if boundary == self._boundary:
            os.kill(os.getpid(), signal.SIGKILL)


def application(folder: Path, port: int, ahead: timedelta = timedelta()) -> App:
    """On the real clock or ahead of it, and on a server that listens at `port`."""
    smtp = builders.smaby().smtp.model_copy(
        update={"host": "127.0.0.1", "port": port, "security": "none", "user": None, "timeout_seconds": TIMEOUT}
    )
    retry = builders.smaby().retry.model_copy(update={"lease_seconds": LEASE.total_seconds()})
    built = builders.app(folder, builders.config(smtp=smtp, retry=retry))
    return replace(built, clock=lambda: datetime.now(UTC) + ahead)


def work(folder: Path, port: int, boundary: str) -> None:
    app = application(folder, port, timedelta() if boundary else 2 * LEASE)
    deliver(app, Deadly(SmtpChannel(app.config.smtp, app.config.sender, None, app.clock), boundary))


def show(table: Table, kills: int = KILLS) -> None:
    """`kills` deaths at each boundary; a row each."""
    for boundary in BOUNDARIES:
        with tempfile.TemporaryDirectory() as place:
            lost, doubled, ids = _kill(Path(place), boundary, kills)
        sent = kills - lost + doubled
        seen = f"{kills} kills, {kills} mails: {sent} sent, {lost} lost, {doubled} repeated, {ids} Message-IDs"
        allowed = kills if boundary == "send" else 0
        table.row(f"kill -9 after {boundary}", seen, holds=lost == 0 and doubled <= allowed and ids == kills)
        table.figure(f"kill_{boundary}", {"kills": kills, "lost": lost, "doubled": doubled})


def _kill(place: Path, boundary: str, kills: int) -> tuple[int, int, int]:
    controller = Controller(Files(place / "mail"), hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        port = controller.port
        app = application(place, port)
        for number in range(kills):
            with app.engine.begin() as connection:
                outbox.put(connection, builders.message(f"alert:{number}:threat:rektor"), app.clock())
            died = _worker(place, port, boundary)
            assert died == -signal.SIGKILL, f"the worker was to die at {boundary} and ended with {died}"
        while _unsent(app):
            _worker(place, port, "")
    finally:
        controller.stop()
    came = Counter(message_from_bytes(path.read_bytes())["Message-ID"] for path in (place / "mail").glob("*.eml"))
    return kills - len(came), sum(count - 1 for count in came.values()), len(came)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _worker(place: Path, port: int, boundary: str) -> int | None:
    """The exit code of a process of its own that delivers, and dies at the boundary where one is given."""
    running = WORKERS.Process(target=work, args=(place, port, boundary))
    running.start()
    running.join()
    return running.exitcode


def _unsent(app: App) -> int:
    with app.engine.begin() as connection:
        return sum(count for (_, state), count in outbox.counts(connection).items() if state != "sent")
