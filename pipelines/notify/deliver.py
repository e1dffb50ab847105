"""Claim, send, mark: what stands in the outbox goes out once, and a crash at any point loses nothing.

A crash between send and mark repeats one mail, with the Message-ID it had, when the claim's lease has run out: SMTP has
no way to ask whether a mail has arrived.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Self

from pipelines.bootstrap import App
from pipelines.config.schema import Config, Retry
from pipelines.notify.channels import Channel
from pipelines.store import issues, outbox
from pipelines.types import MAIL, Issue, Message, Refusal, short_hash

STEPS_OF_A_SEND = 9
"""Answers awaited for one mail on a fresh connection (greeting, EHLO, STARTTLS, EHLO, AUTH, MAIL, RCPT, DATA, end of
data), each for at most the channel's timeout: a lease must outlast them, or a slow server gets the mail twice."""
LONGEST_START = 60
"""Seconds that a channel other than mail may take beside its timeout."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Messages by what became of them in one call."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0

    def __add__(self, other: Delivered) -> Self:
        return type(self)(self.sent + other.sent, self.deferred + other.deferred, self.failed + other.failed)


def deliver_all(app: App, channels: Mapping[str, Channel]) -> Delivered:
    """`deliver` for each channel by its name, side by side: one that hangs keeps no other waiting."""
    with ThreadPoolExecutor(len(channels), thread_name_prefix="channel") as pool:
        running = [pool.submit(deliver, app, channel, name) for name, channel in channels.items()]
    return sum((one.result() for one in running), Delivered())


def deliver(app: App, channel: Channel, name: str = MAIL) -> Delivered:
    """Send every Message of the channel `name` that is due. Each is claimed and marked in a transaction of its own, so
    that any number of workers may run at once. Stops early where the channel is out of order.
    """
    worker = uuid.uuid4().hex
    failed = _give_up(app, name)
    sent = deferred = 0
    claim = partial(_claim, app, worker, name)
    healed: set[str] = set()
    with channel:
        while message := claim():
            given, attempts = message
            refusal = channel.send(given)
            if refusal is None:
                over = {_channel_issue(given.channel), *_own_issues(given)} - healed
                _mark_sent(app, worker, given, over)
                healed |= over
                sent += 1
            elif _give_back(app, worker, given, attempts, refusal):
                deferred += 1
            else:
                failed += 1
            if refusal is not None:
                healed.clear()
                if refusal.unreachable:
                    break
    return Delivered(sent, deferred, failed)


def delay(retry: Retry, key: str, attempts: int) -> timedelta:
    """How long a Message waits that has been tried `attempts` times before: doubled each time, and shortened by up to a
    quarter, by its key, so that what was refused together does not come back together.
    """
    longest = min(retry.max_delay_seconds, retry.first_delay_seconds * 2**attempts)
    spread = int(short_hash(key, str(attempts))[:8], 16) / 0xFFFFFFFF
    return timedelta(seconds=longest * (1 - spread / 4))


def _claim(app: App, worker: str, name: str) -> tuple[Message, int] | None:
    lease = max(app.config.retry.lease_seconds, _longest_send(app.config, name))
    with app.engine.begin() as connection:
        claimed = outbox.claim(connection, worker, app.clock(), timedelta(seconds=lease), limit=1, channel=name)
    return claimed[0] if claimed else None


def _longest_send(config: Config, name: str) -> float:
    """Seconds."""
    row = next((row for row in config.channels if row.id == name), None)
    return STEPS_OF_A_SEND * config.smtp.timeout_seconds if row is None else LONGEST_START + 2 * row.timeout_seconds


def _give_up(app: App, name: str) -> int:
    """How many Messages have waited too long for a channel that is no mail: in a chat they are no news any more."""
    row = next((row for row in app.config.channels if row.id == name), None)
    if row is None:
        return 0
    now = app.clock()
    with app.engine.begin() as connection:
        late = outbox.give_up(connection, name, now - timedelta(hours=row.give_up_hours), "för gammalt för kanalen")
        if late:
            issues.report(connection, _lost_problem(name, f"{late} väntade mer än {row.give_up_hours} timmar"), now)
    return late


def _mark_sent(app: App, worker: str, message: Message, over: Iterable[str]) -> None:
    now = app.clock()
    with app.engine.begin() as connection:
        outbox.sent(connection, message.key, worker, now)
        for key in over:
            issues.close(connection, key, now)


def _give_back(app: App, worker: str, message: Message, attempts: int, refusal: Refusal) -> bool:
    """Whether it will be tried again."""
    now = app.clock()
    retry = app.config.retry
    last = refusal.permanent or (not refusal.unreachable and attempts + 1 >= retry.attempts)
    again_at = None if last else now + delay(retry, message.key, attempts)
    with app.engine.begin() as connection:
        outbox.refused(connection, message.key, worker, refusal.reason, again_at, counted=not refusal.unreachable)
        if refusal.unreachable:
            issues.report(connection, _channel_problem(app.config, message.channel, refusal), now)
        elif last and message.channel == MAIL:
            issues.report(connection, _receiver_problem(message, refusal), now)
        elif last:
            issues.report(connection, _lost_problem(message.channel, refusal.reason), now)
    return not last


def _channel_issue(name: str) -> str:
    """What the keys of all problems with the channel begin with."""
    return f"channel:{name}:"


def _own_issues(message: Message) -> tuple[str, ...]:
    return (_receiver_issue(message.receiver),) if message.channel == MAIL else ()


def _receiver_issue(receiver: str) -> str:
    return f"receiver:{receiver}:undelivered"


def _channel_problem(config: Config, name: str, refusal: Refusal) -> Issue:
    if name == MAIL:
        text = f"E-postservern {config.smtp.host} tar inte emot våra mejl: {refusal.reason}."
        remedy = "Kontrollera servern och [smtp] i mail.toml. Mejlen ligger kvar och skickas när servern svarar igen."
    else:
        text = f"Kanalen {name} går inte att använda: {refusal.reason}."
        remedy = "Kontrollera kanalen i channels.toml och hemligheten i dess miljövariabel. Mejlen går ut som vanligt."
    return Issue(f"{_channel_issue(name)}down", f"channel:{name}", text, remedy)


def _lost_problem(name: str, reason: str) -> Issue:
    return Issue(
        key=f"{_channel_issue(name)}lost",
        subject=f"channel:{name}",
        text=f"Kanalen {name} har inte fått allt den skulle: {reason}.",
        remedy="Kontrollera kanalen i channels.toml. Allt står i mejlen, som inte påverkas.",
    )


def _receiver_problem(message: Message, refusal: Refusal) -> Issue:
    return Issue(
        key=_receiver_issue(message.receiver),
        subject=f"receiver:{message.receiver}",
        text=f"Mejl till {message.receiver} kom inte fram: {refusal.reason}.",
        remedy="Rätta adressen i units.toml eller routes.toml. Mejlet finns att läsa under Utskick.",
    )
