"""Who a flag is about, what made it grave, and from whom a text is withheld."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_employee", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("about_management", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.add_column(sa.Column("target", sa.String(length=16), server_default="allman", nullable=False))
        batch_op.add_column(sa.Column("steps", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.drop_column("steps")
        batch_op.drop_column("target")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_column("about_management")
        batch_op.drop_column("by_employee")
