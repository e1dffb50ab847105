"""A PostgreSQL of one's own: backed up and put back, and brought up to date from every earlier schema."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text

from pipelines import backup
from pipelines.errors import UserError
from pipelines.store.engine import migrate, open_engine, reading, revisions
from pipelines.store.schema import metadata
from tests.builders import NOW
from tests.dashboards import seed
from tests.prove import postgres
from tests.store.earlier import OURS, fill, left, migrate_to

SUITES = (
    *("tests/store/test_cases.py", "tests/store/test_register.py", "tests/register", "tests/duties"),
    "tests/housekeeping/test_keeping.py",
    *("tests/housekeeping/test_person.py", "tests/housekeeping/test_phase.py", "tests/housekeeping/test_whistle.py"),
)
pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if postgres.programs() is None or shutil.which("pg_dump") is None:
        pytest.skip("not installed: postgresql")
    with postgres.server() as url:
        yield url


def empty(server: str, name: str) -> str:
    """The address of a new database on the server."""
    with open_engine(server).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"create database {name}"))
    return server.removesuffix("/postgres") + f"/{name}"


def rows(engine: Engine) -> dict[str, list[str]]:
    with reading(engine) as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(table.select()))
            for table in metadata.sorted_tables
        }


def test_what_is_put_back_is_what_was_kept(server: str, tmp_path: Path) -> None:
    small = seed.world(tmp_path)
    here, there = empty(server, "here"), empty(server, "there")
    engine = open_engine(here)
    migrate(engine)
    with reading(small.engine) as source, engine.begin() as connection:
        for table in metadata.sorted_tables:
            if found := [dict(row) for row in source.execute(table.select()).mappings()]:
                connection.execute(table.insert(), found)
    backup.write(replace(small.settings, database=here), {}, tmp_path / "kept", NOW, keys=True)
    password = open_engine(here).url.password
    assert password
    assert all(password.encode() not in path.read_bytes() for path in (tmp_path / "kept").rglob("*") if path.is_file())
    target = replace(small.settings, database=there, config=tmp_path / "config", var=tmp_path / "var")
    backup.read(target, tmp_path / "kept")
    assert rows(open_engine(there)) == rows(engine) and rows(engine)["entry"]
    with pytest.raises(UserError, match="not empty"):
        backup.read(replace(target, config=tmp_path / "other", var=tmp_path / "other"), tmp_path / "kept")
    with pytest.raises(UserError, match="another kind of database"):
        backup.read(replace(target, database=f"sqlite:///{tmp_path}/x.db"), tmp_path / "kept")


@pytest.mark.parametrize("earlier", revisions()[:-1])
def test_a_database_of_every_earlier_schema_keeps_every_row(server: str, earlier: str) -> None:
    engine = open_engine(empty(server, f"upgraded_{earlier}"))
    migrate_to(engine, earlier)
    filled = fill(engine)
    migrate(engine)
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=OURS), metadata) == []
        (kind,) = connection.execute(text("select indexdef from pg_indexes where indexname = 'ix_search_vector'")).one()
        assert "USING gin (vector)" in kind
    assert left(engine, filled) == filled


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("suite", SUITES)
def test_what_holds_in_sqlite_holds_here(suite: str) -> None:
    """The suites themselves, with PostgreSQL under every application."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "pytest", "-x", "--postgres", "-m", "not live and not browser", suite]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
