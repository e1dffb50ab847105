"""What a run has done, in numbers only: no text, no address, nothing that any role may not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from pipelines.store.schema import assessment, entry, flag, issue, message, poll
from pipelines.types import MAIL


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts since a time; `open_issues` are those open now, whenever they began."""

    asked: int
    """Sources asked at least once; the next four count each by its latest answer."""
    ok: int
    unchanged: int
    degraded: int
    failed: int
    entries: int
    """Entries first seen."""
    mentions: int
    """Those of them that concern the municipality."""
    flags: Mapping[str, int] = field(default_factory=dict)
    """Entries flagged by category, most first; an entry counts once for each category."""
    alerts_sent: int = 0
    digests_sent: int = 0
    others_sent: int = 0
    """Reminders, escalations, spikes, summaries."""
    waiting: int = 0
    """Messages that lie in the outbox now, untried or to be tried again."""
    undeliverable: int = 0
    """Messages given up since then."""
    open_issues: int = 0


def summary(connection: Connection, since: datetime) -> Summary:
    """What has happened since `since`."""
    latest = select(func.max(poll.c.id).label("id")).where(poll.c.at >= since).group_by(poll.c.source_id).subquery()
    outcomes = Counter(connection.execute(select(poll.c.outcome).join(latest, latest.c.id == poll.c.id)).scalars())
    seen = entry.c.first_seen >= since
    ours = select(func.count()).select_from(entry.join(assessment)).where(seen, assessment.c.about)
    flags = connection.execute(
        select(flag.c.category, func.count(flag.c.entry_id.distinct()).label("entries"))
        .join(entry, entry.c.id == flag.c.entry_id)
        .join(assessment, assessment.c.entry_id == entry.c.id)
        .where(seen, assessment.c.about)
        .group_by(flag.c.category)
        .order_by(func.count(flag.c.entry_id.distinct()).desc(), flag.c.category)
    )
    return Summary(
        asked=outcomes.total(),
        ok=outcomes["ok"],
        unchanged=outcomes["unchanged"],
        degraded=outcomes["degraded"],
        failed=outcomes["failed"],
        entries=connection.execute(select(func.count()).select_from(entry).where(seen)).scalar_one(),
        mentions=connection.execute(ours).scalar_one(),
        flags={row.category: row.entries for row in flags},
        open_issues=connection.execute(
            select(func.count()).select_from(issue).where(issue.c.closed_at.is_(None))
        ).scalar_one(),
        **_messages(connection, since),
    )


def watched_since(connection: Connection) -> datetime | None:
    """When the first entry came in; None before that."""
    return connection.execute(select(func.min(entry.c.first_seen))).scalar()


def _messages(connection: Connection, since: datetime) -> dict[str, int]:
    sent = Counter(
        connection.execute(
            select(message.c.kind).where(
                message.c.state == "sent", message.c.sent_at >= since, message.c.channel == MAIL
            )
        ).scalars()
    )
    left = Counter(
        connection.execute(
            select(message.c.state).where(
                message.c.state.in_(("pending", "claimed"))
                | ((message.c.state == "failed") & (message.c.not_before >= since))
            )
        ).scalars()
    )
    return {
        "alerts_sent": sent["alert"],
        "digests_sent": sent["digest"],
        "others_sent": sent.total() - sent["alert"] - sent["digest"],
        "waiting": left["pending"] + left["claimed"],
        "undeliverable": left["failed"],
    }
