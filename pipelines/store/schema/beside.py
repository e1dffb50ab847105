"""Beside it all: problems with our own data, and who may log in."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from pipelines.store.schema.base import Utc, identity, metadata

issue = Table(
    "issue",
    metadata,
    identity("key", 128),
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
    identity("name", 128),
    Column("role", String(32), nullable=False),
    Column("units", JSON, nullable=False),  # empty for all that the role may see
    Column("created_at", Utc, nullable=False),
    Column("email", String(254)),
    Column("password", String(255)),  # argon2id; None until one is chosen
    Column("totp", String(64)),  # what the secret of the app is derived from; None where no code is asked for
    Column("totp_step", Integer),  # the last one used: a code holds once
    Column("disabled_at", Utc),
    Column("issuer", String(255)),  # who lets this account in; None where we do, by password or link
    Column("subject", String(255)),  # what the issuer calls the person, whatever their name and address become
    Index("ix_account_email", "email", unique=True),
    Index("ix_account_subject", "issuer", "subject", unique=True),
)

account_event = Table(
    "account_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("account", String(128), nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", String(128), nullable=False),  # an account; empty for the command line and the municipality's login
    Column("action", String(16), nullable=False),
    Column("changed", JSON, nullable=False),  # role and units as [before, after]
    Index("ix_account_event_account", "account"),
)

login_link = Table(
    "login_link",
    metadata,
    identity("token_hash"),
    Column("account", String(128), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)

session = Table(
    "session",
    metadata,
    identity("token_hash"),
    Column("account", String(128), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("seen_at", Utc),  # to within minutes; None for one of an earlier version, which is over
)

login_state = Table(
    "login_state",
    metadata,
    identity("state_hash"),  # of a login by another service that has come back: it comes back once
    Column("expires_at", Utc, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    identity("id", 24),
    Column("account", String(128), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("uses", JSON, nullable=False),  # read, cases, corrections
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),  # to within minutes
    Index("ix_api_key_account", "account"),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False),  # hash of what was tried too often: an account, an address, both
    Column("at", Utc, nullable=False),
    Index("ix_login_failure_key", "key"),
)
