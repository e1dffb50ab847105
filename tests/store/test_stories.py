"""Stories: known again by keys that their entries hold; moved by people, and then left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from pipelines.store import decisions, entries, stories
from pipelines.telling import Placed
from tests import builders

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def put(connection: Connection, story_id: str, *ids: str, at: datetime = NOW) -> None:
    entries.save(connection, [builders.entry(id) for id in ids], at, silent=False)
    stories.save(
        connection,
        [Placed(id, story_id, "first" if id == story_id else "copy", "Därför.", at, (f"k:{id}", "k:x")) for id in ids],
    )


def test_keys_lead_to_the_entries_that_hold_them(tmp_path: Path) -> None:
    with builders.app(tmp_path).engine.begin() as connection:
        put(connection, "e1", "e1")
        put(connection, "e2", "e2", at=NOW + timedelta(days=3))
        assert stories.holders(connection, ["k:x", "k:e1", "k:none"], NOW) == {"k:x": ["e1", "e2"], "k:e1": ["e1"]}
        assert stories.holders(connection, ["k:x"], NOW + timedelta(days=1)) == {"k:x": ["e2"]}


def test_a_split_is_kept_with_who_and_when_and_a_merge_gives_the_id_back(tmp_path: Path) -> None:
    with builders.app(tmp_path).engine.begin() as connection:
        put(connection, "e1", "e1", "e2", "e3")
        assert decisions.split(connection, ["e2", "e3"], "Anna", NOW) == "e2"
        assert stories.placed(connection, ["e1", "e2", "e3"]) == {"e1": "e1", "e2": "e2", "e3": "e2"}
        assert decisions.merge(connection, "e1", "e2", "Bo", NOW) == 2
        assert set(stories.placed(connection, ["e1", "e2", "e3"]).values()) == {"e1"}
        assert decisions.split(connection, ["e3", "e2"], "Anna", NOW) == "e2"
        done = decisions.of_story(connection, "e1")
        assert [(one.kind, one.by, one.into_id) for one in done] == [
            ("split", "Anna", "e2"),
            ("merge", "Bo", "e1"),
            ("split", "Anna", "e2"),
        ]
        moved = decisions.lines(connection, "e2")
        assert {(line.told_as, line.reason) for line in moved} == {("moved", "Skilt från en annan historia av Anna.")}


def test_the_first_entry_may_leave_and_the_story_keeps_its_id(tmp_path: Path) -> None:
    with builders.app(tmp_path).engine.begin() as connection:
        put(connection, "e1", "e1", "e2")
        left = decisions.split(connection, ["e1"], "Anna", NOW)
        assert left not in (None, "e1", "e2")
        assert stories.placed(connection, ["e1", "e2"]) == {"e1": left, "e2": "e1"}


def test_what_is_no_part_of_one_story_is_not_moved(tmp_path: Path) -> None:
    with builders.app(tmp_path).engine.begin() as connection:
        put(connection, "e1", "e1", "e2")
        put(connection, "e3", "e3")
        assert decisions.split(connection, ["e1", "e2"], "Anna", NOW) is None
        assert decisions.split(connection, ["e2", "e3"], "Anna", NOW) is None
        assert decisions.split(connection, ["none"], "Anna", NOW) is None
        assert decisions.merge(connection, "e1", "e1", "Anna", NOW) is None
        assert decisions.merge(connection, "none", "e1", "Anna", NOW) is None
        assert decisions.of_story(connection, "e1") == ()
