"""Stories: known again by any of their keys, for as long as they are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.store import entries, stories
from tests import builders

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_story_is_known_by_any_of_its_keys_until_it_is_long_untold(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    with app.engine.begin() as connection:
        entries.save(connection, [builders.entry("e1"), builders.entry("e2")], NOW, silent=False)
        stories.begin(connection, "e1", NOW)
        stories.add(connection, "e1", "e1", ["url:a", "text:b", "text:b"], "Först.", NOW)
        recently = NOW - timedelta(days=1)
        assert stories.find(connection, ["url:x", "text:b"], recently) == "e1"
        assert stories.find(connection, ["url:x"], recently) is None
        assert stories.find(connection, ["text:b"], NOW + timedelta(days=1)) is None
        assert stories.of_entry(connection, "e1") == "e1"


def test_the_same_words_later_stand_for_the_new_story(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    later = NOW + timedelta(days=30)
    with app.engine.begin() as connection:
        entries.save(connection, [builders.entry("e1"), builders.entry("e2")], NOW, silent=False)
        for story_id, at in (("e1", NOW), ("e2", later)):
            assert stories.find(connection, ["text:b"], at - timedelta(days=14)) is None
            stories.begin(connection, story_id, at)
            stories.add(connection, story_id, story_id, ["text:b"], "Först.", at)
        assert stories.find(connection, ["text:b"], later - timedelta(days=14)) == "e2"
