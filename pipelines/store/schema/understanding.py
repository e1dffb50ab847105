"""What is understood of it: assessments, mentions, signals, stories."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, false

from pipelines.store.schema.base import Utc, identity, metadata

assessment = Table(
    "assessment",
    metadata,
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("version", String(24), nullable=False),
    Column("revision", String(24), nullable=False),
    Column("language", String(16), nullable=False),
    Column("about", Boolean, nullable=False),
    Column("places", JSON, nullable=False),
    Column("tone", String(16), nullable=False),
    Column("polarity", Float, nullable=False),
    Column("tone_confidence", Float, nullable=False),
    Column("tone_parts", JSON, nullable=False),
    Column("stance", String(16), nullable=False),
    Column("stance_confidence", Float, nullable=False),
    Column("intent", String(16), nullable=False),
    Column("toxicity", Float, nullable=False),
    Column("alert", Boolean, nullable=False),
    Column("alert_reasons", JSON, nullable=False),
    Column("by_employee", Boolean, nullable=False, server_default=false()),
    Column("about_management", Boolean, nullable=False, server_default=false()),
    Column("assessed_at", Utc, nullable=False),
    Column("corrected", JSON(none_as_null=True)),  # ids of the corrections that it holds; None for none
    Index("ix_assessment_version", "version"),
    Index("ix_assessment_about", "about"),
)

mention = Table(
    "mention",
    metadata,
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(128), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("reason", Text, nullable=False),
)

entry_unit = Table(
    "entry_unit",
    metadata,
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("unit_id", String(64), primary_key=True),
    Index("ix_entry_unit_unit_id", "unit_id"),
)

flag = Table(
    "flag",
    metadata,
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("category", String(32), nullable=False),
    Column("role", String(8), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("rule", String(64), nullable=False),
    Column("type", String(64)),
    Column("evidence", JSON, nullable=False),  # [[start, end], …] into the entry's content
    Column("reason", Text, nullable=False),
    Column("target", String(16), nullable=False, server_default="allman"),
    Column("steps", JSON, nullable=False, server_default="[]"),
    Index("ix_flag_category", "category"),
)

story = Table(
    "story",
    metadata,
    identity(),
    Column("first_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
)

story_key = Table(
    "story_key",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Utc, nullable=False),
    Index("ix_story_key_entry_id", "entry_id"),
)

story_entry = Table(
    "story_entry",
    metadata,
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("story_id", String(64), ForeignKey("story.id", ondelete="CASCADE"), nullable=False),
    Column("told_as", String(24), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_story_entry_story_id", "story_id"),
)

story_decision = Table(
    "story_decision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(8), nullable=False),  # split, merge
    Column("story_id", String(64), nullable=False),  # where the entries were
    Column("into_id", String(64), nullable=False),  # where they are since
    Column("entries", JSON, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

correction = Table(
    "correction",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("revision", String(24), nullable=False),  # the wording that was judged
    Column("verdict", String(16), nullable=False),
    Column("value", String(64), nullable=False),  # category or unit; "" for neither
    Column("rule", String(64)),
    Column("by", String(128), nullable=False),
    Column("via", String(8), nullable=False),  # account, link
    Column("link", String(64), unique=True),  # SHA-256 of the token: a link says its word once
    Column("at", Utc, nullable=False),
    Index("ix_correction_entry_id", "entry_id"),
)
