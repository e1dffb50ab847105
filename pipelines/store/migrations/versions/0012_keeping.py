"""What is kept and why: tombstones in two steps, sealed posts, holds, requests of persons; cases go in their time.

A later migration that copies one of the append-only tables (SQLite's batch mode) must make its triggers anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ADDED = {
    "sealed_at": sa.DateTime(timezone=True),
    "buried_at": sa.DateTime(timezone=True),
    "purged_why": sa.String(length=80),
}
APPEND_ONLY = {"case_file": ("case", "id"), "case_event": ("case", "case_id"), "hold_event": ("hold", "hold")}
"""Table -> what `forgotten` calls its rows, and the column with their id."""


def upgrade() -> None:
    for name, kind in ADDED.items():
        op.add_column("entry", sa.Column(name, kind, nullable=True))
    op.create_table(
        "hold_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("hold", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_event")),
    )
    op.create_index("ix_hold_event_hold", "hold_event", ["hold"], unique=False)
    op.create_table(
        "person_request",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("held", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_request")),
    )
    op.create_table(
        "forgotten",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_forgotten")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _refuse_on_postgresql()
    else:
        _refuse_on_sqlite()


def _refuse_on_postgresql() -> None:
    """refuse_change() was made with the cases. TG_ARGV: what `forgotten` calls the row, and the column with its id."""
    op.execute(
        "CREATE FUNCTION keep_unless_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM forgotten WHERE kind = TG_ARGV[0] AND id = to_jsonb(OLD) ->> TG_ARGV[1]) "
        "THEN RETURN OLD; END IF; RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table, (kind, key) in APPEND_ONLY.items():
        if table != "hold_event":
            op.execute(f"DROP TRIGGER {table}_stays ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_forgotten BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION keep_unless_forgotten('{kind}', '{key}')"
        )


def _refuse_on_sqlite() -> None:
    for table, (kind, key) in APPEND_ONLY.items():
        refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        if table == "hold_event":
            op.execute(f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refusal}")
            # INSERT OR REPLACE deletes without asking the trigger below
            there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 - a name of ours
            op.execute(f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN {there} {refusal}")
        else:
            op.execute(f"DROP TRIGGER {table}_delete")
        gone = f"EXISTS (SELECT 1 FROM forgotten WHERE kind = '{kind}' AND id = OLD.{key})"  # noqa: S608 - names of ours
        op.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} WHEN NOT {gone} {refusal}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_forgotten ON {table}")
        for table in ("case_file", "case_event"):
            op.execute(f"DROP TRIGGER {table}_stays ON {table}")
            op.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        op.execute("DROP FUNCTION keep_unless_forgotten()")
    else:
        for table in ("case_file", "case_event"):
            op.execute(f"DROP TRIGGER {table}_delete")
            refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            op.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refusal}")
    for table in ("forgotten", "person_request", "hold_event"):
        op.drop_table(table)
    for name in reversed(ADDED):
        op.drop_column("entry", name)
