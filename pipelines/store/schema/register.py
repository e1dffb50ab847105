"""The register of official accounts: every change is a row, and none is ever rewritten (triggers, migration 0014)."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from pipelines.store.schema.base import Utc, metadata

register_event = Table(
    "register_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("account", String(64), nullable=False),
    Column("action", String(8), nullable=False),  # changed, told
    Column("follows", Integer),  # the change before it of the same account, 0 for the first; None where someone is told
    Column("value", JSON, nullable=False),  # changed: all that is said of it; told: step, since, receivers
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_register_event_account_follows", "account", "follows", unique=True),
)
