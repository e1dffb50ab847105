"""Cases and their history. Both are written once: triggers of the database refuse every change (migration 0006).

Neither holds anything of the post: the text stays in `entry`, and goes with it when its time is up.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from pipelines.store.schema.base import Utc, identity, metadata

case_file = Table(
    "case_file",
    metadata,
    identity("id", 24),
    Column("kind", String(16), nullable=False),  # question, unsuitable
    Column("entry_id", String(64), ForeignKey("entry.id"), nullable=False),
    Column("story_id", String(64), nullable=False),
    Column("category", String(32), nullable=False),
    Column("responsible", JSON, nullable=False),  # ids of receivers
    Column("starts_at", Utc, nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("remind_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("escalate_at", Utc, nullable=False),
    Index("ix_case_file_entry_id", "entry_id"),
    Index("ix_case_file_due_at", "due_at"),
)

case_event = Table(
    "case_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(24), ForeignKey("case_file.id"), nullable=False),
    Column("action", String(16), nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", Text, nullable=False),
    Column("via", String(16), nullable=False),
    Column("told", JSON, nullable=False),  # ids of receivers told
    Column("note", Text, nullable=False),
    Index("ix_case_event_case_id", "case_id"),
)
