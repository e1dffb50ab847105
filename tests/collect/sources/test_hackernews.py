from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.builders import NOW
from tests.collect.conftest import Asked, Page, World
from tests.collect.sources.asking import Asking, query, told, watch

NEWS = Asking("hackernews", {"query": "Småby"})
AN_HOUR_AGO = int(NOW.timestamp()) - 3600


def hit(number: int = 1, **changes: object) -> dict[str, object]:
    return {
        "objectID": str(41000000 + number),
        "created_at": "2026-11-21T07:00:00Z",
        "created_at_i": AN_HOUR_AGO,
        "author": "kim",
        "title": "Småby opens its data",
        "url": "https://smaby.example/data",
        "story_text": None,
        "comment_text": None,
        "_tags": ["story"],
    } | changes


def hits(*items: object, page: int = 0, pages: int = 1) -> dict[str, object]:
    return {"hits": list(items), "nbHits": len(items), "page": page, "nbPages": pages, "hitsPerPage": 100}


def test_what_is_newer_than_the_last_visit_is_asked_for() -> None:
    (first,), (later,) = NEWS.requests(), NEWS.requests("2026-11-20T08:00:00Z")
    assert query(first)["tags"] == "(story,comment)"
    month_and_two_days = int(NOW.timestamp()) - 32 * 24 * 3600
    assert query(first)["numericFilters"] == f"created_at_i>{month_and_two_days}"
    assert query(later)["numericFilters"] == f"created_at_i>{int(datetime(2026, 11, 18, 8, tzinfo=UTC).timestamp())}"


def test_stories_and_comments_become_entries() -> None:
    told_by = hit(2, title=None, comment_text="<p>I grew up in Sm&#xE5;by.<p>It&#x27;s cold", _tags=["comment"])
    story, comment = NEWS.read(hits(hit(), told_by)).entries
    assert (story.title, story.text, story.url) == (
        "Småby opens its data",
        "",
        "https://news.ycombinator.com/item?id=41000001",
    )
    assert (comment.title, comment.text) == ("", "I grew up in Småby.\nIt's cold")
    assert comment.author == "«https://news.ycombinator.com/user?id=kim»"
    assert comment.published == datetime(2026, 11, 21, 7, tzinfo=UTC)


def test_a_deleted_comment_says_nothing() -> None:
    parsed = NEWS.read(hits(hit(title=None, author=None), hit(2)))
    assert ([entry.native_id for entry in parsed.entries], parsed.problems) == (["41000002"], ())


def test_the_cursor_is_the_newest_time_and_no_clock_that_is_ahead_takes_it_past_now() -> None:
    ahead = hit(2, created_at_i=AN_HOUR_AGO + 10**8)
    assert NEWS.read(hits(hit(), ahead)).cursor == "2026-11-21T07:00:00Z"
    assert NEWS.read(hits(), cursor="2026-11-21T07:30:00Z").cursor == "2026-11-21T07:30:00Z"


def test_pages_are_read_to_the_last_and_edits_are_edits(tmp_path: Path, world: World) -> None:
    def page(asked: Asked) -> Page:
        number = int(query(asked)["page"])
        return told(hits(hit(number), page=number, pages=3))

    site = watch(NEWS, tmp_path, world, {"/api/v1/search_by_date": page})
    assert site.run().new == 3
    assert [query(asked)["page"] for asked in world.asked] == ["0", "1", "2"]
    assert site.state().cursor == "2026-11-21T07:00:00Z"
    world.pages["/api/v1/search_by_date"] = told(hits(hit(1, title="Småby closes its data")))
    assert site.run().edited == 1
