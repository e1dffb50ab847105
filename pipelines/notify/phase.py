"""Assessments to mails that have left: route what is new, compose, put in the outbox, deliver.

    run     Item -route-> Notice -compose-> alert -deliver->      whenever there is something new
            Case -compose-> reminder, escalation -deliver->       when a clock says so
    digest  the same, and Notices -compose-> digest -deliver->    once per receiver and date

Each step takes what is pending in the database and nothing else, so that a second run, an overlapping run and a run
after a crash do only what has not been done.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from pipelines.bootstrap import App
from pipelines.config.load import secret
from pipelines.notify import alerts, daily, reminders, watch
from pipelines.notify.channels import Channel
from pipelines.notify.channels.opened import opened
from pipelines.notify.channels.smtp import SmtpChannel
from pipelines.notify.daily import preview
from pipelines.notify.deliver import deliver_all
from pipelines.settings import SMTP_PASSWORD
from pipelines.types import MAIL

__all__ = ["DigestReport", "NotifyReport", "digest", "preview", "run"]


@dataclass(frozen=True, slots=True)
class NotifyReport:
    """Counts of one run. `reminders`: mails about clocks, those that have run out too. `sent`,
    `deferred` and `failed` of all mails that were due, earlier ones among them.
    """

    routed: int
    notices: int
    alerts: int
    spikes: int
    reminders: int
    sent: int
    deferred: int
    failed: int

    def counts(self) -> dict[str, int]:
        """As a task hands it on."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class DigestReport:
    """Counts of one run. `days`: pairs of receiver and date done; `digests`: those of them that became a mail."""

    days: int
    digests: int
    sent: int
    deferred: int
    failed: int

    def counts(self) -> dict[str, int]:
        """As a task hands it on."""
        return asdict(self)


def run(app: App, *, channel: Channel | None = None, renotify: bool = False) -> NotifyReport:
    """Route what is new, tell at once what is urgent, and deliver every mail that is due.

    renotify: route anew what is recent, after a change of rules or routes. channel: where mails go; None for the server
    of mail.toml. Raises UserError where its password cannot be read.
    """
    through = _channels(app, channel)
    if renotify:
        alerts.renotify(app)
    routed, given = alerts.route_pending(app)
    made = alerts.compose_untold(app)
    watch.report_silence(app)
    many = watch.tell_spikes(app)
    reminded = reminders.tell(app)
    delivered = deliver_all(app, through)
    return NotifyReport(routed, given, made, many, reminded, delivered.sent, delivered.deferred, delivered.failed)


def digest(app: App, day: date | None = None, *, channel: Channel | None = None) -> DigestReport:
    """Send the digests that are due, missed ones of the last days too; with `day` that day's, where it has not run.

    Raises WrongCall for a day whose window has not closed, UserError where the mail server's password cannot be read.
    """
    through = _channels(app, channel)
    alerts.route_pending(app)
    alerts.compose_untold(app)
    reminders.tell(app)
    done = [daily.put(app, receiver, chosen) for receiver, chosen in daily.due(app, day)]
    delivered = deliver_all(app, through)
    return DigestReport(
        days=sum(made is not None for made in done),
        digests=sum(made is True for made in done),
        sent=delivered.sent,
        deferred=delivered.deferred,
        failed=delivered.failed,
    )


def _channels(app: App, mail: Channel | None) -> dict[str, Channel]:
    return {MAIL: mail or _smtp(app)} | {row.id: opened(row, app) for row in app.config.channels}


def _smtp(app: App) -> Channel:
    return SmtpChannel(app.config.smtp, app.config.sender, secret(SMTP_PASSWORD, app.environment), app.clock)
