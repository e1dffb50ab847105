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
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from pipelines import backup
from pipelines.bootstrap import App
from pipelines.errors import UserError
from pipelines.forms import forms
from pipelines.query import All, Any, Not, Query, Term, Words, ask
from pipelines.store.engine import migrate, open_engine, reading, revisions
from pipelines.store.postgres import KEPT
from pipelines.store.schema import metadata
from pipelines.store.views import Scope
from pipelines.store.views.entries import Filters, count, find
from tests import builders
from tests.builders import NOW, entry, item
from tests.dashboards import seed
from tests.prove import postgres
from tests.store.earlier import OURS, fill, left, migrate_to
from tests.store.test_search import TEXTS

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


def test_a_reader_remembers_no_more_statements_than_it_may(server: str) -> None:
    engine = open_engine(server)
    with reading(engine) as connection:
        for _ in range(2):
            found = [
                connection.execute(text(f"select :given + {number}"), {"given": number}).scalar_one()
                for number in range(KEPT + 5)
            ]
            assert found == [2 * number for number in range(KEPT + 5)]
        assert connection.execute(text("select count(*) from pg_prepared_statements")).scalar_one() <= KEPT
    engine.dispose()


def test_what_only_reads_opens_no_transaction_and_what_writes_does(server: str) -> None:
    engine = open_engine(server)
    now = text("select now() = statement_timestamp()")
    with reading(engine) as connection:
        assert connection.execute(text("select 1 where :a = '100 % ''sure'''"), {"a": "100 % 'sure'"}).scalar_one() == 1
        assert connection.execute(now).scalar_one()
        assert connection.execute(now).scalar_one()
    with engine.connect() as connection:  # the same one from the pool
        connection.execute(text("create table taken_back (a int)"))
        assert not connection.execute(now).scalar_one()
    with reading(engine) as connection:
        assert connection.execute(text("select to_regclass('taken_back')")).scalar_one() is None
    engine.dispose()


def test_a_connection_that_the_server_has_closed_is_opened_anew(server: str) -> None:
    engine, other = open_engine(server), open_engine(server)
    with reading(engine) as connection:
        first = connection.execute(text("select pg_backend_pid()")).scalar_one()
    with reading(other) as connection:
        connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": first})
    with reading(engine) as connection:
        assert connection.execute(text("select pg_backend_pid()")).scalar_one() != first
    engine.dispose()
    other.dispose()


def spelt(query: Query) -> Query:
    """The same for a text alone, which knows no forms: each of them said."""
    match query:
        case Term() if not (query.exact or query.prefix):
            *before, last = query.words
            return Any(tuple(Term((*before, form), exact=True) for form in forms(last)))
        case Not(part):
            return Not(spelt(part))
        case All(parts) | Any(parts):
            return type(query)(tuple(map(spelt, parts)))
        case _:
            return query


TERM = st.builds(
    lambda words, how: Term(tuple(words), prefix=how == "prefix", exact=how != "forms"),
    st.lists(
        st.sampled_from(("skola", "skolan", "södra", "snö", "kök", "tjänst", "brann", "saknas")), min_size=1, max_size=2
    ),
    st.sampled_from(("forms", "forms", "exact", "prefix")),
)
TREE = st.recursive(
    TERM,
    lambda inner: (
        st.builds(Not, inner) | st.builds(All, st.tuples(inner, inner)) | st.builds(Any, st.tuples(inner, inner))
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module", params=["counted", "not counted"])
def texts(server: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> App:
    """Some texts; PostgreSQL has counted their words, so that a reader takes the common ones as there, or has not."""
    engine = open_engine(empty(server, f"texts_{request.param[:3]}"))
    migrate(engine)
    app = replace(builders.app(tmp_path_factory.mktemp("texts")), engine=engine)
    builders.save(app, [item(entry(f"t{number}", title="", text=said)) for number, said in enumerate(TEXTS)])
    if request.param == "counted":
        with engine.begin() as connection:
            connection.execute(text("analyze search"))
            common = "select cardinality(most_common_elems::text::text[]) from pg_stats where attname = 'vector'"
            assert connection.execute(text(common)).scalar_one()
    return app


@settings(max_examples=150, deadline=None)
@given(TREE)
def test_it_finds_what_the_texts_themselves_say(texts: App, query: Query) -> None:
    plain = {f"t{number}" for number, said in enumerate(TEXTS) if ask(spelt(query), Words(said)) is not None}
    filters = Filters(asked=(query,), about=False)
    with reading(texts.engine) as connection:
        found = find(connection, Scope(None, None, flagged_texts=True), filters, limit=100)
        assert count(connection, Scope(None, None, flagged_texts=True), filters) == len(plain)
    assert {one.entry.id for one in found.items} == plain
