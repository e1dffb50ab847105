"""Records of processing as they were kept, by name, the last one to compare with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from pipelines.store.schema import record_version


def last(connection: Connection) -> dict[str, tuple[str, datetime]]:
    """Name -> content and when it was kept."""
    newest = select(func.max(record_version.c.id)).group_by(record_version.c.name)
    rows = connection.execute(select(record_version).where(record_version.c.id.in_(newest)))
    return {row.name: (row.content, row.at) for row in rows}


def keep(connection: Connection, name: str, content: str, by: str, now: datetime) -> None:
    connection.execute(insert(record_version).values(name=name, content=content, by=by, at=now))
