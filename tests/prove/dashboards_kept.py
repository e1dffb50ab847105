"""Very many rows, made once: each run reads a copy of its own, and what was made is there for the next.

A database is known by all that decides what is in it, so that none is used that another program has made.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, make_url

from pipelines.store.engine import migrate, open_engine
from tests.prove.dashboards_bulk import fill
from tests.prove.dashboards_rows import CONFIG, ROOT
from tests.prove.postgres import server

POSTGRESQL = {"shared_buffers": "512MB", "effective_cache_size": "4GB", "random_page_cost": "1.1"}
"""As docs/drift.md advises."""
DECIDES = (
    "tests/prove/dashboards_[br]*.py",
    "pipelines/store/search.py",
    "pipelines/store/migrations/versions/*.py",
    "pipelines/forms.py",
    "pipelines/query/*.py",
    "pipelines/texts/*.jsonl",
    "sentiment/fold.py",
)
COPY = "copy"


class Database(NamedTuple):
    """One that is full."""

    name: str
    url: str
    made: tuple[float, float] | None
    """Seconds by the clock and of this process that it took to fill; None where it was there already."""


@contextmanager
def databases(folder: Path, number: int) -> Iterator[Iterator[Database]]:
    """Both with `number` entries, one after the other; each is a copy that may be written to."""
    with server(folder / "postgresql", **POSTGRESQL) as address:
        yield (make(folder, address, number) for make in (_sqlite, _postgresql))
        _drop(address, COPY)


def _sqlite(folder: Path, _: str, number: int) -> Database:
    kept, copy = folder / f"rows_{_known_by(number)}.db", folder / f"{COPY}.db"
    made = None
    if not kept.exists():
        begun = folder / "begun.db"
        _remove(begun)
        made = _filled(f"sqlite:///{begun}", number)
        begun.rename(kept)
    _remove(copy)
    shutil.copyfile(kept, copy)
    return Database("sqlite", f"sqlite:///{copy}", made)


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _postgresql(_: Path, address: str, number: int) -> Database:
    kept, begun = f"rows_{_known_by(number)}", "begun"
    made = None
    if not _asked(address, f"SELECT 1 FROM pg_database WHERE datname = '{kept}'"):
        _drop(address, begun)
        _asked(address, f"CREATE DATABASE {begun}")
        made = _filled(_named(address, begun), number)
        _asked(address, f"ALTER DATABASE {begun} RENAME TO {kept}")
    _drop(address, COPY)
    _asked(address, f"CREATE DATABASE {COPY} TEMPLATE {kept} STRATEGY file_copy")
    return Database("postgresql", _named(address, COPY), made)


def _filled(url: str, number: int) -> tuple[float, float]:
    engine = open_engine(url)
    migrate(engine)
    began, used = time.perf_counter(), time.process_time()
    fill(engine, number)
    engine.dispose()
    return time.perf_counter() - began, time.process_time() - used


def _drop(address: str, name: str) -> None:
    _asked(address, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _asked(address: str, statement: str) -> list[tuple[object, ...]]:
    """Outside any transaction, as whatever makes a database must be."""
    engine: Engine = open_engine(address)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        answer = connection.exec_driver_sql(statement)
        rows = [tuple(row) for row in answer] if answer.returns_rows else []
    engine.dispose()
    return rows


def _named(address: str, database: str) -> str:
    return make_url(address).set(database=database).render_as_string(hide_password=False)


def _known_by(number: int) -> str:
    """Of all that decides what is in it."""
    known = hashlib.sha256(str(number).encode())
    for pattern in (*DECIDES, f"{CONFIG.relative_to(ROOT)}/*.toml"):
        for path in sorted(ROOT.glob(pattern)):
            known.update(path.read_bytes())
    return known.hexdigest()[:16]
