"""Claim, send, mark: what stands in the outbox goes out once, and a crash at any point loses nothing.

A crash between send and mark repeats one mail, with the Message-ID it had, when the claim's lease has run out: SMTP has
no way to ask whether a mail has arrived.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from pipelines.bootstrap import App
from pipelines.config.schema import Config, Retry
from pipelines.notify.channels import Channel
from pipelines.store import issues, outbox
from pipelines.types import Issue, Message, Refusal, short_hash

CHANNEL_ISSUE = "channel:smtp"
STEPS_OF_A_SEND = 9
"""Answers awaited for one mail on a fresh connection (greeting, EHLO, STARTTLS, EHLO, AUTH, MAIL, RCPT, DATA, end of
data), each for at most the channel's timeout: a lease must outlast them, or a slow server gets the mail twice."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Messages by what became of them in one call."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0


def deliver(app: App, channel: Channel) -> Delivered:
    """Send every Message that is due. Each is claimed and marked in a transaction of its own, so that any number of
    workers may run at once. Stops early where the channel is out of order.
    """
    worker = uuid.uuid4().hex
    sent = deferred = failed = 0
    with channel:
        while message := _claim(app, worker):
            given, attempts = message
            refusal = channel.send(given)
            if refusal is None:
                _mark_sent(app, worker, given)
                sent += 1
            elif _give_back(app, worker, given, attempts, refusal):
                deferred += 1
            else:
                failed += 1
            if refusal is not None and refusal.unreachable:
                break
    return Delivered(sent, deferred, failed)


def delay(retry: Retry, key: str, attempts: int) -> timedelta:
    """How long a Message waits that has been tried `attempts` times before: doubled each time, and shortened by up to a
    quarter, by its key, so that what was refused together does not come back together.
    """
    longest = min(retry.max_delay_seconds, retry.first_delay_seconds * 2**attempts)
    spread = int(short_hash(key, str(attempts))[:8], 16) / 0xFFFFFFFF
    return timedelta(seconds=longest * (1 - spread / 4))


def _claim(app: App, worker: str) -> tuple[Message, int] | None:
    lease = max(app.config.retry.lease_seconds, STEPS_OF_A_SEND * app.config.smtp.timeout_seconds)
    with app.engine.begin() as connection:
        claimed = outbox.claim(connection, worker, app.clock(), timedelta(seconds=lease), limit=1)
    return claimed[0] if claimed else None


def _mark_sent(app: App, worker: str, message: Message) -> None:
    now = app.clock()
    with app.engine.begin() as connection:
        outbox.sent(connection, message.key, worker, now)
        issues.close(connection, CHANNEL_ISSUE, now)
        issues.close(connection, _receiver_issue(message.receiver), now)


def _give_back(app: App, worker: str, message: Message, attempts: int, refusal: Refusal) -> bool:
    """Whether it will be tried again."""
    now = app.clock()
    retry = app.config.retry
    last = refusal.permanent or (not refusal.unreachable and attempts + 1 >= retry.attempts)
    again_at = None if last else now + delay(retry, message.key, attempts)
    with app.engine.begin() as connection:
        outbox.refused(connection, message.key, worker, refusal.reason, again_at, counted=not refusal.unreachable)
        if refusal.unreachable:
            issues.report(connection, _channel_problem(app.config, refusal), now)
        elif last:
            issues.report(connection, _receiver_problem(message, refusal), now)
    return not last


def _receiver_issue(receiver: str) -> str:
    return f"receiver:{receiver}:undelivered"


def _channel_problem(config: Config, refusal: Refusal) -> Issue:
    return Issue(
        key=CHANNEL_ISSUE,
        subject=CHANNEL_ISSUE,
        text=f"E-postservern {config.smtp.host} tar inte emot våra mejl: {refusal.reason}.",
        remedy="Kontrollera servern och [smtp] i mail.toml. Mejlen ligger kvar och skickas när servern svarar igen.",
    )


def _receiver_problem(message: Message, refusal: Refusal) -> Issue:
    return Issue(
        key=_receiver_issue(message.receiver),
        subject=f"receiver:{message.receiver}",
        text=f"Mejl till {message.receiver} kom inte fram: {refusal.reason}.",
        remedy="Rätta adressen i units.toml eller routes.toml. Mejlet finns att läsa under Utskick.",
    )
