"""Passwords and codes; and the access log, which nobody can rewrite.

A later migration that copies one of the log's tables (SQLite's batch mode) must make its triggers anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ADDED = {
    "email": sa.String(length=254),
    "password": sa.String(length=255),
    "totp": sa.String(length=64),
    "totp_step": sa.Integer(),
    "disabled_at": sa.DateTime(timezone=True),
}
SEALED = "EXISTS (SELECT 1 FROM access_seal WHERE segment = NEW.segment)"
PURGED = "EXISTS (SELECT 1 FROM access_purge WHERE segment = OLD.segment)"
ONCE = {"access_seal": "segment", "access_purge": "segment"}


def upgrade() -> None:
    # no batch mode: SQLite would drop the table for its copy, and with it all that refers to an account
    for name, kind in ADDED.items():
        op.add_column("account", sa.Column(name, kind, nullable=True))
    op.create_index("ix_account_email", "account", ["email"], unique=True)
    op.add_column("session", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "login_failure",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
    )
    op.create_index("ix_login_failure_key", "login_failure", ["key"], unique=False)
    op.create_table(
        "access_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("segment", sa.String(length=7), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.String(length=128), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_event")),
    )
    op.create_index("ix_access_event_segment", "access_event", ["segment"], unique=False)
    op.create_index("ix_access_event_account", "access_event", ["account"], unique=False)
    op.create_table(
        "access_seal",
        sa.Column("segment", sa.String(length=7), nullable=False),
        sa.Column("first", sa.String(length=64), nullable=False),
        sa.Column("last", sa.String(length=64), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("segment", name=op.f("pk_access_seal")),
    )
    op.create_table(
        "access_purge",
        sa.Column("segment", sa.String(length=7), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["segment"], ["access_seal.segment"], name=op.f("fk_access_purge_segment_access_seal")),
        sa.PrimaryKeyConstraint("segment", name=op.f("pk_access_purge")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _refuse_on_postgresql()
    else:
        _refuse_on_sqlite()


def _refuse_on_postgresql() -> None:
    """refuse_change() was made with the cases."""
    for table in ONCE:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE FUNCTION keep_access() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'INSERT' THEN IF NOT {SEALED} THEN RETURN NEW; END IF; "
        f"ELSIF {PURGED} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'access_event is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER access_event_stays BEFORE UPDATE OR TRUNCATE ON access_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER access_event_segments BEFORE INSERT OR DELETE ON access_event "
        "FOR EACH ROW EXECUTE FUNCTION keep_access()"
    )


def _refuse_on_sqlite() -> None:
    def refuse(name: str, table: str, event: str, when: str = "") -> None:
        refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} {when} {refusal}")

    for table, key in (ONCE | {"access_event": "id"}).items():
        refuse("update", table, "UPDATE")
        # INSERT OR REPLACE deletes without asking the trigger below
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 - names of ours
        refuse("replace", table, "INSERT", f"WHEN {there}")
        refuse("delete", table, "DELETE", f"WHEN NOT {PURGED}" if table == "access_event" else "")
    refuse("sealed", "access_event", "INSERT", f"WHEN {SEALED}")


def downgrade() -> None:
    for table in ("access_purge", "access_seal", "access_event", "login_failure"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_access()")
    op.drop_column("session", "seen_at")
    op.drop_index("ix_account_email", "account")
    for name in reversed(ADDED):
        op.drop_column("account", name)
