"""Entries: stored once, edited in place with their earlier wording kept, never back from the dead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from pipelines.store import entries
from pipelines.store.engine import migrate, open_engine
from pipelines.types import Entry
from tests import builders

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
POST = Entry("e1", "forum", "42", "forum", "https://forum.example/42", "Rubrik", "Text om skolan")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    opened = open_engine(f"sqlite:///{tmp_path}/x.db")
    migrate(opened)
    return opened


def test_the_same_entries_again_store_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        assert entries.save(connection, [POST, POST], NOW, silent=False) == entries.Saved(1, 0, 0)
        assert entries.save(connection, [POST], NOW, silent=False) == entries.Saved(0, 0, 1)


def test_an_edit_keeps_what_stood_before_once(engine: Engine) -> None:
    edited = replace(POST, text="Text om skolan, rättad")
    with engine.begin() as connection:
        entries.save(connection, [POST], NOW, silent=True)
        for post in (edited, POST, edited, POST):
            assert entries.save(connection, [post], NOW + timedelta(hours=1), silent=False).edited == 1
        kept = connection.execute(text("select text from entry_version order by text")).scalars().all()
        row = connection.execute(text("select text, silent, edited_at from entry")).one()
    assert kept == ["Text om skolan", "Text om skolan, rättad"]
    assert (row.text, bool(row.silent), row.edited_at is not None) == ("Text om skolan", True, True)


def test_what_was_purged_does_not_come_back(engine: Engine) -> None:
    with engine.begin() as connection:
        entries.save(connection, [POST], NOW - timedelta(days=400), silent=False)
        builders.purge(connection)
        assert entries.save(connection, [POST], NOW, silent=False) == entries.Saved(0, 0, 1)
        row = connection.execute(text("select title, text, url, purged_at from entry")).one()
    assert (row.title, row.text, row.url) == ("", "", None) and row.purged_at


def test_a_thousand_at_once(engine: Engine) -> None:
    many = [replace(POST, id=f"e{number}", native_id=str(number)) for number in range(2500)]
    with engine.begin() as connection:
        assert entries.save(connection, many, NOW, silent=False).new == 2500
        assert entries.save(connection, many, NOW, silent=False).unchanged == 2500
