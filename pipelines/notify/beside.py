"""A mail into the outbox, and with it what the receiver's other channels tell of it: one row for each.

A chat or a phone shows subject and link, which hold category and unit: no title, no excerpt, no reason.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from pipelines.config.schema import Channel, Config
from pipelines.notify.render import KEY_LENGTH, message_id
from pipelines.store import outbox
from pipelines.types import Message, short_hash

READ = "Läs mer (kräver inloggning): "


def put(
    connection: Connection,
    config: Config,
    mail: Message,
    now: datetime,
    story_id: str | None = None,
    *,
    not_before: datetime | None = None,
) -> bool:
    """Store `mail` for delivery, not earlier than `not_before`, and a copy for each channel. False, and nothing stored,
    where its key is there.
    """
    if not outbox.put(connection, mail, now, story_id, not_before=not_before):
        return False
    for one in copies(mail, config, now):
        outbox.put(connection, one, now, story_id, not_before=not_before)
    return True


def copies(mail: Message, config: Config, now: datetime) -> tuple[Message, ...]:
    """What each channel of the mail's receiver is to tell of it."""
    return tuple(
        _copy(mail, channel, config, now)
        for channel in config.channels
        if mail.receiver in channel.receivers and mail.kind in channel.tells
    )


def _copy(mail: Message, channel: Channel, config: Config, now: datetime) -> Message:
    key = f"{mail.key}@{channel.id}"
    if len(key) > KEY_LENGTH:
        key = f"{mail.kind}:{short_hash(mail.key)}@{channel.id}"
    return replace(
        mail,
        key=key,
        channel=channel.id,
        address="",
        text=_event(mail, now) if channel.kind == "webhook" else f"{READ}{mail.link}\n",
        html="",
        message_id=message_id(key, config),
        thread_id=None,
        attached=None,
    )


def _event(mail: Message, now: datetime) -> str:
    """The body of a webhook, in the form that Standard Webhooks proposes."""
    told = {"receiver": mail.receiver, "subject": mail.subject, "link": mail.link}
    event = {"type": f"mediebevakning.{mail.kind}", "timestamp": now.isoformat(), "data": told}
    return json.dumps(event, ensure_ascii=False)
