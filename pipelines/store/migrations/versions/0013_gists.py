"""What lists and counts ask of an entry, in narrow rows by time; which cases are open; indexes for what is looked up.

A later migration that copies `entry` (SQLite's batch mode) must make its trigger anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FORGET = (
    "DELETE FROM gist_unit WHERE id IN (SELECT id FROM gist WHERE entry_id = NEW.id); "
    "DELETE FROM gist WHERE entry_id = NEW.id; "
    "DELETE FROM search WHERE entry_id = NEW.id;"
)
FORGET_BEFORE = "DELETE FROM search WHERE entry_id = NEW.id;"
CLOCKS = "('opened', 'reminded', 'escalated')"
"""What the clock does to a case. Anything else is a decision."""
STILL_OPEN = "('acknowledged', 'new')"
"""Decisions after which a case waits for someone still: taken on, or an earlier one taken back."""
BEGIN = "INSERT INTO case_now VALUES (NEW.id, TRUE, NEW.due_at);"
DECIDED = f"NEW.action NOT IN {CLOCKS}"
DECIDE = f"UPDATE case_now SET is_open = (NEW.action IN {STILL_OPEN}) WHERE case_id = NEW.case_id;"  # noqa: S608
FOLLOWED = (("case_file", "opened", "TRUE", BEGIN), ("case_event", "decided", DECIDED, DECIDE))
INDEXES = (
    ("ix_notice_entry_id", "notice", ["entry_id"]),
    ("ix_notice_digest_key", "notice", ["digest_key"]),
    ("ix_notice_muted", "notice", ["muted"]),
    ("ix_case_file_story_id", "case_file", ["story_id"]),
    ("ix_message_channel_created_at", "message", ["channel", "created_at"]),
    ("ix_message_receiver_created_at", "message", ["receiver", "created_at"]),
)


def upgrade() -> None:
    whole = sa.BigInteger() if op.get_bind().dialect.name == "postgresql" else sa.Integer()
    op.create_table(
        "gist",
        sa.Column("id", whole, autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("about", sa.Boolean(), nullable=False),
        sa.Column("tone", sa.String(length=16), nullable=False),
        sa.Column("stance", sa.String(length=16), nullable=False),
        sa.Column("intent", sa.String(length=16), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("reworded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_gist_entry_id_entry"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gist")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_gist_entry_id")),
    )
    op.create_table(
        "gist_unit",
        sa.Column("id", whole, autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["gist.id"], name=op.f("fk_gist_unit_id_gist"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", "unit_id", name=op.f("pk_gist_unit")),
    )
    op.create_table(
        "case_now",
        sa.Column("case_id", sa.String(length=24), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_now_case_id_case_file")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_now")),
    )
    _fill()
    op.create_index("ix_gist_unit_unit_id_id", "gist_unit", ["unit_id", "id"], unique=False)
    op.create_index("ix_case_now_is_open_due_at", "case_now", ["is_open", "due_at", "case_id"], unique=False)
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)
    _forget(FORGET)
    _follow()


def _fill() -> None:
    """From what is indexed already: `store.engine.migrate` does the same for what is not."""
    op.execute(
        "INSERT INTO gist SELECT s.id, e.id, e.source_id, e.kind, a.about, a.tone, a.stance, a.intent, "
        "EXISTS (SELECT 1 FROM flag f WHERE f.entry_id = e.id), a.by_employee OR a.about_management, "
        "a.revision <> e.revision "
        "FROM search s JOIN entry e ON e.id = s.entry_id JOIN assessment a ON a.entry_id = e.id "
        "WHERE e.purged_at IS NULL"
    )
    op.execute("INSERT INTO gist_unit SELECT g.id, u.unit_id FROM gist g JOIN entry_unit u ON u.entry_id = g.entry_id")
    op.execute(
        "INSERT INTO case_now SELECT c.id, COALESCE((SELECT v.action FROM case_event v WHERE v.case_id = c.id "
        "AND v.action NOT IN ('opened', 'reminded', 'escalated') ORDER BY v.id DESC LIMIT 1), 'new') "
        "IN ('acknowledged', 'new'), c.due_at FROM case_file c"
    )


def _forget(statements: str) -> None:
    """What an emptied entry leaves behind."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION forget_emptied() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {statements} RETURN NULL; END $$"
        )
        return
    op.execute("DROP TRIGGER entry_emptied")
    op.execute(
        "CREATE TRIGGER entry_emptied AFTER UPDATE OF purged_at ON entry WHEN NEW.purged_at IS NOT NULL "
        f"BEGIN {statements} END"
    )


def _follow() -> None:
    """Let `case_now` say what the history says, whoever writes it."""
    for table, name, when, statement in FOLLOWED:
        head = f"CREATE TRIGGER case_now_{name} AFTER INSERT ON {table} FOR EACH ROW WHEN ({when})"
        if op.get_bind().dialect.name == "postgresql":
            body = f"$$ BEGIN {statement} RETURN NULL; END $$"
            op.execute(f"CREATE FUNCTION case_now_{name}() RETURNS trigger LANGUAGE plpgsql AS {body}")
            op.execute(f"{head} EXECUTE FUNCTION case_now_{name}()")
        else:
            op.execute(f"{head} BEGIN {statement} END")


def downgrade() -> None:
    for table, name, _, _ in FOLLOWED:
        on = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER case_now_{name}{on}")
        if on:
            op.execute(f"DROP FUNCTION case_now_{name}()")
    _forget(FORGET_BEFORE)
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table)
    for table in ("case_now", "gist_unit", "gist"):
        op.drop_table(table)
