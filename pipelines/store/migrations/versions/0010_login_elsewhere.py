"""Accounts that the municipality's own login lets in; and what has been done with accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # no batch mode: SQLite would drop the table for its copy, and with it all that refers to an account
    op.add_column("account", sa.Column("issuer", sa.String(length=255), nullable=True))
    op.add_column("account", sa.Column("subject", sa.String(length=255), nullable=True))
    op.create_index("ix_account_subject", "account", ["issuer", "subject"], unique=True)
    op.create_table(
        "account_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_event")),
    )
    op.create_index("ix_account_event_account", "account_event", ["account"], unique=False)
    op.create_table(
        "login_state",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_login_state")),
    )


def downgrade() -> None:
    op.drop_table("login_state")
    op.drop_table("account_event")
    op.drop_index("ix_account_subject", "account")
    op.drop_column("account", "subject")
    op.drop_column("account", "issuer")
