"""Opening, migrating and sharing a database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from pipelines.errors import UserError
from pipelines.store import issues, outbox, overlay
from pipelines.store.engine import migrate, open_engine, reading, revisions
from pipelines.store.schema import metadata, setting
from pipelines.types import Issue
from tests.store.earlier import OURS, fill, left, migrate_to

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_the_migrations_make_the_very_schema_that_the_code_uses(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=OURS), metadata) == []


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    migrate(engine)
    with engine.begin() as connection:
        issues.report(connection, Issue("k", "source:a", "Något", "Gör något"), NOW)
    migrate(engine)
    with reading(engine) as connection:
        assert connection.execute(text("select count(*) from issue")).scalar_one() == 1


def test_sqlite_is_in_wal_and_keeps_its_references(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    with engine.connect() as connection:
        assert connection.execute(text("pragma journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("pragma foreign_keys")).scalar_one() == 1


@pytest.mark.parametrize("url", ["nonsense", "mysql://localhost/x", "sqlite:////proc/nowhere/x.db"])
def test_a_database_that_cannot_be_used_is_said_in_a_sentence(url: str) -> None:
    with pytest.raises((UserError, OSError)):
        migrate(open_engine(url))


def test_a_password_never_stands_in_the_error() -> None:
    engine = open_engine("postgresql://user:hemligt@127.0.0.1:1/x")
    with pytest.raises(UserError) as refused:
        migrate(engine)
    assert "hemligt" not in str(refused.value)


def test_writers_wait_for_each_other_instead_of_failing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    migrate(engine)
    failures: list[Exception] = []

    def count_up() -> None:
        try:
            for _ in range(25):
                with engine.begin() as connection:
                    issues.report(connection, Issue("one", "source:a", "Något", "Gör något"), NOW)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(engine) as connection:
        assert connection.execute(text("select count from issue")).scalar_one() == 100


def test_times_come_back_as_they_went_in_and_a_naive_one_is_refused(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    migrate(engine)
    with engine.begin() as connection:
        issues.report(connection, Issue("k", "source:a", "Något", "Gör något"), NOW)
        table = metadata.tables["issue"]
        assert connection.execute(table.select()).one().first_at == NOW
        with pytest.raises(Exception, match="without zone"):
            issues.close(connection, "k", NOW.replace(tzinfo=None))


def test_every_reference_and_every_name_is_spelled_out_for_both_databases(tmp_path: Path) -> None:
    """Unnamed constraints cannot be altered later on PostgreSQL."""
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    migrate(engine)
    tables = [name for name in inspect(engine).get_table_names() if not name.startswith("search_index")]
    assert set(tables) == {*metadata.tables, "alembic_version"}
    assert all(constraint.name for table in metadata.tables.values() for constraint in table.constraints)


def test_what_was_to_be_sent_before_there_were_channels_is_still_sent_as_mail(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    migrate_to(engine, "0001")
    old = dict.fromkeys(("key", "receiver", "address", "subject", "text", "html", "message_id"), "x")
    columns = old | {"kind": "alert", "state": "pending", "created_at": NOW, "not_before": NOW, "attempts": 0}
    names = ", ".join(columns)
    with engine.begin() as connection:
        given = ", ".join(f":{name}" for name in columns)
        connection.execute(text(f"insert into message ({names}) values ({given})"), columns)
    migrate(engine)
    with engine.begin() as connection:
        ((mail, _),) = outbox.claim(connection, "w", NOW + timedelta(days=1), timedelta(minutes=1), 1)
    assert (mail.key, mail.channel, mail.link) == ("x", "mail", "")


@pytest.mark.parametrize("earlier", revisions()[:-1])
def test_a_database_of_every_earlier_schema_keeps_every_row(tmp_path: Path, earlier: str) -> None:
    """A row in each table: SQLite copies a table that it cannot alter, and what refers to it must not go with it."""
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    migrate_to(engine, earlier)
    filled = fill(engine)
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=OURS), metadata) == []
        assert connection.execute(text("pragma foreign_key_check")).all() == []
    assert left(engine, filled) == filled


def test_of_two_changes_that_follow_the_same_one_is_stored(tmp_path: Path) -> None:
    """The database itself sees to it, whatever a page has read."""
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    migrate(engine)
    with engine.begin() as connection:
        overlay.change(connection, "pause", overlay.Change("blogg", {}, "x", "anna", NOW), seen=0)
        with pytest.raises(overlay.TakenError):
            overlay.change(connection, "pause", overlay.Change("blogg", None, "x", "bertil", NOW), seen=0)
    row = {"kind": "pause", "name": "blogg", "follows": 0, "reason": "x", "by": "bertil", "at": NOW}
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(setting.insert().values(**row))
    with reading(engine) as connection:
        assert [one.by for one in overlay.history(connection, "pause")] == ["anna"]
        assert overlay.newest(connection, "source", "blogg") is None
