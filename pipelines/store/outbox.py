"""The outbox: a Message is put once, claimed with a lease, sent, and marked.

A crash anywhere loses nothing; one between send and mark repeats the mail, with the same Message-ID, when the lease has
run out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, func, insert, select, update

from pipelines.store.schema import message, message_file
from pipelines.types import MAIL, Attachment, Message

FIELDS = tuple(name for name in Message.__dataclass_fields__ if name != "attached")
MAILED = message.c.channel == MAIL
"""What other channels carry are copies."""


def put(
    connection: Connection,
    given: Message,
    now: datetime,
    story_id: str | None = None,
    *,
    not_before: datetime | None = None,
) -> bool:
    """Store `given` for delivery, not earlier than `not_before`. False, and nothing stored, where its key is there."""
    if has(connection, given.key):
        return False
    values = {name: getattr(given, name) for name in FIELDS}
    connection.execute(
        insert(message).values(
            **values,
            story_id=story_id,
            state="pending",
            created_at=now,
            not_before=max(now, not_before or now),
            attempts=0,
        )
    )
    if (file := given.attached) is not None:
        columns = {"name": file.name, "media_type": file.media_type, "content": file.content}
        connection.execute(insert(message_file).values(message_key=given.key, **columns))
    return True


def thread(connection: Connection, story_id: str, receiver: str) -> str | None:
    """Message-ID of the first mail that told `receiver` of the story, so that the next joins its thread."""
    return connection.execute(
        select(message.c.message_id)
        .where(message.c.story_id == story_id, message.c.receiver == receiver, MAILED)
        .order_by(message.c.created_at, message.c.key)
        .limit(1)
    ).scalar_one_or_none()


def last_alert(connection: Connection, story_id: str, receiver: str) -> datetime | None:
    """When `receiver` was last told of the story at once."""
    told = (message.c.story_id == story_id, message.c.receiver == receiver, message.c.kind == "alert", MAILED)
    at: datetime | None = connection.execute(select(func.max(message.c.created_at)).where(*told)).scalar_one()
    return at


def alerts_since(connection: Connection, receiver: str, since: datetime) -> int:
    """How many alerts `receiver` has been given since then."""
    told = (message.c.receiver == receiver, message.c.kind == "alert", MAILED, message.c.created_at >= since)
    return connection.execute(select(func.count()).select_from(message).where(*told)).scalar_one()


def has(connection: Connection, key: str) -> bool:
    """Whether there is such a Message."""
    return connection.execute(select(message.c.key).where(message.c.key == key)).first() is not None


def claim(
    connection: Connection, worker: str, now: datetime, lease: timedelta, limit: int, channel: str = MAIL
) -> list[tuple[Message, int]]:
    """Take at most `limit` Messages of `channel` that are due, for `lease`; with each, how often it was tried before.

    Due: claimed by a worker whose lease has run out, or pending and past its `not_before`; alerts first, digests last.
    """
    keys: list[str] = []
    for due in _due(now, channel):
        if len(keys) < limit:
            found = due.limit(limit - len(keys)).with_for_update(skip_locked=True)
            keys.extend(connection.execute(found).scalars())
    chosen = message.c.key.in_(keys)
    connection.execute(
        update(message).where(chosen).values(state="claimed", claimed_by=worker, claimed_until=now + lease)
    )
    rows = {row.key: row for row in connection.execute(select(message).where(chosen))}
    files = {
        row.message_key: Attachment(row.name, row.media_type, row.content)
        for row in connection.execute(select(message_file).where(message_file.c.message_key.in_(keys)))
    }
    return [
        (
            Message(**{name: getattr(rows[key], name) for name in FIELDS}, attached=files.get(key)),
            rows[key].attempts,
        )
        for key in keys
    ]


def _due(now: datetime, channel: str) -> Iterable[Select[str]]:
    """Keys by urgency. Each asks no more than the index on channel, state and time holds: a mail's text is long, and
    sorting whole rows made a queue of thousands take minutes.
    """
    ours = select(message.c.key).where(message.c.channel == channel)
    yield ours.where(message.c.state == "claimed", message.c.claimed_until <= now)
    waiting = ours.where(message.c.state == "pending", message.c.not_before <= now).order_by(message.c.not_before)
    first = ("alert", "escalation", "reminder")
    for kind in first:
        yield waiting.where(message.c.kind == kind)
    yield waiting.where(message.c.kind.not_in(first))


def give_up(connection: Connection, channel: str, before: datetime, reason: str) -> int:
    """Send no more of what `channel` was given before `before` and could not hand over. Returns how many."""
    late = update(message).where(
        message.c.channel == channel, message.c.state == "pending", message.c.created_at < before
    )
    return connection.execute(late.values(state="failed", last_refusal=reason)).rowcount


def sent(connection: Connection, key: str, worker: str, now: datetime) -> None:
    """Mark as delivered what `worker` holds the claim on."""
    connection.execute(
        update(message)
        .where(message.c.key == key, message.c.claimed_by == worker, message.c.state == "claimed")
        .values(state="sent", sent_at=now, attempts=message.c.attempts + 1, claimed_until=None, last_refusal=None)
    )


def refused(
    connection: Connection, key: str, worker: str, reason: str, again_at: datetime | None, *, counted: bool = True
) -> None:
    """Give back what `worker` holds the claim on: to be tried again at `again_at`, or never where that is None.

    `counted`: whether it was a try; False where the channel was out of order and the Message not even offered.
    """
    values: dict[str, object] = {
        "state": "pending" if again_at else "failed",
        "attempts": message.c.attempts + int(counted),
        "claimed_until": None,
        "last_refusal": reason,
    }
    if again_at:
        values["not_before"] = again_at
    connection.execute(
        update(message)
        .where(message.c.key == key, message.c.claimed_by == worker, message.c.state == "claimed")
        .values(values)
    )


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many Messages there are by (kind, state)."""
    rows = connection.execute(
        select(message.c.kind, message.c.state, func.count()).group_by(message.c.kind, message.c.state)
    )
    return {(row[0], row[1]): row[2] for row in rows}
