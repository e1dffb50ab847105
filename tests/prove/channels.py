"""Each way that a channel can fail, against real servers on loopback: what arrived, how often, after how many tries."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from pipelines.bootstrap import App
from pipelines.config.schema import Channel as Row
from pipelines.config.schema import Retry
from pipelines.notify import beside
from pipelines.notify.channels import Channel
from pipelines.notify.channels.opened import opened
from pipelines.notify.channels.smtp import SmtpChannel
from pipelines.notify.channels.webhook import key_of, signature
from pipelines.notify.deliver import deliver, deliver_all
from pipelines.store import outbox
from pipelines.types import MAIL
from tests import builders
from tests.notify.servers import DROP, HANG, KEEP, mailbox, settings, web
from tests.prove.table import Table

MAILS = 3
ROUNDS = 40
FAULTS: dict[str, tuple[str, list[str], int, int]] = {
    "421 at the recipient, for two rounds": ("RCPT", ["421 Closing"] * 2, MAILS, 0),
    "451 at the recipient, for each mail": ("RCPT", ["451 Later"] * MAILS, MAILS, 0),
    "451 greylisting, each twice": ("RCPT", ["451 4.7.1 Greylisted"] * (2 * MAILS), MAILS, 0),
    "550 at one recipient of three": ("RCPT", ["550 No such user"], MAILS - 1, 0),
    "452 after the data, for each mail": ("DATA", ["452 Full"] * MAILS, MAILS, 0),
    "554 after the data of one": ("DATA", ["554 Refused"], MAILS - 1, 0),
    "hangs with the mail in hand, twice": ("DATA", [HANG] * 2, MAILS, 0),
    "drops the connection after the data, twice": ("DATA", [DROP] * 2, MAILS, 0),
    "takes one and drops the connection unsaid": ("DATA", [KEEP], MAILS, 1),
}
"""What the server does: where, its answers, the mails that arrive in the end, and of them the copies at most."""
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the specification's own example
HANGS = 4.0


def show(table: Table) -> None:
    """A row each."""
    for name, fault in FAULTS.items():
        with tempfile.TemporaryDirectory() as place:
            _mail(table, name, Path(place), *fault)
    with tempfile.TemporaryDirectory() as place:
        _webhook(table, Path(place))
    with tempfile.TemporaryDirectory() as place:
        _private(table, Path(place))
    with tempfile.TemporaryDirectory() as place:
        _hung_beside(table, Path(place))


def _mail(table: Table, name: str, place: Path, stage: str, answers: list[str], whole: int, copies: int) -> None:
    with mailbox(**{stage: list(answers)}) as box:
        app = _application(place, box.port)
        for number in range(MAILS):
            _put(app, f"alert:{number}:threat:rektor")
        rounds = 0
        while _waiting(app) and rounds < ROUNDS:
            deliver(app, SmtpChannel(app.config.smtp, app.config.sender, None, app.clock))
            app.clock.forward(hours=1)  # type: ignore[attr-defined]
            rounds += 1
        came, left = Counter(box.ids), _waiting(app)
        app.engine.dispose()
    again = sum(came.values()) - len(came)
    seen = f"{len(came)} of {MAILS} arrived, {again} twice with the same Message-ID, {rounds} rounds"
    table.row(f"SMTP: {name}", seen, holds=len(came) == whole and again <= copies and left == 0)


def _webhook(table: Table, place: Path) -> None:
    with web(500, 429, 302) as server:
        app = _beside(place, Row(id="hook", kind="webhook", url=f"http://127.0.0.1:{server.port}/", **_OURS))
        _put(app, "alert:s1:threat:rektor")
        for _ in range(4):
            deliver(app, opened(app.config.channels[0], app), "hook")
            app.clock.forward(hours=1)  # type: ignore[attr-defined]
    ids = {headers["webhook-id"] for _, headers, _ in server.posts}
    valid = sum(
        headers["webhook-signature"]
        == signature(key_of(SECRET), headers["webhook-id"], int(headers["webhook-timestamp"]), body.decode())
        for _, headers, body in server.posts
    )
    seen = f"{len(server.posts)} posts, {valid} signed, {len(ids)} id"
    table.row("webhook: 500, 429, 302, then taken", seen, holds=(len(server.posts), valid, len(ids)) == (4, 4, 1))
    data = json.loads(server.posts[-1][2])["data"]
    table.row("  what it says", ", ".join(data), holds=set(data) == {"receiver", "subject", "link"})


def _private(table: Table, place: Path) -> None:
    with web() as server:
        url = f"http://127.0.0.1:{server.port}/"
        rows = (
            Row(id="hook", kind="webhook", url=url, receivers=(builders.smaby().root,)),
            Row(id="chatt", kind="apprise", receivers=(builders.smaby().root,)),
        )
        app = _beside(place, *rows, address=f"ntfy://127.0.0.1:{server.port}/larm")
        _put(app, "alert:s1:threat:rektor")
        done = [deliver(app, opened(row, app), row.id) for row in rows]
    deferred = sum(one.deferred for one in done)
    seen = f"{deferred} of 2 refused, {len(server.posts)} connections"
    table.row("webhook and Apprise to a private address", seen, holds=deferred == 2 and not server.posts)


def _hung_beside(table: Table, place: Path) -> None:
    """Mail leaves while another channel is slow."""
    with mailbox() as box, web(wait=HANGS) as server:
        row = Row(id="chatt", kind="apprise", timeout_seconds=5, **_OURS)
        app = _beside(place, row, address=f"ntfy://127.0.0.1:{server.port}/larm", port=box.port)
        _put(app, "alert:0:threat:rektor")
        for number in range(1, 20):
            _put(app, f"alert:{number}:threat:rektor", receiver="rektor")  # who has no other channel
        began, mailed = perf_counter(), []

        class Timed(SmtpChannel):
            def __exit__(self, *error: object) -> None:
                mailed.append(perf_counter() - began)

        mail: Channel = Timed(app.config.smtp, app.config.sender, None, app.clock)
        deliver_all(app, {"chatt": opened(row, app), MAIL: mail})
    seen = f"{len(box.mails)} mails out after {mailed[0]:.1f} s beside a service that takes {HANGS:g} s for one"
    table.row("a slow channel keeps no mail waiting", seen, holds=len(box.mails) == 20)


_OURS = {"receivers": (builders.smaby().root,), "allow_private": True}


def _beside(place: Path, *rows: Row, address: str = "", port: int = 1) -> App:
    environment = {row.secret: address if row.kind == "apprise" else SECRET for row in rows}
    app = _application(place, port)
    return replace(app, config=app.config.model_copy(update={"channels": rows}), environment=environment)


def _application(place: Path, port: int) -> App:
    retry = Retry(attempts=8, first_delay_seconds=60)
    return builders.app(place, builders.config(smtp=settings(port, timeout=0.5), retry=retry))


def _put(app: App, key: str, **changes: str) -> None:
    with app.engine.begin() as connection:
        beside.put(connection, app.config, builders.message(key, **changes), app.clock())


def _waiting(app: App) -> int:
    with app.engine.begin() as connection:
        return sum(count for (_, state), count in outbox.counts(connection).items() if state in ("pending", "claimed"))


if __name__ == "__main__":
    alone = Table()
    show(alone)
    sys.exit(alone.close())
