"""A story told again where it grows; what is held back and why; settings that people change; spikes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("occasion", sa.String(length=80), server_default="first", nullable=False))
        batch_op.add_column(sa.Column("severity", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("units", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("passes", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("muted", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("muted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_notice_story_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_notice_story_id"), ["story_id", "category", "receiver", "occasion"]
        )
        batch_op.create_index("ix_notice_alert_key", ["alert_key"], unique=False)
    op.create_table(
        "setting",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
    )
    op.create_index("ix_setting_kind_name", "setting", ["kind", "name"], unique=False)
    op.create_table(
        "spike",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("medium", sa.String(length=8), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Float(), nullable=False),
        sa.Column("sd", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spike")),
    )
    op.create_index("ix_spike_at", "spike", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("spike")
    op.drop_table("setting")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_alert_key")
        batch_op.drop_constraint(batch_op.f("uq_notice_story_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_notice_story_id"), ["story_id", "category", "receiver"])
        for name in ("muted_at", "muted", "passes", "units", "severity", "occasion"):
            batch_op.drop_column(name)
