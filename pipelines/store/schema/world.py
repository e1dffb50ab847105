"""What came in: sources, visits, entries."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Float, ForeignKey, Index, Integer, String, Table, Text

from pipelines.store.schema.base import Utc, identity, metadata

source_state = Table(
    "source_state",
    metadata,
    identity("source_id"),
    Column("validators", JSON, nullable=False, default=dict),  # hash of url -> [etag, last_modified]
    Column("cursor", Text),
    Column("moved_to", Text),
    Column("first_fetched_at", Utc),  # None until the first success: that fetch is silent
    Column("last_tried_at", Utc),
    Column("last_ok_at", Utc),
    Column("last_new_at", Utc),
    Column("not_before", Utc),  # Retry-After, backoff
    Column("failure_weight", Float, nullable=False, default=0.0),
    Column("last_failure", Text),
    Column("gone", Boolean, nullable=False, default=False),
    Column("habits", JSON, nullable=False, default=dict),  # what it is like when it is well: collect.health
    Column("milliseconds", Integer, nullable=False, default=0),  # of the last visit
)

spent = Table(
    "spent",
    metadata,
    identity("source_id"),
    Column("day", Date, primary_key=True),  # UTC
    Column("requests", Integer, nullable=False),
    Column("usd", Float, nullable=False),
)

poll = Table(
    "poll",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source_id", String(64), nullable=False),
    Column("at", Utc, nullable=False),
    Column("outcome", String(16), nullable=False),  # ok, unchanged, degraded, failed
    Column("status", Integer),
    Column("new", Integer, nullable=False, default=0),
    Column("edited", Integer, nullable=False, default=0),
    Column("reason", Text),
    Column("milliseconds", Integer, nullable=False, default=0),
    Index("ix_poll_at", "at"),
    Index("ix_poll_source_id_at", "source_id", "at"),
)

entry = Table(
    "entry",
    metadata,
    identity(),
    Column("source_id", String(64), nullable=False),
    Column("native_id", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", String(64)),  # salted pseudonym; deliberately without an index
    Column("published", Utc),
    Column("language", String(16)),
    Column("place", Text),
    Column("revision", String(24), nullable=False),
    Column("first_seen", Utc, nullable=False),
    Column("edited_at", Utc),
    Column("silent", Boolean, nullable=False, default=False),  # came with a source's first fetch: alerts nobody
    Column("sealed_at", Utc),  # gone at its source, and kept for a case or a flag: in no list, search or export
    Column("purged_at", Utc),  # its text is gone
    Column("buried_at", Utc),  # the rest is gone too: id, revision, when and why stay, so that it does not come back
    Column("purged_why", String(80)),
    Index("ix_entry_first_seen", "first_seen"),
    Index("ix_entry_published", "published"),
)

entry_version = Table(
    "entry_version",
    metadata,
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", String(24), primary_key=True),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("replaced_at", Utc, nullable=False),
)
