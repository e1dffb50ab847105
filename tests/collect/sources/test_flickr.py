from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from tests.builders import NOW
from tests.collect.conftest import Asked, Page, World
from tests.collect.sources.asking import Asking, told, watch

ALBUM = Asking("flickr", {"text": "Småby", "box": [17.7, 59.1, 18.0, 59.3]}, kind="photo", secrets={"key": "k-1"})
UPLOADED = int(datetime(2026, 11, 20, 17, 5, tzinfo=UTC).timestamp())
ENVIRONMENT = {"MEDIEBEVAKNING_FLICKR_KEY": "k-1"}


def photo(number: int = 1, **changes: object) -> dict[str, object]:
    return {
        "id": str(54000000000 + number),
        "owner": "12345678@N00",
        "ownername": "Kim",
        "title": {"_content": "Bryggan"},
        "description": {"_content": "Snö över <b>Näsvik</b> &amp; isen"},
        "dateupload": str(UPLOADED),
        "tags": "småby vinter",
        "ispublic": 1,
    } | changes


def photos(*items: object, page: object = 1, pages: object = 1) -> dict[str, object]:
    return {
        "photos": {"page": page, "pages": pages, "perpage": 250, "total": str(len(items)), "photo": list(items)},
        "stat": "ok",
    }


def form(body: bytes | None) -> dict[str, str]:
    return dict(parse_qsl((body or b"").decode()))


def test_the_key_and_the_question_are_in_the_body() -> None:
    (request,) = ALBUM.requests("2026-11-20T08:00:00Z")
    asked = form(request.body)
    assert request.url == "https://api.smaby.example/services/rest/"
    assert (asked["method"], asked["api_key"], asked["text"]) == ("flickr.photos.search", "k-1", "Småby")
    assert asked["bbox"] == "17.7,59.1,18.0,59.3"
    assert asked["min_upload_date"] == str(int(datetime(2026, 11, 18, 8, tzinfo=UTC).timestamp()))


def test_a_photo_becomes_an_entry() -> None:
    (entry,) = ALBUM.read(photos(photo())).entries
    assert (entry.title, entry.text) == ("Bryggan", "Snö över Näsvik & isen\n#småby #vinter")
    assert entry.url == "https://www.flickr.com/photos/12345678%40N00/54000000001"
    assert entry.author == "«https://www.flickr.com/people/12345678@N00»"
    assert entry.published == datetime(2026, 11, 20, 17, 5, tzinfo=UTC)


def test_a_title_may_be_plain_text() -> None:
    assert ALBUM.read(photos(photo(title="Bryggan &amp; isen"))).entries[0].title == "Bryggan & isen"


def test_the_next_page_is_asked_for_in_the_same_way() -> None:
    (second,) = ALBUM.read(photos(photo(), page="1", pages="2")).follow
    (first,) = ALBUM.requests()
    assert form(second.body) == form(first.body) | {"page": "2"}
    assert ALBUM.read(photos(photo(), page=2, pages=2)).follow == ()
    assert ALBUM.read(photos(page=1, pages=9)).follow == ()


@pytest.mark.parametrize(("code", "status", "weight"), [(100, 401, 1.0), (105, 200, 0.25), (3, 200, 0.5)])
def test_a_refusal_has_status_200(code: int, status: int, weight: float) -> None:
    failure = ALBUM.read({"stat": "fail", "code": code, "message": "no"}).failure
    assert failure is not None
    assert (failure.status, failure.weight) == (status, weight)


def test_pages_edits_and_photos_taken_away(tmp_path: Path, world: World) -> None:
    def page(asked: Asked) -> Page:
        number = int(form(asked.body)["page"])
        return told(photos(photo(number), page=number, pages=2))

    site = watch(ALBUM, tmp_path, world, {"/services/rest/": page}, environment=ENVIRONMENT)
    assert (site.run().new, len(world.asked)) == (2, 2)
    assert site.state().cursor == "2026-11-20T17:05:00Z"
    world.pages["/services/rest/"] = told(photos(photo(1, title={"_content": "Ny brygga"})))
    assert site.run().edited == 1
    assert len(site.entries()) == 2  # the other is no longer shown: that alone deletes nothing


def test_a_time_ahead_does_not_take_the_cursor_past_now() -> None:
    ahead = photo(2, dateupload=int(NOW.timestamp()) + 10**6)
    assert ALBUM.read(photos(photo(), ahead)).cursor == "2026-11-20T17:05:00Z"
