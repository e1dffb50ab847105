"""Proposals to the diary: stored once, all that happens to one a line of its history, and the last line its state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, delete, func, insert, or_, select

from pipelines.duties.diary import Event, Filed, Paper, Registration
from pipelines.store.schema import entry, registration, registration_event, registration_paper

FIELDS = tuple(Registration.__dataclass_fields__)
LONGEST_NOTE = 200


def propose(connection: Connection, given: Registration, paper: Paper, by: str, now: datetime) -> bool:
    """Store a proposal with its paper. False, and nothing stored, where it is there already."""
    if connection.execute(select(registration.c.id).where(registration.c.id == given.id)).first():
        return False
    connection.execute(insert(registration).values({name: getattr(given, name) for name in FIELDS}))
    columns = {name: getattr(paper, name) for name in Paper.__dataclass_fields__}
    connection.execute(insert(registration_paper).values(registration_id=given.id, **columns))
    add(connection, given.id, Event("proposed", now, by))
    return True


def add(connection: Connection, id: str, event: Event) -> None:
    """A line more of its history."""
    note = " ".join(event.note.split())[:LONGEST_NOTE]
    values = {"action": event.action, "at": event.at, "by": event.by, "reference": event.reference, "note": note}
    connection.execute(insert(registration_event).values(registration_id=id, **values))


def lock(connection: Connection, id: str) -> None:
    """Let nobody else add to its history until this transaction ends."""
    connection.execute(select(registration.c.id).where(registration.c.id == id).with_for_update())


def loaded(connection: Connection, ids: Sequence[str], *, papers: bool) -> tuple[Filed, ...]:
    """Those with these ids, of which there may be a few hundred, in their order; with `papers` what is left of them."""
    rows = {row.id: row for row in connection.execute(select(registration).where(registration.c.id.in_(ids)))}
    past: dict[str, list[Event]] = {}
    events = select(registration_event).where(registration_event.c.registration_id.in_(ids))
    for row in connection.execute(events.order_by(registration_event.c.id)):
        past.setdefault(row.registration_id, []).append(Event(row.action, row.at, row.by, row.reference, row.note))
    kept = {}
    if papers:
        found = select(registration_paper).where(registration_paper.c.registration_id.in_(ids))
        kept = {
            row.registration_id: Paper(row.subject, row.sender, row.link, row.content)
            for row in connection.execute(found)
        }
    return tuple(
        Filed(
            Registration(**{name: getattr(rows[id], name) for name in FIELDS}),
            tuple(past[id]),
            kept.get(id),
        )
        for id in ids
        if id in rows
    )


def last_action() -> Select[tuple[str, datetime]]:
    """Id, last action and when, of each; for views."""
    newest = select(func.max(registration_event.c.id)).group_by(registration_event.c.registration_id)
    return select(registration_event.c.registration_id, registration_event.c.action, registration_event.c.at).where(
        registration_event.c.id.in_(newest)
    )


def standing() -> Select[tuple[str]]:
    """Ids of posts that wait for the registrar or are registered; for what is kept of them."""
    last = last_action().subquery()
    chosen = select(registration.c.entry_id).join(last, last.c.registration_id == registration.c.id)
    return chosen.where(last.c.action != "declined")


def forget_papers(connection: Connection, before: datetime) -> int:
    """Delete the papers of what was settled before `before`, and of posts that are emptied themselves. What was
    decided, and under which number, stays. Returns how many."""
    settled = _settled(before)
    emptied = (
        select(registration.c.id)
        .join(entry, entry.c.id == registration.c.entry_id)
        .where(entry.c.purged_at.is_not(None))
    )
    paper = registration_paper.c.registration_id
    return connection.execute(delete(registration_paper).where(or_(paper.in_(settled), paper.in_(emptied)))).rowcount


def old(connection: Connection, before: datetime) -> tuple[str, ...]:
    """Ids of what was settled before `before`."""
    return tuple(row.registration_id for row in connection.execute(_settled(before)))


def _settled(before: datetime) -> Select[tuple[str]]:
    last = last_action().subquery()
    return select(last.c.registration_id).where(last.c.action != "proposed", last.c.at < before)
