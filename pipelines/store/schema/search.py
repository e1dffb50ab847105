"""What is searched, and the searches that people keep."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy.dialects.postgresql import TSVECTOR

from pipelines.store.schema.base import Utc, identity, metadata

search = Table(
    "search",
    metadata,
    # grows with the time of the entry: what is newest is read first without sorting
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, unique=True),
    # words and facets; indexed by GIN, and in SQLite by the FTS5 table search_index, both made by the migration
    Column("vector", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
)

saved_search = Table(
    "saved_search",
    metadata,
    identity("id", 24),
    Column("account", String(128), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("query", JSON, nullable=False),  # the address of the list, by key
    Column("token_hash", String(64), unique=True),  # SHA-256 of its feed's token; None for no feed
    Column("created_at", Utc, nullable=False),
    Index("ix_saved_search_account", "account"),
)
