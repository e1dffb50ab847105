"""A database as an earlier release left it: its schema, with a row in each table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, inspect

from pipelines import store
from pipelines.store.schema import metadata

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
VALUES = {str: "x", bytes: b"x", int: 1, float: 1.0, bool: True, datetime: NOW, date: NOW.date(), object: [], dict: []}
OWN = ("search_index", "ix_search_vector")
"""What a database has for its inverted index, SQLite's tables, PostgreSQL's index: the metadata do not know of it."""
OURS = {"include_name": lambda name, kind, _: kind not in ("table", "index") or not str(name).startswith(OWN)}
Rows = dict[str, list[dict[str, Any]]]


def migrate_to(engine: Engine, revision: str) -> None:
    given = Config()
    given.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
    with engine.begin() as connection:
        given.attributes["connection"] = connection
        command.upgrade(given, revision)


def fill(engine: Engine) -> Rows:
    """Put a row into each table of ours, and tell what is in them."""
    ours = set(inspect(engine).get_table_names()) & set(metadata.tables)
    then = MetaData()
    then.reflect(engine, only=sorted(ours))
    with engine.begin() as connection:
        for table in then.sorted_tables:
            if connection.execute(table.select().limit(1)).first():
                continue  # a trigger's work
            row = {column.name: VALUES[column.type.python_type] for column in table.columns}
            if connection.execute(table.select()).first() is None:  # a trigger may have written it
                connection.execute(table.insert().values(row))
    return _rows(engine, then)


def left(engine: Engine, of: Rows) -> Rows:
    """What is in the same columns of the same tables now; a column that is gone is told as missing."""
    now = MetaData()
    now.reflect(engine, only=sorted(of))
    return {
        name: [{column: row.get(column, "gone") for column in of[name][0]} for row in rows]
        for name, rows in _rows(engine, now).items()
        if name in of
    }


def _rows(engine: Engine, of: MetaData) -> Rows:
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in of.sorted_tables
        }
