"""Holds: what must not go though its time is up. Only ever added to; the database refuses every change.

A hold ends on its day, or by a line that says who ended it and why. There is no UPDATE in this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Select, exists, insert, or_, select

from pipelines.store.schema import entry, hold_event, notice, story, story_entry
from pipelines.types import short_hash

Kind = Literal["post", "story", "source"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Hold:
    """What is held, until when, and who said so; the last three where it was ended before its day."""

    id: str
    kind: Kind
    subject: str
    """Id of the post, the story or the source."""
    until: datetime
    reason: str
    by: str
    at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_why: str = ""

    def holds(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.until


def add(
    connection: Connection, kind: Kind, subject: str, *, until: datetime, reason: str, by: str, now: datetime
) -> str:
    """Begin a hold; its id."""
    id = short_hash("hold", kind, subject, now.isoformat(), reason)[:12]
    values = {"kind": kind, "subject": subject, "until": until, "reason": reason, "by": by, "at": now}
    connection.execute(insert(hold_event).values(hold=id, action="add", **values))
    return id


def end(connection: Connection, id: str, *, reason: str, by: str, now: datetime) -> bool:
    """End a hold before its day. False where there is none of that id that holds."""
    found = next((one for one in listed(connection) if one.id == id and one.holds(now)), None)
    if found is None:
        return False
    values = {"kind": found.kind, "subject": found.subject, "until": found.until, "reason": reason, "by": by, "at": now}
    connection.execute(insert(hold_event).values(hold=id, action="end", **values))
    return True


def listed(connection: Connection) -> tuple[Hold, ...]:
    """Every hold, the oldest first."""
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(select(hold_event).order_by(hold_event.c.id)):
        if row.action == "add":
            names = ("kind", "subject", "until", "reason", "by", "at")
            found[row.hold] = {"id": row.hold} | {name: getattr(row, name) for name in names}
        elif row.hold in found:
            found[row.hold] |= {"ended_at": row.at, "ended_by": row.by, "ended_why": row.reason}
    return tuple(Hold(**values) for values in found.values())


def is_there(connection: Connection, kind: Kind, subject: str) -> bool:
    """Whether there is a post or a story of that id, with a text that can still be held; sources are not known here."""
    if kind == "post":
        asked = select(entry.c.id).where(entry.c.id == subject, entry.c.purged_at.is_(None))
    else:
        asked = select(story.c.id).where(story.c.id == subject)
    return connection.execute(asked).first() is not None


def held(now: datetime) -> ColumnElement[bool]:
    """That the entry of the enclosing query is held."""
    stories = select(story_entry.c.entry_id).where(story_entry.c.story_id.in_(_subjects("story", now)))
    return or_(
        entry.c.id.in_(_subjects("post", now)),
        entry.c.source_id.in_(_subjects("source", now)),
        entry.c.id.in_(stories),
    )


def held_entries(connection: Connection, now: datetime) -> frozenset[str]:
    """The ids of all entries that are held."""
    if not any(one.holds(now) for one in listed(connection)):
        return frozenset()
    return frozenset(connection.execute(select(entry.c.id).where(held(now))).scalars())


def held_mails(now: datetime) -> Select[Any]:
    """The keys of the messages that have told of what is held."""
    told = select(notice.c.alert_key.label("key"), notice.c.entry_id).union_all(
        select(notice.c.digest_key, notice.c.entry_id)
    )
    by_entry = told.subquery()
    return (
        select(by_entry.c.key)
        .join(entry, entry.c.id == by_entry.c.entry_id)
        .where(by_entry.c.key.is_not(None), held(now))
    )


def _subjects(kind: Kind, now: datetime) -> Select[Any]:
    ended = hold_event.alias()
    return select(hold_event.c.subject).where(
        hold_event.c.action == "add",
        hold_event.c.kind == kind,
        hold_event.c.until > now,
        ~exists().where(ended.c.hold == hold_event.c.hold, ended.c.action == "end"),
    )
