"""What is counted for the evaluations once a text is gone, and on which days a source has answered.

Sums only: neither the id of a post nor anything that was written in it.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from pipelines.store.schema.base import Utc, metadata

# posts that were alike in all this when they left `gist`
tally = Table(
    "tally",
    metadata,
    Column("key", String(64), primary_key=True),  # hash of what they have in common
    Column("month", String(7), nullable=False),  # local, 2026-11
    Column("source_id", String(64), nullable=False),
    Column("about", Boolean, nullable=False),
    Column("tone", String(16), nullable=False),
    Column("stance", String(16), nullable=False),
    Column("question", Boolean, nullable=False),
    Column("withheld", Boolean, nullable=False),
    Column("units", Text, nullable=False),  # ids, a blank between them
    Column("campaigns", Text, nullable=False),  # the same
    Column("flags", Text, nullable=False),  # the same, as raised:category, right:category, wrong:category
    Column("entries", Integer, nullable=False),
    Column("counted_at", Utc, nullable=False),  # the last of them
    Index("ix_tally_month", "month"),
)

# where a case belongs whose post has left `gist`
tally_case = Table(
    "tally_case",
    metadata,
    Column("case_id", String(24), ForeignKey("case_file.id"), primary_key=True),
    Column("source_id", String(64), nullable=False),
    Column("withheld", Boolean, nullable=False),
    Column("units", Text, nullable=False),
    Column("campaigns", Text, nullable=False),
)

# a day on which the source was asked
source_day = Table(
    "source_day",
    metadata,
    Column("source_id", String(64), primary_key=True),
    Column("day", Date, primary_key=True),  # local
    Column("answered", Boolean, nullable=False),  # at least once
    Column("new", Integer, nullable=False),  # posts
)
