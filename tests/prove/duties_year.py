"""Part of `make prove-duties`: a year of nights over posts of every kind, each written down as it comes and goes.

Each week brings posts of every fate; some are held for a while, twelve are proposed to the diary, one account goes
silent. Each night is a run of housekeeping and of the register; after each, whatever is past its time is looked for in
every table, among the mails that lie as files, and in the bytes of the index.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.bootstrap import App
from pipelines.duties import folder, handover
from pipelines.duties.propose import Wish, propose, settle
from pipelines.housekeeping import hold
from pipelines.housekeeping import phase as night
from pipelines.notify.channels.file import FileChannel
from pipelines.register import phase as accounts
from pipelines.store import outbox, register, sources
from pipelines.store.engine import reading
from pipelines.store.sources import SourceState
from pipelines.store.views import registrations as view
from tests import builders
from tests.builders import EVERYTHING, NOW, Clock, entry, flag, item, message, official
from tests.housekeeping.keeping_world import DAYS, MAILS, config
from tests.housekeeping.test_keeping import everything
from tests.prove.table import Table

YEAR, WEEK = 365, 7
LOOKED = 7 if os.environ.get("FULL") else 28
"""Days from one look through everything to the next."""
KINDS = ("usual", "others", "flagged", "threat", "own", "licence")
SOURCE = {"own": "rikstidningen", "licence": "polisen"}
REGISTERED = 12
SILENT_FROM = 60
"""The day after which the account writes no more."""


@dataclass
class Year:
    """What has come, and until when its words may be here."""

    until: dict[str, datetime] = field(default_factory=dict)
    """By word, when its time is up; of what is held, when the hold is over, if that is later."""
    mails: dict[str, datetime] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    looks: int = 0


def show(table: Table) -> None:
    with tempfile.TemporaryDirectory() as made:
        app, year, exported = _app(Path(made)), Year(), 0
        for day in range(YEAR + 1):
            if day % WEEK == 0:
                _comes(app, year, day)
            if day % 30 == 0 and day < YEAR - 5:
                propose(app, EVERYTHING, f"usual-{day - day % WEEK}", Wish(sender="Framgår"), "kc")
            if day % 30 == 10:
                exported += _export(app, Path(made) / f"diarie-{day}", day)
            year.told["rows that went"] += sum(line.rows for line in night.run(app).lines)
            year.told["mails of silence"] += accounts.run(app).mails
            if day % LOOKED == 0:
                _look(app, year)
            app.clock.forward(days=1)  # type: ignore[attr-defined]
        table.row("posts that came in the year", len(year.until))
        table.row("rows that housekeeping took", year.told["rows that went"])
        found = f"{year.looks} looks through every table, file and index: {year.late or 'nothing'}"
        table.row("past its time and still there", found, holds=not year.late)
        table.row("gone before its time, held ones among them", year.lost or "nothing", holds=not year.lost)
        table.row(
            "mails about the silent account", year.told["mails of silence"], holds=bool(year.told["mails of silence"])
        )
        with reading(app.engine) as opened:
            numbers = {one.reference for one in view.listed(opened, EVERYTHING, ("registered",))[0]}
        table.row("captures exported to the registrar in the year", exported, holds=exported == REGISTERED)
        table.row("numbers that the diary gave, kept", len(numbers), holds=len(numbers) == REGISTERED)
        table.figure(
            "year", {"posts": len(year.until), "looks": year.looks, "late": len(year.late), "lost": len(year.lost)}
        )
        app.engine.dispose()


def _app(folder: Path) -> App:
    using = config()
    feed = builders.smaby().sources[0].model_copy(update={"id": "flode", "url": "https://flode.example/x"})
    changed = using.model_copy(update={"sources": (*using.sources, feed)})  # type: ignore[attr-defined]
    app = builders.app(folder, changed, Clock(NOW))
    with app.engine.begin() as opened:
        register.change(opened, official(feed="flode"), seen=0, by="x", reason="x", now=NOW)
    return app


def _comes(app: App, year: Year, day: int) -> None:
    """A post of each kind, and a mail, also as a file; every fifth week a post is held for half a year."""
    now = app.clock()
    for kind in KINDS:
        id = f"{kind}-{day}"
        flags = {"flagged": (flag("bullying"),), "threat": (flag("threat"),)}.get(kind, ())
        post = entry(id, source_id=SOURCE.get(kind, "smabybladet"), published=now, title="", text=f"ORD{kind}{day}X.")
        builders.save(app, [item(post, about=kind != "others", flags=flags)])
        year.until[f"ORD{kind}{day}X"] = now + timedelta(days=DAYS[kind])
    mail = message(f"alert:{day}", text=f"BREV{day}X", html=f"BREV{day}X")
    with app.engine.begin() as opened:
        outbox.put(opened, mail, now)
        outbox.claim(opened, "w", now, timedelta(minutes=1), 1)
        outbox.sent(opened, mail.key, "w", now)
        if day % 35 == 0:
            last = now.date() + timedelta(days=180)
            given = {"last": last, "reason": "Tvist", "by": "jurist", "now": now}
            hold.add(opened, app.config, "post", f"others-{day}", **given)  # type: ignore[arg-type]
            year.until[f"ORDothers{day}X"] = now + timedelta(days=182)
        sources.save_states(opened, [SourceState("flode", last_ok_at=now)])
    before = set(app.settings.mails.glob("*.eml"))
    with FileChannel(app.settings.mails, app.config.sender, app.clock) as channel:
        channel.send(mail)
    for path in set(app.settings.mails.glob("*.eml")) - before:
        os.utime(path, (now.timestamp(), now.timestamp()))  # a file's time is the machine's, not our clock's
    year.mails[f"BREV{day}X"] = now + timedelta(days=MAILS)
    if day <= SILENT_FROM:
        builders.save(
            app, [item(entry(f"eget-{day}", source_id="flode", published=now, title="", text="Vi berättar."))]
        )


def _look(app: App, year: Year) -> None:
    """A day's grace: the night that takes it follows its time."""
    now, there = app.clock(), everything(app)
    year.looks += 1
    files = b"".join(path.read_bytes() for path in app.settings.mails.glob("*.eml")).decode()
    for word, until in year.until.items():
        year.late += [f"{word} in a table"] if word in there and until < now - timedelta(days=1) else []
        year.lost += [f"{word}"] if word not in there and until > now else []
    for word, until in year.mails.items():
        for place, said in (("a table", there), ("a file", files)):
            year.late += [f"{word} in {place}"] if word in said and until < now - timedelta(days=1) else []
            year.lost += [f"{word} of {place}"] if word not in said and until > now else []


def _export(app: App, out: Path, day: int) -> int:
    """What waits for the registrar, as files; then the diary has it. Returns how many captures."""
    with reading(app.engine) as opened:
        filed, _ = view.listed(opened, EVERYTHING, ("proposed",))
    folder.write(out, handover.files(filed, app.config))
    for number, one in enumerate(filed):
        settle(app, EVERYTHING, one.registration.id, "registered", f"KS {day}/{number}", "registrator", None)
    return len(list(out.glob("inlagg-*.pdf")))
