"""Beside it all: problems with our own data, and who may log in."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from pipelines.store.schema.base import Utc, identity, metadata

issue = Table(
    "issue",
    metadata,
    identity("key", 128),
    Column("subject", String(160), nullable=False),
    Column("text", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("first_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
    Column("count", Integer, nullable=False, default=1),
    Column("closed_at", Utc),
    Index("ix_issue_subject", "subject"),
)

account = Table(
    "account",
    metadata,
    identity("name", 128),
    Column("role", String(32), nullable=False),
    Column("units", JSON, nullable=False),  # empty for all that the role may see
    Column("created_at", Utc, nullable=False),
)

login_link = Table(
    "login_link",
    metadata,
    identity("token_hash"),
    Column("account", String(128), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)

session = Table(
    "session",
    metadata,
    identity("token_hash"),
    Column("account", String(128), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Utc, nullable=False),
)
