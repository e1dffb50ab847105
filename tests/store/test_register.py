"""The register in the database: the last change holds, every change stays, and of two at once one is stored."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from pipelines.bootstrap import App
from pipelines.register.official import Official
from pipelines.store import register
from pipelines.store.engine import reading
from pipelines.store.overlay import TakenError
from pipelines.store.register import Telling
from tests import builders
from tests.builders import NOW, entry, official


@pytest.fixture
def app(tmp_path: Path) -> App:
    return builders.app(tmp_path)


def change(app: App, given: Official, seen: int | None = None) -> None:
    with app.engine.begin() as connection:
        last = register.last_change(connection, given.id) if seen is None else seen
        register.change(connection, given, seen=last, by="anna", reason="Därför", now=NOW)


def test_the_last_change_holds_and_every_change_stays(app: App) -> None:
    for one in (official("b"), official("a"), official("b", purpose="Nytt syfte")):
        change(app, one)
    with reading(app.engine) as connection:
        assert register.current(connection) == (official("a"), official("b", purpose="Nytt syfte"))
        assert register.one(connection, "b") == official("b", purpose="Nytt syfte")
        assert register.one(connection, "c") is None
        assert [event.value["purpose"] for event in register.history(connection, "b")] == [
            official().purpose,
            "Nytt syfte",
        ]


def test_who_has_not_seen_the_last_change_is_told(app: App) -> None:
    change(app, official())
    with pytest.raises(TakenError):
        change(app, official(purpose="Annat"), seen=0)
    with reading(app.engine) as connection:
        assert register.current(connection) == (official(),)


def test_the_database_itself_takes_one_follower_only(app: App) -> None:
    """Two who have both looked before either wrote."""
    change(app, official())
    row = "INSERT INTO register_event (account, action, follows, value, reason, by, at) VALUES "
    with pytest.raises(DatabaseError), app.engine.begin() as connection:
        connection.execute(text(f"{row} ('facebook-smaby', 'changed', 0, '{{}}', '', '', '2026-11-21')"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register_event SET reason = 'x'",
        "DELETE FROM register_event",
        pytest.param("INSERT OR REPLACE INTO register_event SELECT * FROM register_event", marks=pytest.mark.sqlite),
        pytest.param(
            "INSERT OR REPLACE INTO register_event (account, action, follows, value, reason, by, at) "
            "SELECT account, action, follows, '{}', reason, by, at FROM register_event",
            marks=pytest.mark.sqlite,
        ),
    ],
)
def test_nobody_rewrites_the_history(app: App, statement: str) -> None:
    change(app, official())
    with pytest.raises(DatabaseError, match="append-only"), app.engine.begin() as connection:
        connection.execute(text(statement))


def test_being_told_is_no_change(app: App) -> None:
    change(app, official())
    given = Telling("first", NOW - timedelta(days=61), ("kommunikationschef",), NOW)
    with app.engine.begin() as connection:
        before = register.last_change(connection, official().id)
        register.told(connection, official().id, given, by="clock")
        assert register.last_change(connection, official().id) == before
        assert register.tellings(connection, official().id, given.since) == (given,)
        assert register.tellings(connection, official().id, NOW) == ()
        assert register.current(connection) == (official(),)


def test_the_last_post_is_the_source_s_own_newest_and_none_of_tomorrow(app: App) -> None:
    posts = [entry(f"e{days}", published=NOW - timedelta(days=days)) for days in (3, 5, -1)]
    builders.save(app, [builders.item(one) for one in posts])
    with reading(app.engine) as connection:
        assert register.last_post(connection, "smabybladet", NOW) == NOW - timedelta(days=3)
        assert register.last_post(connection, "rikstidningen", NOW) is None


def test_an_open_account_is_found_by_its_source(app: App) -> None:
    change(app, official("a", source="smabybladet"))
    change(app, official("b", source="polisen", closed=NOW.date()))
    with reading(app.engine) as connection:
        found = register.of_source(connection, ["smabybladet", "polisen", "rikstidningen"])
    assert {source: one.id for source, one in found.items()} == {"smabybladet": "a"}
