"""The tables. Texts of flagged posts live in `entry` only; every other table refers to it by id."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

AnyRow = Row[*tuple[Any, ...]]
"""A row whose columns are read by name."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """Aware UTC in Python; without zone in SQLite, which knows none, and with zone in PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id(name: str = "id", length: int = 64) -> Column[Any]:
    return Column(name, String(length), primary_key=True)


source_state = Table(
    "source_state",
    metadata,
    _id("source_id"),
    Column("validators", JSON, nullable=False, default=dict),  # hash of url -> [etag, last_modified]
    Column("cursor", Text),
    Column("moved_to", Text),
    Column("first_fetched_at", Utc),  # None until the first success: that fetch is silent
    Column("last_tried_at", Utc),
    Column("last_ok_at", Utc),
    Column("last_new_at", Utc),
    Column("not_before", Utc),  # Retry-After, backoff
    Column("failure_weight", Float, nullable=False, default=0.0),
    Column("last_failure", Text),
    Column("gone", Boolean, nullable=False, default=False),
)

poll = Table(
    "poll",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source_id", String(64), nullable=False),
    Column("at", Utc, nullable=False),
    Column("outcome", String(16), nullable=False),  # ok, unchanged, degraded, failed
    Column("status", Integer),
    Column("new", Integer, nullable=False, default=0),
    Column("edited", Integer, nullable=False, default=0),
    Column("reason", Text),
    Column("milliseconds", Integer, nullable=False, default=0),
    Index("ix_poll_at", "at"),
    Index("ix_poll_source_id_at", "source_id", "at"),
)

entry = Table(
    "entry",
    metadata,
    _id(),
    Column("source_id", String(64), nullable=False),
    Column("native_id", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", String(64)),  # salted pseudonym; deliberately without an index
    Column("published", Utc),
    Column("language", String(16)),
    Column("place", Text),
    Column("revision", String(24), nullable=False),
    Column("first_seen", Utc, nullable=False),
    Column("edited_at", Utc),
    Column("silent", Boolean, nullable=False, default=False),  # came with a source's first fetch: alerts nobody
    Column("purged_at", Utc),  # tombstone: id and revision stay so that it does not come back
    Index("ix_entry_first_seen", "first_seen"),
    Index("ix_entry_published", "published"),
)

entry_version = Table(
    "entry_version",
    metadata,
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", String(24), primary_key=True),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("replaced_at", Utc, nullable=False),
)

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
    Column("assessed_at", Utc, nullable=False),
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
    Index("ix_flag_category", "category"),
)

story = Table(
    "story",
    metadata,
    _id(),
    Column("first_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
)

story_key = Table(
    "story_key",
    metadata,
    _id("key"),
    Column("story_id", String(64), ForeignKey("story.id", ondelete="CASCADE"), nullable=False),
)

story_entry = Table(
    "story_entry",
    metadata,
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("story_id", String(64), ForeignKey("story.id", ondelete="CASCADE"), nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_story_entry_story_id", "story_id"),
)

routed = Table(
    "routed",
    metadata,
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", String(24), primary_key=True),
    Column("at", Utc, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("story_id", String(64), nullable=False),
    Column("entry_id", String(64), ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("receiver", String(128), nullable=False),
    Column("route", String(64), nullable=False),
    Column("category", String(32), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("at", Utc, nullable=False),  # the item's time: decides which digest window it falls in
    Column("created_at", Utc, nullable=False),
    Column("alert_key", String(128)),  # the Message that told it at once
    Column("digest_key", String(128)),  # the Message that told it in a digest
    UniqueConstraint("story_id", "category", "receiver"),
    Index("ix_notice_receiver_at", "receiver", "at"),
)

message = Table(
    "message",
    metadata,
    _id("key", 128),
    Column("kind", String(16), nullable=False),
    Column("receiver", String(128), nullable=False),
    Column("address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("thread_id", Text),
    Column("story_id", String(64)),
    Column("state", String(16), nullable=False),  # pending, claimed, sent, failed
    Column("created_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Utc, nullable=False),
    Column("claimed_by", String(64)),
    Column("claimed_until", Utc),
    Column("sent_at", Utc),
    Column("last_refusal", Text),
    Index("ix_message_state_not_before", "state", "not_before"),
    Index("ix_message_story_id_receiver", "story_id", "receiver"),
)

digest_run = Table(
    "digest_run",
    metadata,
    Column("receiver", String(128), primary_key=True),
    Column("date", String(10), primary_key=True),  # the local date on which the window closes
    Column("message_key", String(128)),  # None where the receiver wants no mail about nothing
    Column("at", Utc, nullable=False),
)

issue = Table(
    "issue",
    metadata,
    _id("key", 128),
    Column("subject", String(160), nullable=False),
    Column("text", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("first_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
    Column("count", Integer, nullable=False, default=1),
    Column("closed_at", Utc),
    Index("ix_issue_subject", "subject"),
)

account = Table(
    "account",
    metadata,
    _id("name", 128),
    Column("role", String(32), nullable=False),
    Column("units", JSON, nullable=False),  # empty for all that the role may see
    Column("created_at", Utc, nullable=False),
)

login_link = Table(
    "login_link",
    metadata,
    _id("token_hash"),
    Column("account", String(128), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)

session = Table(
    "session",
    metadata,
    _id("token_hash"),
    Column("account", String(128), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Utc, nullable=False),
)
