from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect import wording
from pipelines.collect.sources import mastodon
from tests.collect.feeds import parse, source
from tests.collect.strategies import JSON

PAGE = "https://smabybladet.example/api/v1/timelines/tag/n%C3%A4svik?any%5B%5D=sm%C3%A5by&limit=40"


def status(id: str = "117020593741189701", **changes: object) -> dict[str, object]:
    return {
        "id": id,
        "uri": f"https://annan.example/users/kim/statuses/{id}",
        "url": f"https://annan.example/@kim/{id}",
        "created_at": "2026-11-21T05:30:00.867Z",
        "language": None,
        "spoiler_text": "",
        "content": '<p>Bryggan i <a href="x">#<span>Näsvik</span></a> &amp; snön</p><p>Igen</p>',
        "reblog": None,
        "account": {"acct": "kim@annan.example", "uri": "https://annan.example/users/kim", "noindex": False},
    } | changes


def read(*statuses: object, link: str = "", cursor: str | None = None) -> object:
    return parse(json.dumps(statuses), "mastodon", url=PAGE, headers={"link": link}, cursor=cursor)


def test_tags_are_asked_for_five_at_a_time() -> None:
    given_source = source("mastodon", url="https://m.example/", options={"tags": ["näsvik", "b", "c", "d", "e", "f"]})
    first, second = (urlsplit(request.url) for request in mastodon.requests(given_source, "17"))
    assert first.path == "/api/v1/timelines/tag/n%C3%A4svik"
    assert parse_qs(first.query) == {"any[]": ["b", "c", "d", "e"], "limit": ["40"]}
    assert (second.path, parse_qs(second.query)) == ("/api/v1/timelines/tag/f", {"limit": ["40"]})


def test_a_status_becomes_an_entry() -> None:
    (entry,) = read(status(spoiler_text="Om snö", language="sv-SE")).entries
    assert entry.native_id == "https://annan.example/users/kim/statuses/117020593741189701"
    assert entry.url == "https://annan.example/@kim/117020593741189701"
    assert (entry.title, entry.text) == ("Om snö", "Bryggan i #Näsvik & snön\nIgen")
    assert entry.published == datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
    assert (entry.author, entry.language) == ("«https://annan.example/users/kim»", "sv")


def test_one_post_is_the_same_post_by_any_host() -> None:
    here, there = status("1"), status("1") | {"id": "99"}
    (first,), (second,) = read(here).entries, read(there).entries
    assert first.id == second.id


def test_boosts_and_those_who_want_no_search_are_left_out() -> None:
    shy = status("2", account={"acct": "kim", "noindex": True})
    parsed = read(status("1", reblog=status("9")), shy, status("3"))
    assert [entry.native_id.rpartition("/")[2] for entry in parsed.entries] == ["3"]
    assert parsed.problems == ()


NEXT = '<https://elak.example/api?max_id=117020593741189700>; rel="next", <https://m.example/?min_id=5>; rel="prev"'


def test_the_next_page_is_asked_for_at_the_same_host_while_all_is_new() -> None:
    (follow,) = read(status("117020593741189702"), status("117020593741189701"), link=NEXT, cursor="98").follow
    parts = urlsplit(follow.url)
    assert (parts.hostname, parts.path) == ("smabybladet.example", urlsplit(PAGE).path)
    assert parse_qs(parts.query) == {"any[]": ["småby"], "limit": ["40"], "max_id": ["117020593741189700"]}


@pytest.mark.parametrize("cursor", [None, "117020593741189701", "117020593741189800"])
def test_no_page_is_asked_for_behind_what_is_known_nor_at_the_first_visit(cursor: str | None) -> None:
    assert read(status("117020593741189702"), status("117020593741189701"), link=NEXT, cursor=cursor).follow == ()


def test_the_cursor_is_the_newest_id_and_never_goes_back() -> None:
    assert read(status("9"), status("10")).cursor == "10"
    assert read(status("9"), cursor="10").cursor == "10"
    assert read(cursor="10").cursor == "10"


def test_neighbours_of_a_broken_status_are_read() -> None:
    parsed = read(status("1"), None, {"id": 5}, status("2", account="kim", created_at=7, url=["x"], language=3))
    assert len(parsed.entries) == 2
    assert parsed.problems == ("2 poster gick inte att läsa.",)


@pytest.mark.parametrize("body", ['{"error": "This API requires an authenticated user"}', "<html>", "", "[1, 2]"])
def test_what_is_no_timeline_says_so(body: str) -> None:
    parsed = parse(body, "mastodon")
    assert (parsed.entries, parsed.problems) == ((), (wording.NOT_MASTODON,))


@given(
    st.lists(
        JSON | st.fixed_dictionaries({"id": JSON, "content": JSON, "account": JSON, "uri": JSON, "reblog": JSON}),
        max_size=3,
    ),
    st.text(),
)
def test_any_json_at_all(items: list[object], link: str) -> None:
    for entry in parse(json.dumps(items), "mastodon", headers={"link": link}, cursor="1").entries:
        entry.content.encode()
