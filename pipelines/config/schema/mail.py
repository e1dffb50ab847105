"""mail.toml: where mail is handed over, from whom, and how often it is tried."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipelines.config.schema.base import Address, Table, Text


class Smtp(Table):
    """Where mail is handed over. The password comes by MEDIEBEVAKNING_SMTP_PASSWORD or …_FILE only."""

    host: Text
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    timeout_seconds: float = Field(30, gt=0, le=300)


class Sender(Table):
    name: Text
    address: Address
    list_id: Text
    bounces: Address | None = None
    """Where servers report what they could not deliver; `address` where it is left out."""


class Retry(Table):
    attempts: int = Field(8, ge=1, le=50)
    first_delay_seconds: float = Field(60, ge=0)
    max_delay_seconds: float = Field(3600, ge=0)
    lease_seconds: float = Field(120, gt=0)
    """How long a claimed message may be unsent before another worker takes it."""


class MailFile(Table):
    smtp: Smtp
    sender: Sender
    retry: Retry = Retry()
