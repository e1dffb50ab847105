"""What the watch does, in numbers for machines: no text, no address, no unit; as `views.totals`, open to every role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from pipelines.store.schema import assessment, entry, issue, message, poll

LEFT = ("pending", "claimed")
"""States of a message that lies in the outbox."""


@dataclass(frozen=True, slots=True)
class Gauges:
    """Counts of what has happened since a time."""

    visits: Mapping[tuple[str, str], int]
    """(source, outcome of the visit) -> visits."""
    entries: Mapping[tuple[str, str], int]
    """(source, new or edited) -> entries."""
    about: int
    """Entries that concern the municipality."""
    unsure: int
    """Those of them whose tone the program does not know."""
    versions: Mapping[str, int]
    """Version of the understanding -> entries that it has assessed."""


def since(connection: Connection, time: datetime) -> Gauges:
    """What has happened since `time`."""
    rows = connection.execute(
        select(
            poll.c.source_id,
            poll.c.outcome,
            func.count().label("visits"),
            func.sum(poll.c.new).label("new"),
            func.sum(poll.c.edited).label("edited"),
        )
        .where(poll.c.at >= time)
        .group_by(poll.c.source_id, poll.c.outcome)
    ).all()
    entries: dict[tuple[str, str], int] = {}
    for row in rows:
        for what, count in (("new", row.new), ("edited", row.edited)):
            entries[row.source_id, what] = entries.get((row.source_id, what), 0) + count
    assessed = connection.execute(
        select(
            assessment.c.version,
            func.count().label("entries"),
            func.count(case((assessment.c.about, 1))).label("about"),
            func.count(case((assessment.c.about & (assessment.c.tone == "unsure"), 1))).label("unsure"),
        )
        .join(entry, entry.c.id == assessment.c.entry_id)
        .where(entry.c.first_seen >= time)
        .group_by(assessment.c.version)
    ).all()
    return Gauges(
        visits={(row.source_id, row.outcome): row.visits for row in rows},
        entries=entries,
        about=sum(row.about for row in assessed),
        unsure=sum(row.unsure for row in assessed),
        versions={row.version: row.entries for row in assessed},
    )


def outbox(connection: Connection) -> dict[tuple[str, str], int]:
    """(channel, state) -> messages that wait or were given up."""
    chosen = select(message.c.channel, message.c.state, func.count().label("messages"))
    rows = connection.execute(
        chosen.where(message.c.state.in_((*LEFT, "failed"))).group_by(message.c.channel, message.c.state)
    )
    return {(row.channel, row.state): row.messages for row in rows}


def refused(connection: Connection) -> dict[str, int]:
    """Channel -> messages that wait for another try after a refusal."""
    chosen = select(message.c.channel, func.count().label("messages"))
    rows = connection.execute(
        chosen.where(message.c.state.in_(LEFT), message.c.last_refusal.is_not(None)).group_by(message.c.channel)
    )
    return {row.channel: row.messages for row in rows}


def overdue(connection: Connection, before: datetime) -> int:
    """Messages that should have left before that time and have not: what waits for its hour is none of them."""
    due = (message.c.not_before < before) | message.c.last_refusal.is_not(None)
    late = (message.c.state.in_(LEFT), message.c.created_at < before, due)
    return connection.execute(select(func.count()).select_from(message).where(*late)).scalar_one()


def last_visit(connection: Connection) -> datetime | None:
    """When a source was last asked; None where none was."""
    at: datetime | None = connection.execute(select(func.max(poll.c.at))).scalar_one()
    return at


def open_issues(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(issue).where(issue.c.closed_at.is_(None))).scalar_one()
