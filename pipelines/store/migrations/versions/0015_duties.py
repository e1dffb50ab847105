"""The municipality's own duties: proposals to the diary, files that mails bring along, records of processing."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ONCE = {"registration": "id", "registration_event": "registration_id"}
"""Table -> the column with the id that `forgotten` knows."""


def upgrade() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("dated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
    )
    op.create_index("ix_registration_entry_id", "registration", ["entry_id"], unique=False)
    op.create_table(
        "registration_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("registration_id", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _of_registration("registration_event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_event")),
    )
    op.create_index("ix_registration_event_registration_id", "registration_event", ["registration_id"], unique=False)
    op.create_table(
        "registration_paper",
        sa.Column("registration_id", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _of_registration("registration_paper"),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_registration_paper")),
    )
    op.create_table(
        "message_file",
        sa.Column("message_key", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_key"], ["message.key"], name=op.f("fk_message_file_message_key_message"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_key", name=op.f("pk_message_file")),
    )
    op.create_table(
        "record_version",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_version")),
    )
    for table, key in ONCE.items():
        _refuse_changes(table, key)


def _of_registration(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_registration_id_registration")
    return sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=name)


def _refuse_changes(table: str, key: str) -> None:
    """refuse_change() was made with the cases, keep_unless_forgotten() with what is kept."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_forgotten BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION keep_unless_forgotten('diary', '{key}')"
        )
        return
    refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    op.execute(f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refusal}")
    gone = f"EXISTS (SELECT 1 FROM forgotten WHERE kind = 'diary' AND id = OLD.{key})"  # noqa: S608 - names of ours
    op.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} WHEN NOT {gone} {refusal}")
    # INSERT OR REPLACE deletes without asking the trigger above
    there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 - a name of ours
    op.execute(f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN {there} {refusal}")


def downgrade() -> None:
    for table in ("record_version", "message_file", "registration_paper", "registration_event", "registration"):
        op.drop_table(table)
