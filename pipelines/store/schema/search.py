"""What is searched and counted, and the searches that people keep."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text
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

# what lists and counts ask of an entry: narrow rows in order of time, so that a month is read without its texts
gist = Table(
    "gist",
    metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),  # as in search
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("source_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("about", Boolean, nullable=False),
    Column("tone", String(16), nullable=False),
    Column("stance", String(16), nullable=False),
    Column("intent", String(16), nullable=False),
    Column("flagged", Boolean, nullable=False),
    Column("withheld", Boolean, nullable=False),  # from the units that it names
    Column("reworded", Boolean, nullable=False),  # since it was assessed
)

gist_unit = Table(
    "gist_unit",
    metadata,
    Column(
        "id",
        BigInteger().with_variant(Integer(), "sqlite"),
        ForeignKey("gist.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("unit_id", String(64), primary_key=True),
    Index("ix_gist_unit_unit_id_id", "unit_id", "id"),
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
