"""What the municipality's own duties leave behind: proposals to the diary, with their history and their paper; and the
files that mails bring along.

A proposal and its history are written once: triggers of the database refuse every change (migration 0015), and
let them go only where `forgotten` says that their time was up. What was
written in the post, and by whom it says to be, stands in its paper only, which goes when the diary has it.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from pipelines.store.schema.base import Utc, identity, metadata

registration = Table(
    "registration",
    metadata,
    identity("id", 24),
    Column("entry_id", String(64), nullable=False),  # outlived by what was decided about it
    Column("kind", String(16), nullable=False),  # criticism, message
    Column("unit", String(64), nullable=False),  # empty for the municipality
    Column("source_id", String(64), nullable=False),
    Column("dated", Utc, nullable=False),  # when it was written
    Column("file", String(80), nullable=False),  # the capture's name
    Column("sha256", String(64), nullable=False),
    Index("ix_registration_entry_id", "entry_id"),
)

registration_event = Table(
    "registration_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("registration_id", String(24), ForeignKey("registration.id"), nullable=False),
    Column("action", String(16), nullable=False),  # proposed, registered, declined
    Column("at", Utc, nullable=False),
    Column("by", Text, nullable=False),
    Column("reference", String(80), nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_registration_event_registration_id", "registration_id"),
)

registration_paper = Table(
    "registration_paper",
    metadata,
    Column("registration_id", String(24), ForeignKey("registration.id"), primary_key=True),
    Column("subject", Text, nullable=False),
    Column("sender", Text, nullable=False),  # as someone has typed it who read the original
    Column("link", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

message_file = Table(
    "message_file",
    metadata,
    Column("message_key", String(128), ForeignKey("message.key", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

record_version = Table(
    "record_version",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(32), nullable=False),  # which record of processing
    Column("content", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
)
