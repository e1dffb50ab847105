"""A change of a setting says which one it follows: of two that follow the same only one can be stored."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_setting_kind_name", "setting")
    with op.batch_alter_table("setting") as setting:
        setting.add_column(sa.Column("follows", sa.Integer(), nullable=True))
        setting.alter_column("name", existing_type=sa.String(64), type_=sa.String(128), existing_nullable=False)
    op.create_index("ix_setting_kind_name_follows", "setting", ["kind", "name", "follows"], unique=True)
