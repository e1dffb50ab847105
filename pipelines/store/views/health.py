"""How the sources fare, and the problems that are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from pipelines.store import sources
from pipelines.store.schema import AnyRow, entry, gist, issue, poll, source_state
from pipelines.store.sources import SourceState
from pipelines.store.views.scope import Scope, gists_in, issues_in


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What is known of one source."""

    state: SourceState
    outcome: str | None
    """Of the latest visit: ok, unchanged, degraded or failed; None where the log holds none."""
    reason: str | None
    """What went wrong then, one Swedish sentence."""
    entries: int = 0
    """Since the time asked for, those the reader may see."""
    about: int = 0
    """Those of them that concern the municipality."""


@dataclass(frozen=True, slots=True)
class OpenIssue:
    key: str
    subject: str
    text: str
    remedy: str
    first_at: datetime
    last_at: datetime
    count: int


def health(connection: Connection, scope: Scope, since: datetime | None) -> dict[str, SourceHealth]:
    """Every source that was ever asked, by id; with the entries since then, unless it is None."""
    states = sources.states(connection)
    latest = (
        select(poll.c.id)
        .where(poll.c.source_id == source_state.c.source_id)
        .order_by(poll.c.at.desc(), poll.c.id.desc())
        .limit(1)
        .correlate(source_state)
        .scalar_subquery()
    )
    visits = {row.source_id: row for row in connection.execute(select(poll).join(source_state, poll.c.id == latest))}
    given = _entries(connection, scope, since) if since else {}
    return {
        key: SourceHealth(
            state=state,
            outcome=visits[key].outcome if key in visits else None,
            reason=visits[key].reason if key in visits else None,
            entries=given[key].entries if key in given else 0,
            about=given[key].about if key in given else 0,
        )
        for key, state in states.items()
    }


def _entries(connection: Connection, scope: Scope, since: datetime) -> dict[str, AnyRow]:
    counted = (
        select(entry.c.source_id, func.count().label("entries"), func.count(case((gist.c.about, 1))).label("about"))
        .join(gist, gist.c.entry_id == entry.c.id)
        .where(entry.c.first_seen >= since, *gists_in(scope))
        .group_by(entry.c.source_id)
    )
    return {row.source_id: row for row in connection.execute(counted)}


def issues(connection: Connection, scope: Scope) -> tuple[OpenIssue, ...]:
    """The problems that are open, the latest seen first."""
    rows = connection.execute(
        select(*(issue.c[name] for name in OpenIssue.__dataclass_fields__))
        .where(issue.c.closed_at.is_(None), *issues_in(scope))
        .order_by(issue.c.last_at.desc(), issue.c.key)
    )
    return tuple(OpenIssue(**row) for row in rows.mappings())
