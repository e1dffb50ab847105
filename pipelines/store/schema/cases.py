"""Cases and their history. Both are written once: triggers of the database refuse every change (migration 0006).
`case_now` is what the history says of each at present, so that lists need not follow it.

Neither holds anything of the post: the text stays in `entry`, and goes with it when its time is up.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

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
    Index("ix_case_file_story_id", "story_id"),
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

case_now = Table(
    "case_now",
    metadata,
    Column("case_id", String(24), ForeignKey("case_file.id"), primary_key=True),
    Column("is_open", Boolean, nullable=False),
    Column("due_at", Utc, nullable=False),  # as in case_file
    Index("ix_case_now_is_open_due_at", "is_open", "due_at", "case_id"),
)
