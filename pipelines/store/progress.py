"""How far the walk has come: what a launcher or a health check asks without knowing any version."""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select

from pipelines.store.schema import assessment, entry


def unassessed(connection: Connection) -> int:
    """Entries whose present wording nothing has assessed yet, under any version."""
    return connection.execute(
        select(func.count())
        .select_from(entry.outerjoin(assessment, assessment.c.entry_id == entry.c.id))
        .where(
            entry.c.purged_at.is_(None),
            or_(assessment.c.entry_id.is_(None), assessment.c.revision != entry.c.revision),
        )
    ).scalar_one()
