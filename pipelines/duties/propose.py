"""Propose that a post be registered, and say what became of it; as someone who may read the post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pipelines.duties import capture, diary
from pipelines.duties.diary import Event, Filed, Kind, Paper, Registration, State
from pipelines.duties.letter import letter
from pipelines.notify import beside
from pipelines.store import cases, registrations
from pipelines.store.engine import reading
from pipelines.store.views import Scope, detail
from pipelines.store.views import registrations as view
from pipelines.types import Item, short_hash

if TYPE_CHECKING:
    from pipelines.bootstrap import App

Answer = Literal["said", "missing", "meanwhile", "no-number"]
"""Done; nothing there for this person; someone else has said something not seen yet; registered without a number."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says of a post that is to be registered; what is left empty is taken from the post."""

    kind: Kind = "criticism"
    subject: str = ""
    sender: str = ""
    unit: str = ""


def propose(app: App, scope: Scope, entry_id: str, wish: Wish, account: str) -> str | None:
    """The proposal's id; None where there is no such post for this person. The same wording twice is proposed once.

    The registrator is told, where routes.toml names one.
    """
    with reading(app.engine) as opened:
        found = detail.one(opened, scope, entry_id)
    if found is None:
        return None
    item, now = found[0], app.clock()
    link = _link(item.entry.url)
    content = capture.capture(item, link, app.config, now)
    given = _registration(item, wish, app, content)
    subject = " ".join(wish.subject.split()) or _subject(item, app)
    sender = " ".join(wish.sender.split()) or diary.NO_SENDER
    paper = Paper(subject[: diary.LONGEST_SUBJECT], sender[: diary.LONGEST_SENDER], link, content)
    registrator = app.config.receiver(app.config.registrator) if app.config.registrator else None
    with app.engine.begin() as connection:
        if registrations.propose(connection, given, paper, account, now) and registrator:
            beside.put(connection, app.config, letter(given, paper, registrator, app.config), now)
    return given.id


def settle(
    app: App, scope: Scope, id: str, state: State, reference: str, account: str, seen: int | None, note: str = ""
) -> tuple[Answer, Filed | None]:
    """Put it in `state`; a registered one has a number, which its post's cases are closed with. seen: how many lines of
    its history someone had before him; None where nobody looked."""
    number = " ".join(reference.split())[: diary.LONGEST_REFERENCE]
    with app.engine.begin() as connection:
        registrations.lock(connection, id)
        filed = view.one(connection, scope, id)
        if filed is None:
            return "missing", None
        if state == "registered" and not number:
            return "no-number", filed
        later = filed.history[seen:] if seen is not None else ()
        if any(event.by != account for event in later):
            return "meanwhile", filed
        if (filed.state, filed.reference) != (state, number if state == "registered" else ""):
            now = app.clock()
            event = Event(state, now, account, number if state == "registered" else "", note)
            registrations.add(connection, id, event)
            if state == "registered":
                for case in cases.of_entries(connection, [filed.registration.entry_id], []):
                    cases.decide(connection, case.id, "registered", by=account, via="dashboard", now=now, note=number)
    return "said", filed


def _registration(item: Item, wish: Wish, app: App, content: bytes) -> Registration:
    units = {unit.id for unit in app.config.units}
    unit = wish.unit if wish.unit in units else next(iter(item.assessment.units), "")
    id = short_hash("diary", item.entry.id, item.entry.revision)[:24]
    day = f"{item.when.astimezone(app.config.zone):%Y-%m-%d}"
    return Registration(
        id=id,
        entry_id=item.entry.id,
        kind=wish.kind,
        unit=unit,
        source_id=item.entry.source_id,
        dated=item.when,
        file=f"inlagg-{day}-{id[:8]}.pdf",
        sha256=capture.sha256(content),
    )


def _subject(item: Item, app: App) -> str:
    source = app.config.source(item.entry.source_id)
    return item.entry.title.strip() or f"Inlägg från {source.name if source else item.entry.source_id}"


def _link(url: str | None) -> str:
    """The address if it is one of the web: what was collected may hold any scheme."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return url if url and parts.scheme in ("http", "https") and parts.hostname else ""
