"""Snapshots of the official accounts' start pages, and what of them was delivered to the archive.

Each row is written once: triggers of the database refuse every change (migration 0016), and let it go only where
`forgotten` says that its time was up. The files lie beside the database, under their checksums.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from pipelines.store.schema.base import Utc, identity, metadata

snapshot = Table(
    "snapshot",
    metadata,
    identity("id", 24),
    Column("account", String(64), nullable=False),
    Column("period", Date, nullable=False),  # the half-year's day
    Column("outcome", String(16), nullable=False),  # taken, uploaded, or why there is none
    Column("at", Utc, nullable=False),
    Column("by", Text, nullable=False),
    Column("network", String(16), nullable=False),  # with handle and asked: as the register said then
    Column("handle", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("reached", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),  # empty where there is no file
    Column("size", Integer, nullable=False),
    Column("form", String(8), nullable=False),  # pdfa, pdf, png, jpeg
    Column("checked", Boolean, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("sandboxed", Boolean, nullable=False),
    Index("ix_snapshot_period_account", "period", "account"),
    Index("ix_snapshot_account", "account"),
)

snapshot_delivery = Table(
    "snapshot_delivery",
    metadata,
    identity("id", 24),
    Column("period", Date, nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("sha256", String(64), nullable=False),  # of the package's list of checksums
    Column("files", Integer, nullable=False),
)
