"""Messages know their channel and what they lead to; feeds by token."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("channel", sa.String(length=64), nullable=False, server_default="mail"))
        batch_op.drop_index("ix_message_state_not_before")
        batch_op.create_index("ix_message_channel_state_not_before", ["channel", "state", "not_before"], unique=False)

    op.create_table(
        "feed",
        sa.Column("receiver", sa.String(length=128), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("receiver", name=op.f("pk_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("feed")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_channel_state_not_before")
        batch_op.create_index("ix_message_state_not_before", ["state", "not_before"], unique=False)
        batch_op.drop_column("channel")
        batch_op.drop_column("link")
