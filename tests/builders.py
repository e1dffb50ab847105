"""Values and an application to test with: whole by default, each part by name. The municipality is invented Småby."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from pipelines import bootstrap
from pipelines.bootstrap import App
from pipelines.config import Config, Files, read
from pipelines.labels import ToldAs
from pipelines.register.official import Official
from pipelines.settings import Settings
from pipelines.store import assessments, burial, entries, stories
from pipelines.store.engine import migrate, open_engine, reading
from pipelines.store.schema import entry as entry_table
from pipelines.store.views import Scope
from pipelines.telling import Placed
from pipelines.types import Assessment, Entry, Flag, Item, Message, Notice, Stance, Told, short_hash
from sentiment import Part, Span, Tone

SMABY = Path(__file__).parent / "data" / "smaby"
ADDRESS = "test.address"
"""File that says where a folder's database is that does not lie in it."""
EVERYTHING = Scope(units=None, receivers=None, flagged_texts=True)
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
"""A Saturday, 09.00 in Stockholm; the digest window of the day closed at 06.30 UTC."""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: float) -> None:
        self.now += timedelta(**step)


@cache
def smaby() -> Config:
    """The configuration in tests/data/smaby."""
    return smaby_files().config()


@cache
def smaby_files() -> Files:
    """The files of it."""
    return read(SMABY)


def config(**changes: Any) -> Config:
    """Småby's, with whole tables changed."""
    return smaby().model_copy(update=changes)


def entry(id: str = "e1", **changes: Any) -> Entry:
    values = {
        "source_id": "smabybladet",
        "native_id": id,
        "kind": "news",
        "url": f"https://smabybladet.example/artikel/{id}",
        "title": "Snön ligger kvar på gångvägarna",
        "text": "Tredje dygnet i rad är gångvägen till Näsviksskolan oplogad.",
        "published": NOW - timedelta(hours=5),
        "language": "sv",
    }
    return Entry(id=id, **(values | changes))


def flag(category: str = "threat", **changes: Any) -> Flag:
    values = {
        "role": "act",
        "severity": "high",
        "confidence": 0.8,
        "rule": category,
        "evidence": (),
        "reason": "Därför.",
    }
    return Flag(category=category, **(values | changes))


def official(id: str = "facebook-smaby", **changes: Any) -> Official:
    """An official account that lacks nothing but a source of its own posts."""
    values = {
        "network": "facebook",
        "handle": "Småby kommun",
        "address": "https://facebook.example/smaby",
        "responsible": "kommunikationschef",
        "deputy": "enhetschef:skolkontoret",
        "communicator": "Kommunikatör, skolkontoret",
        "administrators": ("Kommunikatör", "Webbredaktör"),
        "purpose": "Berätta vad som händer i Småby.",
        "audience": "De som bor i Småby",
        "goals": "Alla frågor besvaras inom två dygn.",
        "ordered_by": "Kommundirektör",
        "approved_by": "Kommunikationschef",
        "approved_on": date(2026, 2, 2),
        "opened": date(2026, 2, 3),
    }
    return Official(id=id, **(values | changes))


def tone(label: str = "neutral", *words: tuple[str, float]) -> Tone:
    """With the words that made it so, each with what it adds."""
    polarity = {"negative": -0.6, "positive": 0.6}.get(label, 0.0)
    return Tone(label, polarity, 0.8, tuple(Part(word, value, Span(0, len(word), word)) for word, value in words))


def assessment(entry_id: str = "e1", **changes: Any) -> Assessment:
    values = {
        "version": "v1",
        "language": "sv",
        "about": True,
        "places": (),
        "units": (),
        "mentions": (),
        "tone": tone(),
        "stance": Stance("none", 0.7),
        "intent": "information",
        "toxicity": 0.0,
        "flags": (),
        "alert": False,
    }
    return Assessment(entry_id=entry_id, **(values | changes))


def item(of: Entry | None = None, *, story: str | None = None, **assessed: Any) -> Item:
    """An Item first seen ten minutes after it was published, alone in its story unless told otherwise."""
    given = of or entry()
    seen = (given.published or NOW) + timedelta(minutes=10)
    return Item(given, assessment(given.id, **assessed), story or f"s-{given.id}", first_seen=seen)


def told(of: Item, category: str, receiver: str = "kommunikationschef", **changes: Any) -> Told:
    """The Item, told for `category`."""
    urgent = changes.pop("urgent", of.assessment.alert)
    notice = Notice(of.story_id, of.entry.id, receiver, "larm", category, urgent)
    number = int(short_hash(of.entry.id, category, receiver)[:8], 16)
    return Told(number, notice, of, **({"sources": (of.entry.source_id,)} | changes))


def message(key: str = "alert:s1:threat:kommunikationschef", **changes: Any) -> Message:
    values = {
        "kind": "alert",
        "receiver": "kommunikationschef",
        "address": "kommunikationschef@smaby.example",
        "subject": "Larm: Hot – Näsviksskolan",
        "text": "Åäö i text.\n",
        "html": "<p>Åäö i html.</p>",
        "message_id": f"<{short_hash(key)}@smaby.example>",
    }
    return Message(key=key, **(values | changes))


@cache
def _empty_database() -> Path:
    path = Path(tempfile.mkdtemp()) / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


def in_sqlite(folder: Path) -> str:
    """The address of the database in the folder; made if there is none."""
    database = folder / "test.db"
    if not database.exists():
        shutil.copy(_empty_database(), database)
    return f"sqlite:///{database}"


class Databases:
    """Where applications have theirs: in SQLite, unless `tests.prove.postgres.everywhere` says otherwise."""

    of: Callable[[Path], str] = staticmethod(in_sqlite)


def renewed(of: App) -> App:
    """With what people have changed up to now."""
    with reading(of.engine) as connection:
        return bootstrap.renewed(of, connection)


def app(folder: Path, using: Config | None = None, clock: Clock | None = None) -> App:
    """An application on a database of its own in `folder`, or on the one that is there already."""
    noted = folder / ADDRESS  # for a process of its own, which has not been told
    database = noted.read_text("utf-8") if noted.exists() else Databases.of(folder)
    return App(
        settings=Settings(config=SMABY, var=folder, database=database),
        config=using or smaby(),
        engine=open_engine(database),
        pseudonym=lambda name: "p" + short_hash(name)[:16],
        clock=clock or Clock(),
        report=lambda line: None,
        environment={},
        link_key=b"an invented key of 32 characters",
        files=None if using else smaby_files(),
    )


def save(to: App, items: Iterable[Item], *, silent: bool = False) -> None:
    """Store the Items as collect and enrich would have left them."""
    with to.engine.begin() as connection:
        for one in items:
            entries.save(connection, [one.entry], one.first_seen, silent=silent)
            assessments.save(connection, [(one.entry, one.assessment)], one.first_seen)
            _into_story(connection, one)


def purge(connection: Connection, *ids: str) -> None:
    """Empty and bury these posts, or all, as the night does when their time is up."""
    chosen = ids or tuple(connection.execute(select(entry_table.c.id)).scalars())
    burial.empty(connection, chosen, "entries_days", NOW)
    burial.bury(connection, chosen, NOW)


def _into_story(connection: Any, one: Item) -> None:
    if stories.of_entry(connection, one.entry.id) is None:
        begun = bool(stories.kinds(connection, [one.story_id]))
        told_as: ToldAs = ("copy" if one.told_as == "first" else one.told_as) if begun else "first"
        placed = Placed(one.entry.id, one.story_id, told_as, "Samma text.", one.first_seen, ())
        stories.save(connection, [placed])
