"""Open a database and bring it up to date. SQLite in WAL by default; PostgreSQL by URL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from pipelines.errors import UserError
from pipelines.store import postgres, search

LOCK_WAIT_SECONDS = 30
READY, MORE = 10, 50
"""Connections that are kept, and those beyond them while many ask at once: a page that holds one to read takes another
to write down who has read, so that too few of them would wait for each other. PostgreSQL's own limit is 100."""


def open_engine(url: str) -> Engine:
    """An engine for `url`, whose errors do not repeat what people wrote.

    Raises UserError for a URL that names no database we can speak to.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UserError(
            "the database address is not valid. Write it as sqlite:///file or postgresql://user@host/name."
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        pool = {} if parsed.database in (None, "", ":memory:") else {"pool_size": READY, "max_overflow": MORE}
        engine = create_engine(parsed, connect_args={"timeout": LOCK_WAIT_SECONDS}, hide_parameters=True, **pool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediately)
        return engine
    if backend == "postgresql":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+pg8000")
        pool = {"pool_size": READY, "max_overflow": MORE}
        engine = create_engine(parsed, hide_parameters=True, **pool)
        postgres.prepare(engine)
        return engine
    raise UserError(f"{backend} is not a database we know. Use sqlite:///file or postgresql://user@host/name.")


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    # 32 MB of pages in memory: an eighth less work for counts than SQLite's own 2 MB, measured among a million entries
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32768"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediately(connection: Any) -> None:
    """Take the write lock at once: a transaction that reads and then writes would otherwise fail under a second writer
    instead of waiting for it."""
    mode = "DEFERRED" if connection.get_execution_options().get("reading") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {mode}")


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version; only looked at, not locked, where it is there already.

    Raises UserError where the database cannot be reached or is newer than this program.
    """
    try:
        if not is_current(engine):
            config = _alembic()
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                search.complete(connection)
    except CommandError as error:
        raise UserError(
            f"the database is of another version than this program: {error}. Update the program."
        ) from error
    except (SQLAlchemyError, OSError) as error:
        shown = engine.url.render_as_string(hide_password=True)
        reason = str(error).splitlines()[0]
        raise UserError(
            f"the database {shown} cannot be opened: {reason}. Check the address and that it is up."
        ) from error


def is_current(engine: Engine) -> bool:
    """Whether the database has this program's schema. Raises SQLAlchemyError or OSError where it does not answer."""
    return revision(engine) == revisions()[-1]


def revision(engine: Engine) -> str | None:
    """Of the schema in the database; None for one that is empty."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def revisions() -> tuple[str, ...]:
    """Every schema that this program can read or bring up to date, oldest first."""
    steps = ScriptDirectory.from_config(_alembic()).walk_revisions()
    return tuple(reversed([step.revision for step in steps]))


def _alembic() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reads only: it never waits for a writer."""
    with reader(engine) as connection:
        yield connection


def reader(engine: Engine) -> Connection:
    """The same, for who closes it himself."""
    return engine.connect().execution_options(reading=True)


def tidy(engine: Engine) -> None:
    """Let SQLite look over its indexes and fold its log back into the file; PostgreSQL does both by itself."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()  # outside any transaction: a checkpoint inside one is refused
        cursor.execute("PRAGMA optimize")
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        cursor.close()
    finally:
        connection.close()


def scrub(engine: Engine) -> None:
    """Write a SQLite file anew, so that nothing deleted is left in its free pages, nor in its log once nobody reads
    from that. PostgreSQL's VACUUM does so by itself, in its own time. Raises UserError while others hold the database.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    except sqlite3.OperationalError as error:
        raise UserError(
            f"what was deleted could not be written over: {error}. Run `mediebevakning housekeeping` when nobody else "
            "uses the database; it goes on from here."
        ) from error
    finally:
        connection.close()
