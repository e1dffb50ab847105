"""What is kept longer than its time and why, what persons have asked for, and what of the append-only tables is gone.

Triggers of the database refuse to change a hold's history; lines of it, and of cases, go only where `forgotten` says
that their time was up (migration 0012). No text and no name of a post's author is in here.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from pipelines.store.schema.base import Utc, identity, metadata

hold_event = Table(
    "hold_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("hold", String(24), nullable=False),
    Column("action", String(8), nullable=False),  # add, end
    Column("kind", String(8), nullable=False),  # post, story, source
    Column("subject", String(64), nullable=False),  # its id
    Column("until", Utc, nullable=False),  # of the hold, also where this line ends it
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_hold_event_hold", "hold"),
)

person_request = Table(
    "person_request",
    metadata,
    identity("id", 24),
    Column("action", String(8), nullable=False),  # extract, erase
    Column("reference", Text, nullable=False),  # the request's number in the municipality's register
    Column("how", String(16), nullable=False),  # url, text, pseudonym-of; never what was given
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("entries", JSON, nullable=False),  # ids
    Column("held", JSON, nullable=False),  # ids of those that could not be erased
    Column("before", JSON, nullable=False),  # place -> how many
    Column("after", JSON(none_as_null=True)),  # None until it is done: the night goes on with what was broken off
    Column("done_at", Utc),
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("kind", String(8), primary_key=True),  # case, hold, diary
    Column("id", String(24), primary_key=True),
    Column("at", Utc, nullable=False),
)
