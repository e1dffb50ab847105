"""Write very many rows into an empty database: tables first, indexes and triggers when they are full.

python -m tests.prove.dashboards_bulk URL [NUMBER]: fills the database at URL, which is made where it is missing.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from pipelines.store import search
from pipelines.store.engine import migrate, open_engine
from tests.prove import dashboards_beside
from tests.prove.dashboards_rows import COLUMNS, Told, chunks

MINE = (*COLUMNS, *dashboards_beside.COLUMNS)


def fill(engine: Engine, number: int) -> None:
    """Write `number` entries with all that stands beside them, and leave the database as the night leaves it."""
    told: list[Told] = []
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        with _bare(cursor, engine.dialect.name):
            for rows in chunks(engine.dialect.name, number, told):
                for table, columns in COLUMNS.items():
                    _write(cursor, engine.dialect.name, table, columns, rows[table])
            for table, columns in dashboards_beside.COLUMNS.items():
                listed = dashboards_beside.rows(table, told, engine.dialect.name)
                _write(cursor, engine.dialect.name, table, columns, listed)
        connection.commit()
    finally:
        connection.close()
    with engine.begin() as opened:
        search.tidy(opened)
    _settle(engine)


def _settle(engine: Engine) -> None:
    """Statistics; and in PostgreSQL, what rows may be read from the index alone."""
    connection = engine.raw_connection()
    try:
        if engine.dialect.name == "sqlite":
            connection.cursor().execute("ANALYZE")
        else:
            connection.rollback()
            connection.driver_connection.autocommit = True  # type: ignore[union-attr] - of pg8000
            connection.cursor().execute("VACUUM ANALYZE")
            connection.driver_connection.autocommit = False  # type: ignore[union-attr]
    finally:
        connection.close()


@contextmanager
def _bare(cursor: Any, dialect: str) -> Iterator[None]:
    """Without what a row costs beyond itself, and with all of it again afterwards."""
    if dialect == "sqlite":
        made = list(cursor.execute(f"SELECT type, name, sql FROM sqlite_master {_OF_MINE}"))
        for pragma in ("foreign_keys=OFF", "journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("BEGIN")
    else:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET session_replication_role = replica")  # no triggers, no look for what a key refers to
        cursor.execute(
            "SELECT 'INDEX', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint) AND tablename = ANY(string_to_array(%s, ','))",
            (",".join(MINE),),
        )
        made = cursor.fetchall()
    for kind, name, _ in made:
        cursor.execute(f"DROP {kind} {name}")
    yield
    for _, _, sql in made:
        cursor.execute(sql)
    if dialect == "sqlite":
        cursor.execute("INSERT INTO search_index(search_index, rank) VALUES ('hashsize', 268435456)")
        cursor.execute("INSERT INTO search_index(search_index) VALUES ('rebuild')")
        cursor.execute("INSERT INTO search_index(search_index, rank) VALUES ('hashsize', 1048576)")
    else:
        cursor.execute("SET session_replication_role = origin")


_OF_MINE = f"WHERE sql NOT NULL AND type IN ('index', 'trigger') AND tbl_name IN {MINE!r}"


def _write(cursor: Any, dialect: str, table: str, columns: str, listed: Iterable[tuple[Any, ...]]) -> None:
    """As the driver takes it fastest: many rows at once in SQLite, COPY in PostgreSQL."""
    names = columns.split()
    quoted = ", ".join(f'"{name}"' for name in names)
    if dialect == "sqlite":
        cursor.executemany(f'INSERT INTO "{table}" ({quoted}) VALUES ({", ".join("?" * len(names))})', listed)
        return
    # no function for each value: calling it would take as long as all the rest
    lines = ["\x1e".join([v if v.__class__ is str else "\x1d" if v is None else str(v) for v in row]) for row in listed]
    text = "\x1f".join(lines)
    for sign, written in _WRITTEN:
        text = text.replace(sign, written)
    if text:
        cursor.execute(f'COPY "{table}" ({quoted}) FROM STDIN', stream=io.BytesIO(f"{text}\n".encode()))


_WRITTEN = (
    ("\\", "\\\\"),
    ("\t", "\\t"),
    ("\n", "\\n"),
    ("\r", "\\r"),
    ("\x1d", "\\N"),
    ("\x1e", "\t"),
    ("\x1f", "\n"),
)
"""All rows at once, which is much less work than value by value. Our own texts hold none of the last three signs."""


if __name__ == "__main__":
    made = open_engine(sys.argv[1])
    migrate(made)
    began, used = time.perf_counter(), time.process_time()
    fill(made, int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    print(f"{time.perf_counter() - began:.0f} s, {time.process_time() - used:.0f} s of this processor")
