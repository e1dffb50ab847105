from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.collect.conftest import World
from tests.collect.sources.asking import Asking, told, watch

CRISIS = Asking("krisinformation", {"areas": ["Småby", "Storlän"]}, kind="official")
WARNINGS = Asking("krisinformation", {"areas": ["Småby"], "warnings": True}, kind="official")


def notice(identifier: object = "k-1", **changes: object) -> dict[str, object]:
    return {
        "Identifier": identifier,
        "PushMessage": "Rök från brand i Näsvik",
        "Updated": "2026-11-20T18:30:00+01:00",
        "Published": "2026-11-20T18:05:00+01:00",
        "Headline": "Brand i lagerlokal",
        "Preamble": "Stanna inne och stäng ventilationen.",
        "BodyText": "<p>Räddningstjänsten &amp; polisen är på plats.</p>",
        "Area": [{"Type": "Municipality", "Description": "Småby", "Coordinate": "17.8,59.2"}],
        "Web": "https://kris.example/nyheter/brand?utm_source=api",
        "Language": "sv-SE",
        "IsTest": False,
    } | changes


def test_a_notice_becomes_an_entry() -> None:
    (entry,) = CRISIS.read([notice()]).entries
    assert (entry.native_id, entry.kind, entry.title) == ("k-1", "official", "Brand i lagerlokal")
    assert entry.text.split("\n") == [
        "Rök från brand i Näsvik",
        "Stanna inne och stäng ventilationen.",
        "Räddningstjänsten & polisen är på plats.",
    ]
    assert (entry.url, entry.place, entry.language) == ("https://kris.example/nyheter/brand", "Småby", "sv")
    assert entry.published == datetime(2026, 11, 20, 17, 5, tzinfo=UTC)


def test_only_our_areas_and_the_whole_country_concern_us() -> None:
    elsewhere = notice("b", Area=[{"Description": "Annanstad"}])
    county = notice("c", Area={"Description": "Hela Storlän"})  # a list of one, written as an object
    nowhere = notice("d", Area=[])
    assert [entry.native_id for entry in CRISIS.read([elsewhere, county, nowhere]).entries] == ["c", "d"]
    everything = CRISIS.read([elsewhere, county], options={}).entries
    assert len(everything) == 2


def test_a_warning_says_that_it_is_one_and_a_drill_is_left_out() -> None:
    parsed = WARNINGS.read([notice("a"), notice("b", IsTest=True)])
    assert [entry.title for entry in parsed.entries] == ["VMA: Brand i lagerlokal"]
    assert parsed.problems == ()


def test_neighbours_of_a_broken_notice_are_read() -> None:
    parsed = CRISIS.read([notice("a"), {"Headline": "utan id"}, None, notice("b", Area="Småby", BodyText=None)])
    assert [entry.native_id for entry in parsed.entries] == ["a", "b"]
    assert parsed.problems == ("2 poster gick inte att läsa.",)


def test_a_notice_written_anew_is_edited_and_one_that_is_over_stays(tmp_path: Path, world: World) -> None:
    answers = [[notice()], [notice(Headline="Branden är släckt", Updated="2026-11-20T20:00:00+01:00")], []]
    site = watch(CRISIS, tmp_path, world, {"/": lambda _: told(answers[0])}, home="/")
    assert site.run().new == 1
    answers.pop(0)
    assert (site.run().edited, site.entries()[0][1]) == (1, "Branden är släckt")
    answers.pop(0)
    assert (site.run().ok, len(site.entries())) == (1, 1)
