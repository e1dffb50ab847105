from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.asking import Refused
from pipelines.collect.sources import discourse
from tests.builders import NOW
from tests.collect.conftest import Asked, Page, World
from tests.collect.sources.asking import Asking, query, told, watch, written

FORUM = Asking("discourse", {"query": "Småby"}, "https://forum.smaby.example")


def post(number: int = 1, **changes: object) -> dict[str, object]:
    return {
        "id": 900 + number,
        "username": "bryggkim",
        "name": "Kim",
        "created_at": "2026-11-20T17:05:00.123Z",
        "like_count": 2,
        "blurb": "...bryggan i Småby är <b>avstängd</b> igen &amp; ingen vet...",
        "post_number": 4,
        "topic_id": 77,
    } | changes


def topic(**changes: object) -> dict[str, object]:
    return {"id": 77, "title": "Bryggan i Näsvik", "slug": "bryggan-i-nasvik", "posts_count": 9} | changes


def found(**changes: object) -> dict[str, object]:
    return {
        "posts": [post()],
        "topics": [topic()],
        "users": [],
        "grouped_search_result": {"more_full_page_results": None, "term": "Småby"},
    } | changes


def test_the_latest_posts_since_the_last_visit_are_asked_for() -> None:
    (first,), (later,) = FORUM.requests(), FORUM.requests("2026-11-20T08:00:00Z")
    assert first.url.startswith("https://forum.smaby.example/search.json?")
    assert query(first) == {"q": "Småby order:latest after:2026-10-20", "page": "1"}
    assert query(later)["q"] == "Småby order:latest after:2026-11-18"


def test_a_post_takes_title_and_address_from_its_topic() -> None:
    (entry,) = FORUM.read(found()).entries
    assert (entry.native_id, entry.title) == ("901", "Bryggan i Näsvik")
    assert entry.text == "...bryggan i Småby är avstängd igen & ingen vet..."
    assert entry.url == "https://forum.smaby.example/t/bryggan-i-nasvik/77/4"
    assert entry.author == "«https://forum.smaby.example/u/bryggkim»"
    assert entry.published == datetime(2026, 11, 20, 17, 5, tzinfo=UTC)


def test_a_post_whose_topic_is_not_there_is_read() -> None:
    (entry,) = FORUM.read(found(topics=[topic(id=5)])).entries
    assert (entry.title, entry.url) == ("", "https://forum.smaby.example/t/topic/77/4")


def test_hidden_and_deleted_posts_are_left_out() -> None:
    posts = [post(1, hidden=True), post(2, deleted_at="2026-11-20T18:00:00Z"), post(3)]
    assert [entry.native_id for entry in FORUM.read(found(posts=posts)).entries] == ["903"]


def test_more_results_are_asked_for_at_the_forum_itself() -> None:
    more = found(grouped_search_result={"more_full_page_results": True})
    (second,) = FORUM.read(more).follow
    assert query(second) == query(FORUM.requests()[0]) | {"page": "2"}
    (third,) = FORUM.read(more, asked=second).follow
    assert query(third)["page"] == "3"
    assert FORUM.read(more | {"posts": []}).follow == ()


@pytest.mark.parametrize(
    ("status", "headers", "body", "wait"),
    [
        (429, {}, {"errors": ["Sakta"], "extras": {"wait_seconds": 18}}, 18.0),
        (429, {"retry-after": "5"}, {"extras": {"wait_seconds": 18}}, None),
        (429, {}, "<html>", None),
        (429, {}, {"extras": {"wait_seconds": "snart"}}, None),
        (403, {}, {"errors": ["x"], "extras": {"wait_seconds": 18}}, None),
    ],
)
def test_the_wait_is_read_from_the_body_where_no_header_tells(
    status: int, headers: dict[str, str], body: object, wait: float | None
) -> None:
    failure = discourse.explain(Refused(status, headers, written(body), NOW))
    assert (failure and failure.retry_after) == wait


def test_pages_edits_and_a_closed_search(tmp_path: Path, world: World) -> None:
    def page(asked: Asked) -> Page:
        number = int(query(asked)["page"])
        return told(found(posts=[post(number)], grouped_search_result={"more_full_page_results": number < 2 or None}))

    site = watch(FORUM, tmp_path, world, {"/search.json": page})
    assert (site.run().new, len(world.asked)) == (2, 2)  # more_full_page_results: true, then null
    world.pages["/search.json"] = told(found(posts=[post(1, blurb="Bryggan är öppen")]))
    assert site.run().edited == 1
    world.pages["/search.json"] = told({"errors": ["Logga in"], "error_type": "not_logged_in"}, 403)
    assert site.run().failed == 1
    assert site.state().cursor == "2026-11-20T17:05:00Z"
