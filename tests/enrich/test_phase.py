"""Enrich over the database: once each, whatever happens beside it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.bootstrap import App
from pipelines.enrich import assess, phase
from pipelines.store import entries, items, stories
from pipelines.store.engine import reading
from pipelines.types import Entry, Item
from tests import builders
from tests.builders import NOW, app, config, entry, smaby

TEXT = "Rektorn på Näsviksskolan fick ett brev där det stod att någon mobbas. " * 2


def collect(to: App, *posts: Entry) -> None:
    with to.engine.begin() as connection:
        entries.save(connection, posts, NOW, silent=False)


def assessed(of: App) -> dict[str, Item]:
    with reading(of.engine) as connection:
        return {item.entry.id: item for item in items.load(connection, items.query())}


def test_what_awaits_is_assessed_once(tmp_path: Path) -> None:
    made = app(tmp_path)
    collect(made, entry("a", text="Min son blir mobbad på Näsviksskolan."), entry("b", title="", text="Ingenting."))
    first, second = phase.run(made), phase.run(made)
    assert (first.assessed, first.about, first.flags, first.alerts, first.stories_new) == (2, 1, {"bullying": 1}, 1, 2)
    assert second.assessed == 0
    assert json.loads(json.dumps(first.as_json()))["assessed"] == 2
    assert assessed(made)["a"].assessment.units == ("nasviksskolan",)


def test_an_edit_is_assessed_again_and_keeps_its_story(tmp_path: Path) -> None:
    made = app(tmp_path)
    collect(made, entry("a", kind="forum", text="Allt är lugnt i Näsvik."))
    phase.run(made)
    collect(made, entry("a", kind="forum", text="Jag ska slå rektorn i Näsvik."))
    assert phase.run(made).alerts == 1
    assert assessed(made)["a"].story_id == "a"


def test_a_changed_rule_assesses_everything_anew(tmp_path: Path) -> None:
    collect(app(tmp_path), entry("a"))
    assert phase.run(app(tmp_path)).assessed == 1
    changed = config(rules=smaby().rules[:1])
    assert phase.run(app(tmp_path, changed)).assessed == 1


def test_copies_share_a_story_across_sources(tmp_path: Path) -> None:
    made = app(tmp_path)
    copy = {"source_id": "rikstidningen", "title": "Annan rubrik", "url": "https://rikstidningen.example/1"}
    collect(made, entry("a", text=TEXT), entry("b", text=TEXT, **copy), entry("c", text="Något helt annat i Näsvik."))
    assert phase.run(made).stories_new == 2
    found = assessed(made)
    assert found["a"].story_id == found["b"].story_id != found["c"].story_id


def test_batches_and_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase, "BATCH", 3)
    made = app(tmp_path)
    collect(made, *(entry(f"e{number}") for number in range(8)))
    assert [phase.run(made, limit=5).assessed, phase.run(made).assessed] == [5, 3]


def test_a_bug_over_one_text_stops_no_other_and_is_shown_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = assess.Assessor.by_rules

    def faulty(self: assess.Assessor, post: Entry, *, local: bool = False) -> assess.ByRules:
        if post.id == "bad":
            raise ZeroDivisionError(post.text)
        return whole(self, post, local=local)

    monkeypatch.setattr(assess.Assessor, "by_rules", faulty)
    made = app(tmp_path)
    collect(made, entry("bad"), entry("good"))
    assert (phase.run(made).faults, phase.run(made).assessed) == (1, 0)
    assert assessed(made)["good"].assessment.about
    assert "ZeroDivisionError" in caplog.text and entry("bad").text not in caplog.text
    with made.engine.begin() as connection:
        assert stories.of_entry(connection, "bad") is not None


def test_two_at_once_assess_each_entry_once(tmp_path: Path) -> None:
    made = app(tmp_path)
    collect(made, *(entry(f"e{number}", published=NOW - timedelta(minutes=number)) for number in range(40)))
    reports: list[phase.EnrichReport] = []
    threads = [threading.Thread(target=lambda: reports.append(phase.run(app(tmp_path)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(report.assessed for report in reports) == 40
    assert len(assessed(made)) == 40


def test_the_version_follows_rules_and_names_but_no_address() -> None:
    def version(**changes: object) -> str:
        return assess.Assessor(config(**changes)).version

    units = smaby().units
    moved = (
        units[0].model_copy(update={"manager": units[0].manager.model_copy(update={"address": "x@y.example"})}),
        *units[1:],
    )
    renamed = (units[0].model_copy(update={"names": ("annat",)}), *units[1:])
    assert version() == version(units=moved)
    assert (
        len({version(), version(units=renamed), version(rules=smaby().rules[1:]), version(places=smaby().places[:2])})
        == 4
    )


def test_a_purged_entry_is_left_alone(tmp_path: Path) -> None:
    made = app(tmp_path)
    collect(made, entry("a"))
    with made.engine.begin() as connection:
        builders.purge(connection)
    assert phase.run(made).assessed == 0


def test_a_local_source_makes_an_ambiguous_name_ours() -> None:
    assessor = assess.Assessor(smaby())
    post = entry(title="", text="Torget i Berga byggs om.")
    assert assessor.assess(post, local=True).about
    assert not assessor.assess(replace(post), local=False).about
