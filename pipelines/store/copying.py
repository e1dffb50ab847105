"""The whole database into a file and back: SQLite by its online backup, PostgreSQL by its own programs."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from pipelines.errors import UserError

NAMES: Mapping[str, str] = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
"""What the file is called, by the kind of database: only a database of the same kind takes it."""


def tables(engine: Engine) -> list[str]:
    """The names of all tables that are there. Raises UserError where the database cannot be opened."""
    try:
        return inspect(engine).get_table_names()
    except (SQLAlchemyError, OSError) as error:
        shown = engine.url.render_as_string(hide_password=True)
        reason = str(error).splitlines()[0]
        raise UserError(f"the database {shown} cannot be opened: {reason}. Check the address.") from error


def write(engine: Engine, file: Path) -> None:
    """All of the database as it was at one moment, while others read and write on.

    Raises UserError where the copy cannot be made or would not be whole.
    """
    if engine.dialect.name == "sqlite":
        try:
            _sqlite_out(engine, file)
        except (sqlite3.Error, SQLAlchemyError) as error:
            raise UserError(f"the database cannot be copied: {error}. Nothing was changed.") from error
    else:
        _run("pg_dump", engine, "--format=custom", f"--file={file}")


def read(engine: Engine, file: Path) -> None:
    """Fill the empty database of `engine` from what `write` made. Raises UserError where that fails."""
    if engine.dialect.name == "sqlite":
        try:
            with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as source:
                _with_raw(engine, source.backup)
        except (sqlite3.Error, SQLAlchemyError) as error:
            raise UserError(f"the database cannot be filled from {file}: {error}.") from error
    else:
        _run("pg_restore", engine, "--exit-on-error", "--single-transaction", str(file))


def _sqlite_out(engine: Engine, file: Path) -> None:
    with closing(sqlite3.connect(file)) as target:
        _with_raw(engine, lambda source: source.backup(target))
        target.execute("PRAGMA journal_mode=DELETE")  # the file is then all there is, without a -wal beside it
        (answer,) = target.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise sqlite3.DatabaseError(f"it is damaged ({answer})")


def _with_raw(engine: Engine, do: Any) -> None:
    connection = engine.raw_connection()
    try:
        do(connection.driver_connection)
    finally:
        connection.close()


def _run(program: str, engine: Engine, *arguments: str) -> None:
    """The password goes by the environment: others on the machine can read a command line."""
    url = engine.url
    address = URL.create(
        "postgresql", username=url.username, host=url.host, port=url.port, database=url.database
    ).render_as_string()
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    command = [program, "--no-owner", "--no-privileges", "--no-password", f"--dbname={address}", *arguments]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise UserError(
            f"{program} is missing. Install PostgreSQL's client programs, of the server's version or newer."
        ) from error
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if line.strip()), "it said nothing")
        raise UserError(f"{program} failed: {said}. Mend that and run the command again.")
