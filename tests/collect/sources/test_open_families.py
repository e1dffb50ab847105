"""What all families of open sources have in common, each with an answer of its own shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect.sources import FAMILIES
from pipelines.types import Parsed
from tests.collect.conftest import Page, World
from tests.collect.sources.asking import Asking, watch
from tests.collect.sources.test_discourse import FORUM, found
from tests.collect.sources.test_flickr import ALBUM, photo, photos
from tests.collect.sources.test_foursquare import PLACES, TIPS_PATH, tip
from tests.collect.sources.test_googleplaces import REVIEWS, REVIEWS_PATH, place, review
from tests.collect.sources.test_hackernews import NEWS, hit, hits
from tests.collect.sources.test_krisinformation import CRISIS, notice
from tests.collect.sources.test_mediawiki import PAGES, RECENT, SEARCH, change, hit_on, revision, wiki
from tests.collect.sources.test_osm import MAP, note, notes
from tests.collect.sources.test_riksdagen import PARLIAMENT, document, documents
from tests.collect.strategies import JSON

KEY = "hemlig-nyckel-4711"
CASES = {
    "krisinformation": (CRISIS, "/", [notice()], []),
    "riksdagen": (PARLIAMENT, "/dokumentlista/", documents(document()), documents()),
    "hackernews": (NEWS, "/api/v1/search_by_date", hits(hit()), hits()),
    "discourse": (FORUM, "/search.json", found(), found(posts=[], topics=[])),
    "mediawiki search": (SEARCH, "/w/api.php", wiki(search=[hit_on("Näsvik")]), wiki(search=[])),
    "mediawiki recent": (RECENT, "/w/api.php", wiki(recentchanges=[change(7)]), wiki(recentchanges=[])),
    "mediawiki pages": (
        PAGES,
        "/w/api.php",
        wiki(pages=[{"title": "Näsvik", "revisions": [revision(1, 0, "Ny.")]}]),
        wiki(pages=[{"title": "Näsvik", "missing": True}]),
    ),
    "flickr": (ALBUM, "/services/rest/", photos(photo()), photos()),
    "foursquare": (PLACES, TIPS_PATH, [tip()], []),
    "googleplaces": (REVIEWS, REVIEWS_PATH, place(review()), {}),
    "osm": (MAP, "/api/0.6/notes.json", notes(note()), notes()),
}
HOMES = {"riksdagen": "/dokumentlista/", "mediawiki": "/w/api.php", "krisinformation": "/"}
ANSWERS = [pytest.param(*case, id=name) for name, case in CASES.items()]
ASKINGS = [pytest.param(case[0], id=name) for name, case in CASES.items()]
CONTAINERS = ("hits", "posts", "topics", "query", "photos", "photo", "features", "reviews", "dokumentlista", "dokument")


def environment(asking: Asking) -> dict[str, str]:
    return {f"MEDIEBEVAKNING_{asking.family.upper()}_KEY": KEY}


@pytest.mark.parametrize(("asking", "path", "answer", "empty"), ANSWERS)
def test_a_pass_brings_an_entry_once_and_nothing_twice(
    asking: Asking, path: str, answer: object, empty: object, tmp_path: Path, world: World
) -> None:
    home = HOMES.get(asking.family, "")
    site = watch(asking, tmp_path, world, {path: answer}, environment=environment(asking), home=home)
    first, second = site.run(), site.run()
    assert (first.ok, first.new, first.edited) == (1, 1, 0)
    assert (second.ok, second.new, second.edited) == (1, 0, 0)


@pytest.mark.parametrize(("asking", "path", "answer", "empty"), ANSWERS)
def test_an_empty_list_is_an_answer(
    asking: Asking, path: str, answer: object, empty: object, tmp_path: Path, world: World
) -> None:
    home = HOMES.get(asking.family, "")
    site = watch(asking, tmp_path, world, {path: empty}, environment=environment(asking), home=home)
    assert (site.run().ok, site.entries()) == (1, [])


@pytest.mark.parametrize(("asking", "path", "answer", "empty"), ANSWERS)
def test_asked_too_often_it_says_when_to_come_back(
    asking: Asking, path: str, answer: object, empty: object, tmp_path: Path, world: World
) -> None:
    home = HOMES.get(asking.family, "")
    page = Page(b"slow down", 429, {"Retry-After": "600"})
    site = watch(asking, tmp_path, world, {path: page}, environment=environment(asking), home=home)
    assert site.run().failed == 1
    state = site.state()
    assert state.not_before is not None
    assert state.last_tried_at is not None
    assert (state.not_before - state.last_tried_at).total_seconds() == 600
    assert (state.failure_weight, state.cursor) == (0.25, None)


@pytest.mark.parametrize(("asking", "path", "answer", "empty"), ANSWERS)
@pytest.mark.parametrize("body", [b"<html>Underh\xe5ll</html>", b'{"a": 1}', b'"x"', b"null", b"{", b"\x00\xff"])
def test_another_answer_is_told_and_is_no_silence(
    asking: Asking, path: str, answer: object, empty: object, body: bytes
) -> None:
    parsed = asking.read(body)
    assert parsed.entries == ()
    assert len(parsed.problems) == 1
    assert parsed.follow == ()


@pytest.mark.parametrize(("asking", "path", "answer", "empty"), ANSWERS)
def test_a_key_never_stands_in_an_address_or_the_database(
    asking: Asking, path: str, answer: object, empty: object, tmp_path: Path, world: World
) -> None:
    home = HOMES.get(asking.family, "")
    site = watch(asking, tmp_path, world, {path: answer}, environment=environment(asking), home=home)
    site.run()
    assert not any(KEY in asked.path for asked in world.asked)
    assert KEY not in site.dump()
    if FAMILIES[asking.family].secrets:
        assert any(KEY in str(asked.headers) or KEY.encode() in asked.body for asked in world.asked)


@pytest.mark.parametrize("family", ["flickr", "foursquare", "googleplaces"])
def test_a_missing_key_is_named(family: str, tmp_path: Path, world: World) -> None:
    asking = CASES[family][0]
    site = watch(asking, tmp_path, world, {})
    assert site.run().failed == 1
    assert world.asked == []
    assert f"MEDIEBEVAKNING_{family.upper()}_KEY" in site.remedies()


@pytest.mark.parametrize(
    ("family", "page"),
    [
        ("flickr", Page(b'{"stat": "fail", "code": 100, "message": "Invalid API Key"}')),
        ("foursquare", Page(b'{"message": "Invalid request token."}', 401)),
        ("foursquare", Page(b"{}", 403)),
        ("googleplaces", Page(b'{"error": {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}}', 400)),
        ("googleplaces", Page(b'{"error": {"code": 403, "status": "PERMISSION_DENIED"}}', 403)),
    ],
)
def test_a_wrong_key_is_named(family: str, page: Page, tmp_path: Path, world: World) -> None:
    asking, path, _, _ = CASES[family]
    site = watch(asking, tmp_path, world, {path: page}, environment=environment(asking))
    assert site.run().failed == 1
    assert f"MEDIEBEVAKNING_{family.upper()}_KEY" in site.remedies()


def _spoiled(answer: object, junk: object) -> object:
    """The answer with junk among its items, wherever a list of them is."""
    if isinstance(answer, list):
        return [*answer, junk]
    if isinstance(answer, dict):
        return {
            key: _spoiled(value, junk) if isinstance(value, dict | list) else value for key, value in answer.items()
        }
    return answer


@pytest.mark.parametrize(("asking", "path", "answer", "empty"), ANSWERS)
@pytest.mark.parametrize("junk", [None, 7, "x", [], [[]], {}, {"id": None}, {"id": {}}])
def test_junk_beside_an_item_leaves_the_item(
    asking: Asking, path: str, answer: object, empty: object, junk: object
) -> None:
    assert len(asking.read(_spoiled(answer, junk)).entries) >= 1


@pytest.mark.parametrize("asking", ASKINGS)
@given(
    answer=st.recursive(
        JSON,
        lambda inner: st.dictionaries(st.sampled_from(CONTAINERS), inner, max_size=3) | st.lists(inner, max_size=3),
        max_leaves=6,
    ),
    field=st.sampled_from(("id", "objectID", "fsq_tip_id", "name", "revid", "Identifier", "dok_id", "pageid")),
)
def test_no_answer_is_too_strange(asking: Asking, answer: object, field: str) -> None:
    assert isinstance(asking.read(json.dumps(answer)), Parsed)
    assert isinstance(asking.read(json.dumps([answer, {field: answer}])), Parsed)


@pytest.mark.parametrize(("asking", "path", "answer", "empty"), ANSWERS)
@given(junk=JSON)
def test_any_value_may_stand_in_any_field(
    asking: Asking, path: str, answer: object, empty: object, junk: object
) -> None:
    for spoiled in _with_each_field(answer, junk):
        parsed = asking.read(json.dumps(spoiled))
        assert all("<b>" not in entry.content for entry in parsed.entries)


def _with_each_field(answer: object, junk: object) -> list[object]:
    """The answer, one value at a time replaced by junk."""
    found: list[object] = []
    if isinstance(answer, dict):
        for key, value in answer.items():
            found += [answer | {key: junk}, *(answer | {key: inner} for inner in _with_each_field(value, junk))]
    elif isinstance(answer, list) and answer:
        found += [[inner, *answer[1:]] for inner in _with_each_field(answer[0], junk)]
    return found
