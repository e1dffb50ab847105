"""Who is told: notices, mails, digests."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

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
    Column("occasion", String(80), nullable=False, server_default="first"),
    Column("severity", String(16)),
    Column("units", JSON, nullable=False, server_default="[]"),
    Column("passes", Boolean, nullable=False, server_default=false()),
    Column("muted", String(80)),  # why it is not told at once: "old", "graver", "cap", "silence:ID"
    Column("muted_at", Utc),
    UniqueConstraint("story_id", "category", "receiver", "occasion"),
    Index("ix_notice_entry_id", "entry_id"),
    Index("ix_notice_alert_key", "alert_key"),
    Index("ix_notice_digest_key", "digest_key"),
    Index("ix_notice_muted", "muted"),
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
    Index("ix_message_channel_created_at", "channel", "created_at"),
    Index("ix_message_receiver_created_at", "receiver", "created_at"),
)

digest_run = Table(
    "digest_run",
    metadata,
    Column("receiver", String(128), primary_key=True),
    Column("date", String(10), primary_key=True),  # the local date on which the window closes
    Column("message_key", String(128)),  # None where the receiver wants no mail about nothing
    Column("at", Utc, nullable=False),
)

setting = Table(
    "setting",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),  # silence, deputy, source, pause, receiver, rule
    Column("name", String(128), nullable=False),
    Column("follows", Integer),  # the change before it of the same setting, 0 for the first; unknown before 0011
    Column("value", JSON),  # None where it was taken away
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_setting_kind_name_follows", "kind", "name", "follows", unique=True),
)

spike = Table(
    "spike",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("place", String(64), nullable=False),  # a unit's id; empty for the municipality
    Column("medium", String(8), nullable=False),  # social, news
    Column("measure", String(8), nullable=False),  # all, negative
    Column("at", Utc, nullable=False),
    Column("count", Integer, nullable=False),
    Column("mean", Float, nullable=False),
    Column("sd", Float, nullable=False),
    Index("ix_spike_at", "at"),
)

feed = Table(
    "feed",
    metadata,
    Column("receiver", String(128), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Utc, nullable=False),
)
