"""Which receiver has had which day's digest: unique per receiver and date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, insert, or_, select, true

from pipelines.store import items
from pipelines.store.schema import assessment, digest_run, entry, entry_unit, flag, notice, poll, story_entry
from pipelines.types import Item


def last(connection: Connection, receiver: str) -> date | None:
    """The latest date whose digest `receiver` has had, None before the first."""
    found = connection.execute(
        select(func.max(digest_run.c.date)).where(digest_run.c.receiver == receiver)
    ).scalar_one()
    return date.fromisoformat(found) if found else None


def done(connection: Connection, receiver: str, day: date) -> bool:
    """Whether that day's digest has run for `receiver`."""
    return (
        connection.execute(
            select(digest_run.c.at).where(digest_run.c.receiver == receiver, digest_run.c.date == day.isoformat())
        ).first()
        is not None
    )


def record(connection: Connection, receiver: str, day: date, message_key: str | None, now: datetime) -> None:
    """Note that the digest has run. Raises IntegrityError where another worker has noted it first."""
    connection.execute(
        insert(digest_run).values(receiver=receiver, date=day.isoformat(), message_key=message_key, at=now)
    )


def watched_since(connection: Connection) -> datetime | None:
    """When the first source was first asked; None before that."""
    first: datetime | None = connection.execute(select(func.min(poll.c.at))).scalar_one()
    return first


def waits(connection: Connection, receiver: str, before: datetime) -> bool:
    """Whether something published before `before` is still to be told in a digest."""
    return (
        connection.execute(
            select(notice.c.id)
            .where(notice.c.receiver == receiver, notice.c.digest_key.is_(None), notice.c.at < before)
            .limit(1)
        ).first()
        is not None
    )


def figures(connection: Connection, start: datetime, end: datetime, units: Sequence[str]) -> dict[str, int]:
    """Counts of what was written about the municipality from `start` up to `end`: about, negative, questions, positive,
    flagged. With `units`, only what names one of them and is not withheld from them: a count would give it away.
    """
    ours = and_(assessment.c.about, entry.c.purged_at.is_(None), when() >= start, when() < end)
    if units:
        named = entry.c.id.in_(select(entry_unit.c.entry_id).where(entry_unit.c.unit_id.in_(units)))
        ours = and_(ours, named, ~or_(assessment.c.by_employee, assessment.c.about_management))
    negative = or_(assessment.c.stance == "critical", assessment.c.tone == "negative")
    counted = {
        "about": true(),
        "negative": negative,
        "questions": assessment.c.intent == "question",
        "positive": assessment.c.stance == "supportive",
        "flagged": entry.c.id.in_(select(flag.c.entry_id)),
    }
    row = connection.execute(
        select(*(func.coalesce(func.sum(case((what, 1), else_=0)), 0).label(name) for name, what in counted.items()))
        .select_from(entry)
        .join(assessment, assessment.c.entry_id == entry.c.id)
        .where(ours)
    ).one()
    return {name: int(row._mapping[name]) for name in counted}


def spread(
    connection: Connection, receiver: str, start: datetime, end: datetime, limit: int
) -> list[tuple[Item, int, int]]:
    """The stories that `receiver` has been told of and that most sources tell from `start` up to `end`, at least two:
    the first entry of each, how many entries and how many sources. None of which any entry is flagged.
    """
    story_id = story_entry.c.story_id
    told = select(notice.c.story_id).where(notice.c.receiver == receiver)
    told_of = select(notice.c.entry_id).where(notice.c.receiver == receiver)
    flagged = select(story_entry.c.story_id).join(flag, flag.c.entry_id == story_entry.c.entry_id)
    ours = (
        assessment.c.about,
        when() >= start,
        when() < end,
        story_id.in_(told),
        story_id.not_in(flagged),
        # what is withheld from units is shown to those who were told of it
        or_(~(assessment.c.by_employee | assessment.c.about_management), entry.c.id.in_(told_of)),
    )
    width = func.count(entry.c.source_id.distinct())
    rows = connection.execute(
        items.query()
        .where(*ours)
        .with_only_columns(story_id, func.count().label("entries"), width.label("sources"), maintain_column_froms=True)
        .group_by(story_id)
        .having(width > 1)
        .order_by(width.desc(), func.count().desc(), story_id)
        .limit(limit)
    ).all()
    found = items.load(
        connection,
        items.query().where(*ours, story_id.in_([row.story_id for row in rows])).order_by(when().desc(), entry.c.id),
    )
    first = {item.story_id: item for item in found}
    return [(first[row.story_id], row.entries, row.sources) for row in rows]


def when() -> ColumnElement[datetime]:
    """`Item.when` in SQL: published, or first seen where that is unknown or yet to come."""
    return case((entry.c.published <= entry.c.first_seen, entry.c.published), else_=entry.c.first_seen)
