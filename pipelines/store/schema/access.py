"""Who has read, changed or taken out which flagged entry: a chain of hashes, by month.

Triggers of the database refuse every change (migration 0008); an event may go only with its whole segment, which must
be sealed and stand in `access_purge`. No text is ever in here.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table

from pipelines.store.schema.base import Utc, identity, metadata

access_event = Table(
    "access_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("segment", String(7), nullable=False),  # the month in UTC, as 2026-11
    Column("at", Utc, nullable=False),
    Column("account", String(128), nullable=False),
    Column("role", String(32), nullable=False),
    Column("action", String(16), nullable=False),  # read, changed, exported
    Column("place", String(64), nullable=False),  # the page's route, never its query
    Column("entries", JSON, nullable=False),  # ids
    Column("hash", String(64), nullable=False),  # over the one before and all of the above
    Index("ix_access_event_segment", "segment"),
    Index("ix_access_event_account", "account"),
)

access_seal = Table(
    "access_seal",
    metadata,
    identity("segment", 7),
    Column("first", String(64), nullable=False),  # what its first event is chained to
    Column("last", String(64), nullable=False),  # the hash of its last event
    Column("events", Integer, nullable=False),
    Column("at", Utc, nullable=False),
)

access_purge = Table(
    "access_purge",
    metadata,
    Column("segment", String(7), ForeignKey("access_seal.segment"), primary_key=True),
    Column("at", Utc, nullable=False),
)
