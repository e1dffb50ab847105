"""Full-text search, and saved searches. `store.engine.migrate` fills the index, as words are made by the program.

A later migration that copies `entry` or `search` (SQLite's batch mode) must make their triggers anew.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ADD = "INSERT INTO search_index(rowid, vector) VALUES (NEW.id, NEW.vector);"
REMOVE = "INSERT INTO search_index(search_index, rowid, vector) VALUES ('delete', OLD.id, OLD.vector);"


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "search",
        sa.Column("id", sa.BigInteger() if postgresql else sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("vector", TSVECTOR() if postgresql else sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_search_entry_id_entry"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_search_entry_id")),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("account", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.name"], name=op.f("fk_saved_search_account_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_saved_search_token_hash")),
    )
    op.create_index("ix_saved_search_account", "saved_search", ["account"], unique=False)
    if postgresql:
        op.execute("CREATE INDEX ix_search_vector ON search USING gin (vector)")
        op.execute(
            "CREATE FUNCTION forget_emptied() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN DELETE FROM search WHERE entry_id = NEW.id; RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER entry_emptied AFTER UPDATE OF purged_at ON entry FOR EACH ROW "
            "WHEN (NEW.purged_at IS NOT NULL) EXECUTE FUNCTION forget_emptied()"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(vector, content='search', content_rowid='id', "
        "columnsize=0, prefix='2 3', tokenize=\"ascii tokenchars '_'\")"
    )
    op.execute(f"CREATE TRIGGER search_added AFTER INSERT ON search BEGIN {ADD} END")
    op.execute(f"CREATE TRIGGER search_removed AFTER DELETE ON search BEGIN {REMOVE} END")
    op.execute(f"CREATE TRIGGER search_changed AFTER UPDATE ON search BEGIN {REMOVE} {ADD} END")
    op.execute(
        "CREATE TRIGGER entry_emptied AFTER UPDATE OF purged_at ON entry WHEN NEW.purged_at IS NOT NULL "
        "BEGIN DELETE FROM search WHERE entry_id = NEW.id; END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER entry_emptied ON entry")
        op.execute("DROP FUNCTION forget_emptied()")
    else:
        op.execute("DROP TRIGGER entry_emptied")
        op.execute("DROP TABLE search_index")
    op.drop_table("saved_search")
    op.drop_table("search")
