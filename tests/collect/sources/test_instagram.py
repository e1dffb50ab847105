from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.collect import wording
from pipelines.collect.sources import instagram
from tests.builders import NOW
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import source
from tests.collect.sources.test_facebook import at, stamp
from tests.collect.sources.visits import BROKEN, Visits, context, path, query, read, refusal
from tests.collect.strategies import JSON

OPTIONS = {"account": "17", "hashtags": ["näsvik"]}
ACCOUNT = source("instagram", kind="photo", url="https://g.example", options=OPTIONS)
TOKEN = {"MEDIEBEVAKNING_INSTAGRAM_TOKEN": "hemlig-i"}
FOUND = "https://g.example/v26.0/ig_hashtag_search?user_id=17&q=n"


def medium(number: int = 1, caption: str | None = "Bryggan i #näsvik", **changes: object) -> dict[str, object]:
    return {
        "id": f"179{number:03}",
        "caption": caption,
        "permalink": f"https://www.instagram.com/p/B{number}/",
        "timestamp": at(number),
        "username": "kim",
    } | changes


def answer(*media: object, link: str | None = None) -> dict[str, object]:
    return {"data": list(media)} | ({"paging": {"cursors": {"after": "QVFI"}, "next": link}} if link else {})


def test_lists_and_hashtags_are_questions_of_their_own() -> None:
    tags, media, hashtag = instagram.requests(ACCOUNT, context(token="hemlig-i"))
    assert [path(one) for one in (tags, media, hashtag)] == [
        "/v26.0/17/tags",
        "/v26.0/17/media",
        "/v26.0/ig_hashtag_search",
    ]
    assert ("comments" in query(tags)["fields"], "comments" in query(media)["fields"]) == (False, True)
    assert query(hashtag) == {"user_id": "17", "q": "näsvik", "at": str(int(NOW.timestamp()))}
    assert {one.headers["authorization"] for one in (tags, media, hashtag)} == {"Bearer hemlig-i"}
    with pytest.raises(ValidationError):
        instagram.Options.model_validate({"account": "17", "lists": []})


def test_a_medium_becomes_an_entry_and_so_do_its_comments() -> None:
    said = [
        {"id": "2", "text": "Vem äger den?", "timestamp": at(9), "username": "lo"},
        {"id": "3", "text": "Dold", "timestamp": at(10), "hidden": True},
    ]
    first, second = read(ACCOUNT, answer(medium(comments={"data": said}))).entries
    assert (first.native_id, first.text, first.author) == ("179001", "Bryggan i #näsvik", "«kim»")
    assert first.url == "https://www.instagram.com/p/B1/"
    assert first.published == datetime(2026, 11, 20, 8, 1, tzinfo=UTC)
    assert (second.native_id, second.text, second.url) == ("2", "Vem äger den?", first.url)


def test_a_hashtags_number_leads_to_its_media() -> None:
    parsed = read(ACCOUNT, {"data": [{"id": "1784"}]}, url=FOUND)
    (follow,) = parsed.follow
    assert (path(follow), query(follow)["user_id"], parsed.entries) == ("/v26.0/1784/recent_media", "17", ())


def test_media_without_a_word_are_no_problem() -> None:
    parsed = read(ACCOUNT, answer(medium(1, None), {"id": "5", "media_type": "IMAGE", "like_count": 3}))
    assert (parsed.entries, parsed.problems) == ((), ())


def test_pages_are_followed_while_all_is_new_and_the_answers_token_is_left_behind() -> None:
    page = answer(medium(), link="https://elak.example/v26.0/17/tags?access_token=hemlig-i&after=QVFI")
    (follow,) = read(ACCOUNT, page, cursor=stamp(0)).follow
    assert follow.url.startswith("https://g.example/v26.0/17/tags?")
    assert (query(follow)["after"], "hemlig" in follow.url) == ("QVFI", False)
    assert [read(ACCOUNT, page, cursor=cursor).follow for cursor in (None, stamp(1))] == [(), ()]
    assert read(ACCOUNT, answer(medium()), cursor=stamp(0)).follow == ()


def test_neighbours_of_a_broken_medium_are_read() -> None:
    parsed = read(ACCOUNT, answer(medium(1), None, [7], {"caption": "utan id"}, medium(2, comments=[7], username=[])))
    assert (len(parsed.entries), parsed.problems) == (2, ("3 poster gick inte att läsa.",))
    assert len(read(ACCOUNT, {"data": medium(1)}).entries) == 1


@pytest.mark.parametrize("body", [*BROKEN, '{"error": {"code": 1}}', '{"data": [7]}'])
def test_what_is_no_list_of_media_says_so(body: str) -> None:
    assert (read(ACCOUNT, body).entries, read(ACCOUNT, body).problems) == ((), (wording.not_from("Instagram"),))


def test_refusals_name_this_familys_own_variable() -> None:
    told = refusal("instagram", 400, {"error": {"code": 190}})
    assert told is not None
    assert "MEDIEBEVAKNING_INSTAGRAM_TOKEN" in told.remedy
    busy = refusal("instagram", 403, {"error": {"code": 4}})
    assert busy is not None
    assert busy.retry_after == 3600


@given(st.lists(JSON | st.fixed_dictionaries({"id": JSON, "caption": JSON, "comments": JSON}), max_size=3), JSON)
def test_any_json_at_all(items: list[object], paging: object) -> None:
    for url in (None, FOUND):
        for entry in read(ACCOUNT, {"data": items, "paging": paging}, cursor="1", url=url).entries:
            entry.content.encode()


def test_visits_follow_hashtags_page_back_and_find_edits(tmp_path: Path, world: World) -> None:
    media = [medium(number) for number in range(1, 4)]

    def tags(asked: Asked) -> Page:
        start = int(query(asked).get("after", "0"))
        paging = {"cursors": {"after": str(start + 10)}, "next": "https://g.example/?access_token=hemlig-i"}
        shown = {"data": media[::-1][start : start + 10], "paging": paging if len(media) > start + 10 else {}}
        return Page(json.dumps(shown).encode())

    world.pages |= {
        "/v26.0/17/tags": tags,
        "/v26.0/17/media": Page(b'{"data": []}'),
        "/v26.0/ig_hashtag_search": Page(b'{"data": [{"id": "1784"}]}', headers={"ETag": '"samma"'}),
        "/v26.0/1784/recent_media": Page(json.dumps(answer(medium(900, "Snö"))).encode()),
    }
    visits = Visits(tmp_path, world, "instagram", TOKEN, kind="photo", options=OPTIONS)
    assert (visits.go().new, len(world.asked)) == (4, 4)
    media[0]["caption"] = "Rättad"
    assert (visits.go().edited, len(world.asked)) == (1, 8)
    media += [medium(number) for number in range(1000, 1025)]
    assert visits.go().new == 25
    media.clear()
    assert (visits.go().outcome, len(visits.texts())) == ("ok", 29)
    assert "hemlig-i" not in visits.everything_stored() + "".join(asked.path for asked in world.asked)


def test_an_operator_is_told_of_an_expired_token(tmp_path: Path, world: World) -> None:
    world.pages["/v26.0/17/tags"] = Page(b'{"error": {"code": 190}}', 400)
    visits = Visits(tmp_path, world, "instagram", TOKEN, kind="photo", options={"account": "17"})
    visits.go()
    assert "MEDIEBEVAKNING_INSTAGRAM_TOKEN" in visits.issues()[0][1]
