"""What people decide about stories: split one, merge two. Kept with who and when; the machine moves nothing after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from pipelines.labels import ToldAs
from pipelines.store.schema import entry, story, story_decision, story_entry
from pipelines.store.stories import placed
from pipelines.types import short_hash


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a story."""

    entry_id: str
    source_id: str
    at: datetime
    told_as: ToldAs
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person has done to a story."""

    kind: str
    story_id: str
    into_id: str
    entries: tuple[str, ...]
    by: str
    at: datetime


def lines(connection: Connection, story_id: str) -> tuple[Line, ...]:
    """The entries of a story, oldest first; none where there is no such story."""
    rows = connection.execute(
        select(story_entry, entry.c.source_id, entry.c.title, entry.c.text)
        .join(entry, entry.c.id == story_entry.c.entry_id)
        .where(story_entry.c.story_id == story_id)
        .order_by(story_entry.c.at, story_entry.c.entry_id)
    )
    return tuple(
        Line(row.entry_id, row.source_id, row.at, row.told_as, row.title or row.text[:80], row.reason) for row in rows
    )


def of_story(connection: Connection, story_id: str) -> tuple[Decision, ...]:
    """What people have decided about a story, oldest first."""
    rows = connection.execute(
        select(story_decision)
        .where((story_decision.c.story_id == story_id) | (story_decision.c.into_id == story_id))
        .order_by(story_decision.c.id)
    )
    return tuple(Decision(row.kind, row.story_id, row.into_id, tuple(row.entries), row.by, row.at) for row in rows)


def split(connection: Connection, entry_ids: Sequence[str], by: str, now: datetime) -> str | None:
    """Take entries out of their story into one of their own; its id. None where they are not a part of one story."""
    chosen = list(dict.fromkeys(entry_ids))
    of = placed(connection, chosen)
    if len(of) < len(chosen) or len(set(of.values())) != 1:
        return None
    (old,) = set(of.values())
    if len(lines(connection, old)) == len(chosen):
        return None
    new = _free(connection, [line.entry_id for line in lines(connection, old) if line.entry_id in of], old, now)
    _move(connection, "split", chosen, old, new, by, now)
    return new


def merge(connection: Connection, into: str, other: str, by: str, now: datetime) -> int | None:
    """Put all entries of story `other` into `into`. Returns how many; None where either is empty or both are one."""
    moved = [line.entry_id for line in lines(connection, other)]
    if into == other or not moved or not lines(connection, into):
        return None
    _move(connection, "merge", moved, other, into, by, now)
    return len(moved)


def _free(connection: Connection, chosen: Sequence[str], old: str, now: datetime) -> str:
    """An id for a story of those entries: the one that the first of them gave, unless the old story bears it. A story
    that was merged and is split off again has thereby the id that it had."""
    filled = set(connection.execute(select(story_entry.c.story_id).where(story_entry.c.story_id.in_(chosen))).scalars())
    return next((id for id in chosen if id != old and id not in filled), short_hash(*chosen, now.isoformat()))


def _move(connection: Connection, kind: str, chosen: Sequence[str], old: str, new: str, by: str, now: datetime) -> None:
    if connection.execute(select(story.c.id).where(story.c.id == new)).one_or_none() is None:
        connection.execute(insert(story).values(id=new, first_at=now, last_at=now))
    verb = "Skilt från en annan historia" if kind == "split" else "Sammanfört med historien"
    connection.execute(
        update(story_entry)
        .where(story_entry.c.entry_id.in_(chosen))
        .values(story_id=new, told_as="moved", reason=f"{verb} av {by}.")
    )
    connection.execute(
        insert(story_decision).values(kind=kind, story_id=old, into_id=new, entries=list(chosen), by=by, at=now)
    )
    for id in (old, new):
        span = connection.execute(
            select(func.min(story_entry.c.at).label("first"), func.max(story_entry.c.at).label("last")).where(
                story_entry.c.story_id == id
            )
        ).one()
        if span.first is not None:
            connection.execute(update(story).where(story.c.id == id).values(first_at=span.first, last_at=span.last))
