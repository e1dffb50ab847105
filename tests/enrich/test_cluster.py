"""Which entries are one story, and which only look it: what differs in place, number or target is another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.enrich.cluster import STORY_LASTS, Gathering
from pipelines.telling import Placed, Sighting
from pipelines.types import Kind
from tests.builders import NOW, entry
from tests.prove.stories import week

NEWS = (
    "Rockabron i Småby stängs omedelbart sedan dykare hittat sprickor i ett brofäste. Trafiken leds om via Ekmossen. "
    "Broingenjören Lars Wikander säger att bropelaren kan ge vika."
)


def seen(
    id: str, text: str, *, kind: Kind = "news", title: str = "", hours: float = 0, named: str = "", act: bool = False
) -> Sighting:
    made = entry(id, text=text, kind=kind, title=title, url=f"https://{id}.example/1")
    return Sighting(made, NOW + timedelta(hours=hours), frozenset(named.split()), about=True, act=act)


def placed(*sightings: Sighting) -> list[Placed]:
    gathering = Gathering(["Småby"])
    return [gathering.place(one) for one in sightings]


def told_as(*sightings: Sighting) -> list[str]:
    return [one.told_as for one in placed(*sightings)]


def test_the_fifteenth_copy_is_told_from_a_new_kind_of_source_and_from_a_new_fact() -> None:
    shortened = NEWS.split(" Broingenjören", maxsplit=1)[0]
    quoted = f"Hur kan det gå så här? ”{NEWS.split(' Trafiken', maxsplit=1)[0]}” Skandal säger jag."
    later = "Broingenjören Lars Wikander vill riva brofästet vid Rockabron. Dykare fann nya sprickor vid Ekmossen."
    found = placed(
        seen("a", NEWS),
        seen("b", NEWS, title="Bron stängs"),
        seen("c", shortened),
        seen("d", quoted, kind="social"),
        seen("e", quoted + " Usch.", kind="social"),
        seen("f", later, hours=30),
    )
    assert {one.story_id for one in found} == {"a"}
    assert [one.told_as for one in found] == [
        "first",
        "copy",
        "near-copy",
        "new-kind-of-source",
        "near-copy",
        "follow-up",
    ]
    assert "”Wikander”" in found[-1].reason and "”Rockabron”" in found[-1].reason
    assert found[3].reason.startswith("Citerar")


NOTICE = (
    "Vattnet stängs av på {0} i Småby mellan klockan {1} och 15 för arbete på ledningen. Tappa upp vatten innan dess."
)
REVIEW = (
    "Väldigt trevlig personal och bra mat på {0}, men maten var kall när den kom och toaletten var trasig hela dagen."
)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (NOTICE.format("Storgatan", 8), NOTICE.format("Storgatan", 9), "official"),
        (NOTICE.format("Storgatan", 8), NOTICE.format("Ringvägen", 8), "official"),
        (REVIEW.format("skolan"), REVIEW.format("biblioteket"), "review"),
    ],
    ids=["another time", "another street", "another target"],
)
def test_one_form_filled_in_twice_is_two_stories(one: str, other: str, kind: Kind) -> None:
    assert told_as(seen("a", one, kind=kind), seen("b", other, kind=kind)) == ["first", "first"]


def test_the_same_words_about_two_units_are_two_stories() -> None:
    text = NEWS.replace("Rockabron", "skolan")
    assert told_as(seen("a", text, named="a-skolan"), seen("b", text + " Mer.", named="b-skolan")) == ["first", "first"]


def test_threats_of_one_pattern_stay_apart_unless_they_are_one_text() -> None:
    threat = "Ni på skolan ska passa er. Jag vet var ni bor och en dag ska jag vänta utanför när ni går hem, era svin."
    assert told_as(seen("a", threat, act=True), seen("b", threat + " Alla.", act=True)) == ["first", "first"]
    assert told_as(
        seen("a", "Jag ska slå dig på måndag.", act=True), seen("b", "Jag ska slå dig på måndag.", act=True)
    ) == [
        "first",
        "first",
    ]
    assert told_as(seen("a", threat, act=True), seen("b", threat, act=True)) == ["first", "copy"]


def test_a_story_ends_when_it_is_long_untold() -> None:
    late = STORY_LASTS / timedelta(hours=1) + 1
    assert told_as(seen("a", NEWS), seen("b", NEWS, hours=late)) == ["first", "first"]
    halfway = late / 2
    assert told_as(seen("a", NEWS), seen("b", NEWS, hours=halfway), seen("c", NEWS, hours=late)) == [
        "first",
        "copy",
        "copy",
    ]


def test_what_thousands_have_in_common_is_not_compared_with_all_of_them() -> None:
    gathering = Gathering()
    robots = [seen(f"r{number}", f"{NEWS} Ärende {number} är registrerat.") for number in range(300)]
    assert len({gathering.place(one).story_id for one in robots}) > 250


@given(st.text(max_size=300), st.sampled_from(["news", "microblog"]))
def test_any_text_finds_a_story_and_its_copy_the_same(text: str, kind: Kind) -> None:
    first, second = placed(seen("a", text, kind=kind), seen("b", text, kind=kind))
    assert first.story_id == "a"
    assert second.story_id in ("a", "b")
    assert all(len(key) <= 64 for key in first.keys)


def test_junk_of_a_megabyte_is_placed_in_bounded_time() -> None:
    for junk in ("a" * 1_000_000, "läs mer " * 120_000, "A b " * 250_000, "\n" * 1_000_000):
        assert told_as(seen("a", junk)) == ["first"]


def test_the_invented_week_is_large_enough_and_not_copies_alone() -> None:
    given = week()
    assert len(given.entries) >= 120
    assert len(set(given.truth.values())) >= 50
