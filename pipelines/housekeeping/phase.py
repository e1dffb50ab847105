"""Forget what has had its time. Run twice, the second time finds nothing to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from pipelines.bootstrap import App
from pipelines.store import (
    access,
    accounts,
    assessments,
    corrections,
    entries,
    issues,
    outbox,
    registrations,
    search,
    sources,
    stories,
)
from pipelines.store.engine import tidy

ISSUES_DAYS = 90
"""A problem that has been over for a quarter is of no use to anyone who mends sources."""

LOGIN_DAYS = 1
"""What was tried in vain counts for minutes."""

STORY_KEYS_DAYS = 28
"""Twice as long as the same words tell the same story: what is collected late is still known again."""


@dataclass(frozen=True, slots=True)
class HousekeepingReport:
    """How many were emptied or deleted, of each kind."""

    entries: int
    assessments: int
    corrections: int
    mails: int
    papers: int
    polls: int
    logins: int
    issues: int
    story_keys: int
    accesses: int

    def counts(self) -> dict[str, int]:
        """As a task hands it on."""
        return asdict(self)


def run(app: App) -> HousekeepingReport:
    """Forget, in one transaction, what is older than the configuration's [retention] allows; then tidy the database.

    An emptied entry keeps its id and its routing, so that neither a later fetch nor a later run tells of it again.
    """
    now = app.clock()
    kept = app.config.retention
    with app.engine.begin() as connection:
        access.seal_ended(connection, now)
        report = HousekeepingReport(
            entries=entries.purge(connection, now - timedelta(days=kept.entries_days), now),
            assessments=assessments.forget_purged(connection),
            corrections=corrections.forget_purged(connection),
            mails=outbox.forget(connection, now - timedelta(days=kept.mails_days)),
            papers=registrations.forget(connection, now - timedelta(days=kept.mails_days)),
            polls=sources.forget_polls(connection, now - timedelta(days=kept.polls_days)),
            logins=accounts.forget_expired(connection, now, now - timedelta(days=LOGIN_DAYS)),
            issues=issues.forget_closed(connection, now - timedelta(days=ISSUES_DAYS)),
            story_keys=stories.forget_keys(connection, now - timedelta(days=STORY_KEYS_DAYS)),
            accesses=access.purge(connection, now - timedelta(days=kept.access_days), now),
        )
    if report.entries:
        with app.engine.begin() as connection:
            search.tidy(connection)
    tidy(app.engine)
    return report
