"""Who is told: notices, mails, digests."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from pipelines.store.schema.base import Utc, identity, metadata
from pipelines.types import MAIL

routed = Table(
    "routed",
    metadata,
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", String(24), primary_key=True),
    Column("at", Utc, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("story_id", String(64), nullable=False),
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("receiver", String(128), nullable=False),
    Column("route", String(64), nullable=False),
    Column("category", String(32), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("at", Utc, nullable=False),  # the item's time: decides which digest window it falls in
    Column("created_at", Utc, nullable=False),
    Column("alert_key", String(128)),  # the Message that told it at once
    Column("digest_key", String(128)),  # the Message that told it in a digest
    UniqueConstraint("story_id", "category", "receiver"),
    Index("ix_notice_receiver_at", "receiver", "at"),
)

message = Table(
    "message",
    metadata,
    identity("key", 128),
    Column("kind", String(16), nullable=False),
    Column("receiver", String(128), nullable=False),
    Column("address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("thread_id", Text),
    Column("story_id", String(64)),
    Column("link", Text, nullable=False, server_default=""),
    Column("channel", String(64), nullable=False, server_default=MAIL),
    Column("state", String(16), nullable=False),  # pending, claimed, sent, failed
    Column("created_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Utc, nullable=False),
    Column("claimed_by", String(64)),
    Column("claimed_until", Utc),
    Column("sent_at", Utc),
    Column("last_refusal", Text),
    Index("ix_message_channel_state_not_before", "channel", "state", "not_before"),
    Index("ix_message_story_id_receiver", "story_id", "receiver"),
)

digest_run = Table(
    "digest_run",
    metadata,
    Column("receiver", String(128), primary_key=True),
    Column("date", String(10), primary_key=True),  # the local date on which the window closes
    Column("message_key", String(128)),  # None where the receiver wants no mail about nothing
    Column("at", Utc, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("receiver", String(128), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Utc, nullable=False),
)
