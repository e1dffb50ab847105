"""PostgreSQL's index of words takes new entries in at once: a list of those yet to be taken in is what every word that
is looked for would read as well."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_search_vector SET (fastupdate = off)")
        op.execute("SELECT gin_clean_pending_list('ix_search_vector')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_search_vector RESET (fastupdate)")
