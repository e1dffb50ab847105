"""A mail that passes by the outbox: handed over now or not at all, and stored nowhere, since it may let someone in."""

from __future__ import annotations

from html import escape
from secrets import token_hex
from typing import TYPE_CHECKING

from pipelines.config.load import secret
from pipelines.notify.channels.smtp import SmtpChannel
from pipelines.settings import SMTP_PASSWORD
from pipelines.types import Message, Refusal

if TYPE_CHECKING:
    from pipelines.bootstrap import App


def hand_over(app: App, address: str, subject: str, text: str) -> Refusal | None:
    """Give the mail server a message for `address`; None where it took it. text: paragraphs between empty lines."""
    now, sender = app.clock(), app.config.sender
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.strip().split("\n\n"))
    mail = Message(
        key="at-once",
        kind="alert",
        receiver="at-once",
        address=address,
        subject=subject,
        text=text,
        html=f'<html lang="sv"><body>{paragraphs}</body></html>',
        message_id=f"<{token_hex(8)}@{sender.address.rpartition('@')[2]}>",
    )
    with SmtpChannel(app.config.smtp, sender, secret(SMTP_PASSWORD, app.environment), lambda: now) as channel:
        return channel.send(mail)
