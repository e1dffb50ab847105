"""The register of official accounts, and a history of it that nobody can rewrite.

A later migration that copies the table (SQLite's batch mode) must make its triggers anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """refuse_change() was made with the cases."""
    op.create_table(
        "register_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("follows", sa.Integer(), nullable=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_event")),
    )
    op.create_index("ix_register_event_account_follows", "register_event", ["account", "follows"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER register_event_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON register_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    refusal = "BEGIN SELECT RAISE(ABORT, 'register_event is append-only'); END"
    op.execute(f"CREATE TRIGGER register_event_update BEFORE UPDATE ON register_event {refusal}")
    op.execute(f"CREATE TRIGGER register_event_delete BEFORE DELETE ON register_event {refusal}")
    # INSERT OR REPLACE deletes without asking the trigger above, by either of the two keys
    there = (
        "EXISTS (SELECT 1 FROM register_event WHERE id = NEW.id OR (account = NEW.account AND follows = NEW.follows))"
    )
    op.execute(f"CREATE TRIGGER register_event_replace BEFORE INSERT ON register_event WHEN {there} {refusal}")


def downgrade() -> None:
    op.drop_table("register_event")
