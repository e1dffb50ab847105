"""Whether what we have seen is still there at its source."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from pipelines.store.schema.base import Utc, metadata

presence = Table(
    "presence",
    metadata,
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("asked_at", Utc, nullable=False),
    Column("missed_at", Utc),  # the first of the answers in a row that it is not there
    Column("gone_at", Utc),  # None until the source has said so twice
)
