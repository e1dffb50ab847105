"""Every network that the policy names has a row, and a row says no more than is true."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines import doctor
from pipelines.collect.coverage import Condition, coverage
from pipelines.config import load
from pipelines.config.schema import Config, Network
from pipelines.errors import ConfigError
from pipelines.store.sources import SourceState
from tests import builders
from tests.builders import NOW, SMABY, config
from tests.collect.feeds import source

ROOT = Path(__file__).parent.parent.parent
POLICY = {"facebook", "x", "myspace", "youtube", "slideshare", "wikipedia", "flickr"} | {
    *("forum", "blogs", "blog-search", "wikis", "microblogs", "social-networks", "social-news", "places", "press"),
}
"""Pages 2 and 7 of the policy for social media."""
ANSWERS = SourceState("a", first_fetched_at=NOW, last_tried_at=NOW, last_ok_at=NOW)
FAILS = replace(ANSWERS, last_failure="Källan svarar inte.")


def network(**changes: object) -> Network:
    return Network.model_validate({"id": "n", "name": "Nätverket", "how": "Så här."} | changes)


def one(
    config: Config, states: dict[str, SourceState], environment: dict[str, str] | None = None
) -> tuple[Condition, list[str]]:
    (row,) = coverage(config, states, environment or {})
    return row.condition, [covering.source.id for covering in row.sources]


def test_every_network_and_kind_that_the_policy_names_has_a_row_that_says_how_or_why_not() -> None:
    rows = {row.network.id: row for row in coverage(load(ROOT / "config" / "botkyrka"), {}, {})}
    assert rows.keys() >= POLICY
    assert {name for name in POLICY if "Policyn" not in rows[name].network.asked_for} == set()
    assert [name for name, row in rows.items() if row.condition == "none" and not row.network.why_not] == []
    assert [name for name, row in rows.items() if row.condition == "needs" and not row.network.ask] == []


@pytest.mark.parametrize(
    ("state", "condition"),
    [
        (None, "waiting"),
        (SourceState("a"), "waiting"),
        (SourceState("a", last_tried_at=NOW, last_failure="Nej."), "failing"),
        (ANSWERS, "covered"),
        (FAILS, "failing"),
        (replace(ANSWERS, gone=True), "failing"),
    ],
)
def test_a_network_is_covered_while_its_source_answers(state: SourceState | None, condition: Condition) -> None:
    given = config(sources=(source(id="a"),), coverage=(network(sources=["a"]),))
    assert one(given, {"a": state} if state else {}) == (condition, ["a"])


def test_the_best_source_decides_and_stands_first() -> None:
    given = config(
        sources=(source(id="a"), source(id="b", enabled=False), source(id="c")), coverage=(network(kinds=["news"]),)
    )
    states = {"a": FAILS, "c": replace(ANSWERS, first_fetched_at=NOW - timedelta(days=3))}
    assert one(given, states) == ("covered", ["c", "a", "b"])
    (row,) = coverage(given, states, {})
    assert row.since == NOW - timedelta(days=3)


def test_a_missing_key_is_named_until_it_is_set() -> None:
    tube = source("youtube", id="a", kind="video", options={"search": "Småby"})
    given = config(sources=(tube, source(id="b")), coverage=(network(families=["youtube"]),))
    (row,) = coverage(given, {"a": ANSWERS}, {})
    assert (row.condition, row.missing) == ("needs", ("MEDIEBEVAKNING_YOUTUBE_KEY",))
    for name in ("MEDIEBEVAKNING_YOUTUBE_KEY", "MEDIEBEVAKNING_YOUTUBE_KEY_FILE"):
        assert one(given, {"a": ANSWERS}, {name: "x"}) == ("covered", ["a"])


def test_no_source_is_none() -> None:
    assert one(config(coverage=(network(why_not="Stängt."),)), {}) == ("none", [])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('sources = ["finns-inte"]', 'no [[source]] has the id "finns-inte"'),
        ('families = ["gopher"]', '"gopher" is unknown'),
        ("", "it must say why"),
        ('kinds = ["video"]', "it must say why"),
        ('kinds = ["tv"]', "[[network]]"),
        ('x = 1\nwhy_not = "Så."', "unknown key"),
        ('why_not = "Så."\n[[network]]\nid = "n"\nname = "N"\nhow = "Så."\nkinds = ["news"]', "stands 2 times"),
    ],
)
def test_what_is_not_true_is_refused(tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "coverage.toml").write_text(f'[[network]]\nid = "n"\nname = "N"\nhow = "Så."\n{row}\n', "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(SMABY, tmp_path)
    assert any(said in problem and "coverage.toml" in problem for problem in refused.value.problems)


def test_without_the_file_there_are_no_rows() -> None:
    assert load(SMABY).coverage == ()


def test_the_doctor_names_what_is_not_watched_yet_and_is_content_all_the_same(tmp_path: Path) -> None:
    tube = source("youtube", id="a", kind="video", options={"search": "Småby"})
    rows = (network(families=["youtube"], ask="Skaffa en nyckel."), network(id="m", why_not="Stängt."))
    findings = doctor.examine(builders.app(tmp_path, config(sources=(tube,), coverage=rows)), offline=True)
    told = [(one.ok, one.what, one.remedy) for one in findings if "ätverk" in one.what]
    assert told == [
        (True, "0 av 2 nätverk hämtas", ""),
        (True, "Nätverket bevakas inte än: saknar MEDIEBEVAKNING_YOUTUBE_KEY", "Skaffa en nyckel."),
    ]
