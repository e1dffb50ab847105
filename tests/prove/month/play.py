"""The month played: the real phases by the timetable of the DAGs, a clock that is moved, mails by SMTP on loopback."""

from __future__ import annotations

import email
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiosmtpd.controller import Controller

from pipelines import bootstrap
from pipelines.bootstrap import App
from pipelines.collect import phase as collect
from pipelines.enrich import phase as enrich
from pipelines.enrich.assess import Assessor
from pipelines.notify import phase as notify
from pipelines.settings import ROOT, Settings
from sample import overlay
from sample.clock import ZONE
from sample.world.posts import Post
from tests.builders import Clock
from tests.notify.servers import free_port
from tests.prove.month.world import SCHOOL, Web, posts

COLLECT_EVERY, NOTIFY_EVERY = 10, 5
"""Minutes, as in `dags`."""
DIGEST_AT = time(7, 31)
LINGERS = timedelta(minutes=15)
"""How long after the last post something may still wait for others of its story."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What the server was given, and when by the moved clock."""

    at: datetime
    address: str
    id: str
    subject: str
    text: str


class Inbox:
    """Handler for aiosmtpd."""

    def __init__(self, clock: Clock) -> None:
        self.mails: list[Mail] = []
        self._clock = clock

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        given = email.message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)
        text = given.get_body(("plain",))
        for address in envelope.rcpt_tos:
            self.mails.append(
                Mail(
                    self._clock(),
                    address,
                    str(given["Message-ID"]),
                    str(given["Subject"]),
                    text.get_content() if text else "",
                )
            )
        return "250 OK"


@dataclass(frozen=True, slots=True)
class Stage:
    """The application with all that is around it."""

    app: App
    clock: Clock
    web: Web
    inbox: Inbox
    told: tuple[Post, ...]
    """All that is published, sooner or later."""


@contextmanager
def stage(folder: Path, begins: datetime, days_before: int) -> Iterator[Stage]:
    """The application in `folder`, its clock so many days before `begins`."""
    clock = Clock(begins - timedelta(days=days_before))
    inbox, port = Inbox(clock), free_port()
    mail = Controller(inbox, hostname="127.0.0.1", port=port)
    told = posts()
    web = Web(told, clock)
    serving = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05})
    mail.start()
    serving.start()
    try:
        app = replace(_app(folder, web.port, port), clock=clock, report=lambda line: None)
        # one assessor, as in a process that lives; to make it takes as long as to read a hundred posts
        assessor = Assessor(app.config)
        with patch.object(enrich, "Assessor", lambda _: assessor):
            yield Stage(app, clock, web, inbox, told)
    finally:
        web.shutdown()
        serving.join()
        web.server_close()
        mail.stop()


def run(stage: Stage, end: datetime) -> None:
    """From where the clock stands until `end`, five minutes at a time.

    To spare time a source with nothing new is not asked (it would answer 304) but for once a day, before the digest;
    nor is anyone told of anything when nothing has come for `LINGERS`, but for every half hour.
    """
    app, clock = stage.app, stage.clock
    came = clock.now
    while clock.now < end:
        began = clock.now
        local = began.astimezone(ZONE)
        closing = (local.hour, local.minute) == (DIGEST_AT.hour, DIGEST_AT.minute - 1)
        if local.minute % COLLECT_EVERY == 0:
            wanted = stage.web.fresh(began - timedelta(minutes=COLLECT_EVERY))
            if wanted or closing:
                came = began
                collect.run(app, None if closing else wanted)
                enrich.run(app)
        if began - came <= LINGERS or local.minute % 30 == 0:
            notify.run(app)
        if closing:
            clock.forward(minutes=1)
            notify.digest(app)
        clock.now = began + timedelta(minutes=NOTIFY_EVERY)


def warm_up(app: App, clock: Clock, begins: datetime) -> None:
    """The days before, once a day: what the sources have out is seen, and what is usual becomes known."""
    while clock.now < begins - timedelta(hours=1):
        collect.run(app)
        enrich.run(app)
        notify.run(app)
        notify.digest(app)
        clock.forward(days=1)
    clock.now = begins
    notify.digest(app)


def _app(folder: Path, web_port: int, smtp_port: int) -> App:
    config, over = folder / "config", folder / "overlay"
    shutil.copytree(ROOT / "config" / "botkyrka", config)
    with (config / "units.toml").open("a", encoding="utf-8") as file:
        file.write(SCHOOL)
    overlay.write(over, web_port, smtp_port)
    sources = over / "sources.toml"
    timed = sources.read_text("utf-8").replace("every_minutes = 1\n", f"every_minutes = {COLLECT_EVERY}\n")
    sources.write_text(timed, "utf-8")
    settings = Settings(config=config, var=folder, database=f"sqlite:///{folder / 'month.db'}", overlay=over)
    app = bootstrap.build(settings, allow_private=True, spacing=0)
    heard = tuple(source for source in app.config.sources if source.id not in SILENT)
    return replace(app, config=app.config.model_copy(update={"sources": heard}))


SILENT = frozenset(("fororten-direkt", "nattredaktionen", "kvallskuriren", "sjobladet"))
"""Sources that never answer: a month of them is a month of time-outs."""
