"""The outbox under load: two processes at once on one database; thousands of mails composed and sent by SMTP, beside a
bare loop of smtplib that hands over the same bytes.

`python -m tests.prove.outbox share|send|bare FOLDER DATABASE PORT` is a worker of it; without arguments it is run as a
proof of its own.
"""

from __future__ import annotations

import json
import os
import resource
import smtplib
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Self

from aiosmtpd.controller import Controller

from pipelines.bootstrap import App
from pipelines.notify import beside, compose
from pipelines.notify.channels.smtp import SmtpChannel, envelope
from pipelines.notify.deliver import deliver
from pipelines.store import outbox
from pipelines.store.engine import migrate, open_engine
from pipelines.types import Message
from tests import builders
from tests.notify.servers import free_port, settings
from tests.prove import postgres
from tests.prove.table import Table

ROOT = Path(__file__).resolve().parents[2]
MAILS = 10_000 if os.environ.get("FULL") else 2_000
BATCH = 200
LIST = "sent"
SLOWEST = 20.0
"""Mails per second of processor time, composed and handed over: 10,000 within ten minutes."""
MOST_MB = 500


class Counting:
    """Handler for aiosmtpd: how often each Message-ID came."""

    def __init__(self) -> None:
        self.came: Counter[bytes] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        head = envelope.content.partition(b"\r\n\r\n")[0]
        (given,) = (line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:"))
        self.came[given] += 1
        return "250 OK"


class Listed:
    """A channel that appends each Message's id to a file, a line at a time, as any number of processes may."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def send(self, message: Message) -> None:
        os.write(self._file, f"{message.message_id}\n".encode())


@contextmanager
def counting() -> Iterator[tuple[Counting, int]]:
    """A server on loopback, and its port."""
    handler, port = Counting(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


def application(folder: Path, database: str, port: int) -> App:
    """On the real clock, the database and the server."""
    built = builders.app(folder, builders.config(smtp=settings(port, timeout=30)))
    built.engine.dispose()
    engine = open_engine(database)
    migrate(engine)
    return replace(built, engine=engine, clock=lambda: datetime.now(UTC))


def show(table: Table) -> None:
    """Two processes on either database, then the speed and the memory of one."""
    with tempfile.TemporaryDirectory() as place:
        _together(table, "SQLite", Path(place), f"sqlite:///{place}/together.db")
    with tempfile.TemporaryDirectory() as place, postgres.server() as database:
        _together(table, "PostgreSQL", Path(place), database)
    with tempfile.TemporaryDirectory() as place:
        _alone(table, Path(place), f"sqlite:///{place}/alone.db")


def _together(table: Table, name: str, folder: Path, database: str) -> None:
    app = application(folder, database, 1)
    for start in range(0, MAILS, BATCH):
        with app.engine.begin() as connection:
            for number in range(start, start + BATCH):
                outbox.put(connection, builders.message(f"alert:{number}:threat:rektor"), app.clock())
    app.engine.dispose()
    began = perf_counter()
    workers = [_started("share", folder, database, 1) for _ in range(2)]
    shares = [json.loads(worker.communicate()[0])["sent"] for worker in workers]
    seconds = perf_counter() - began
    came = Counter((folder / LIST).read_text().splitlines())
    doubles, lost = came.total() - len(came), MAILS - len(came)
    seen = f"{MAILS} mails, by {shares[0]} + {shares[1]}: {doubles} doubles, {lost} lost, {MAILS / seconds:.0f}/s"
    # a worker that had nothing to do would prove nothing
    holds = doubles == 0 and lost == 0 and sum(shares) == MAILS and min(shares) > MAILS // 20
    table.row(f"two processes at once, {name}", seen, holds=holds)
    table.figure(f"together_{name.lower()}", {"mails": MAILS, "doubles": doubles, "lost": lost, "shares": shares})


def _alone(table: Table, folder: Path, database: str) -> None:
    with counting() as (server, port):
        done = json.loads(_started("send", folder, database, port).communicate()[0])
    with counting() as (again, port):
        bare = json.loads(_started("bare", folder, database, port).communicate()[0])
    rate = MAILS / done["cpu_s"]
    seen = (
        f"composed {MAILS / done['compose_s']:.0f}/s, sent {MAILS / done['deliver_s']:.0f}/s; "
        f"both {rate:.0f} per second of processor time"
    )
    whole = len(server.came) == sum(server.came.values()) == MAILS
    table.row(f"{MAILS} notices to mails that have left", seen, holds=whole and rate >= SLOWEST)
    ratio = bare["deliver_s"] / done["deliver_s"]
    beside = f"{MAILS / bare['deliver_s']:.0f}/s; the outbox sends at {ratio:.2f} of its pace"
    table.row("  a bare loop of smtplib with the same bytes", beside, holds=again.came == server.came)
    memory = f"{done['peak_mb']:.0f} MB, {done['grown_mb']:.0f} more than before the first"
    table.row(f"  memory, at most {MOST_MB} MB", memory, holds=done["peak_mb"] <= MOST_MB)
    figures = done | {"bare_s": bare["deliver_s"]}
    table.figure("mails", {name: round(value, 1) for name, value in figures.items()} | {"of_bare": round(ratio, 2)})


def _started(what: str, folder: Path, database: str, port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.prove.outbox", what, str(folder), database, str(port)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def work(what: str, folder: Path, database: str, port: int) -> dict[str, float]:
    """A worker: share what there is with another; compose all of it and send it by SMTP; or hand over the same by
    smtplib alone."""
    app = application(folder, database, port)
    if what == "bare":
        return {"deliver_s": _bare(app, port)}
    said: dict[str, float] = {}
    before, used = _peak_mb(), process_time()
    if what == "send":
        began = perf_counter()
        _compose(app)
        said["compose_s"] = perf_counter() - began
    began = perf_counter()
    smtp = SmtpChannel(app.config.smtp, app.config.sender, None, app.clock)
    said["sent"] = deliver(app, smtp if what == "send" else Listed(folder / LIST)).sent
    said["deliver_s"] = perf_counter() - began
    peak = _peak_mb()
    return said | {"cpu_s": process_time() - used, "peak_mb": peak, "grown_mb": peak - before}


def _bare(app: App, port: int) -> float:
    """Seconds for every mail, made into bytes beforehand, over one connection."""
    made = [(mail.address, envelope(mail, app.config.sender, app.clock()).as_bytes()) for mail, _ in _mails(app)]
    began = perf_counter()
    with smtplib.SMTP("127.0.0.1", port, "localhost") as server:
        for address, written in made:
            server.sendmail(app.config.sender.address, address, written)
    return perf_counter() - began


def _compose(app: App) -> None:
    made = _mails(app)
    while batch := list(islice(made, BATCH)):
        with app.engine.begin() as connection:
            for mail, story_id in batch:
                beside.put(connection, app.config, mail, app.clock(), story_id)


def _mails(app: App) -> Iterator[tuple[Message, str]]:
    """Each composed as it is asked for, with its story."""
    receiver = app.config.receiver(app.config.root)
    assert receiver is not None
    for number in range(MAILS):
        item = builders.item(builders.entry(f"e{number}"), alert=True, flags=(builders.flag("threat"),))
        yield compose.alert((builders.told(item, "threat"),), receiver, app.config), item.story_id


if __name__ == "__main__":
    if sys.argv[1:]:
        asked, where, url, listens = sys.argv[1:]
        print(json.dumps(work(asked, Path(where), url, int(listens))))
    else:
        alone = Table()
        show(alone)
        sys.exit(alone.close())
