from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect import wording
from pipelines.collect.sources import facebook
from tests.builders import NOW
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import source
from tests.collect.sources.visits import BROKEN, Visits, context, path, query, read, refusal
from tests.collect.strategies import JSON

PAGE = source("facebook", kind="social", url="https://g.example/", options={"page": "17"})
TOKEN = {"MEDIEBEVAKNING_FACEBOOK_TOKEN": "hemlig-f"}


def at(minutes: float) -> str:
    """As Facebook writes it: the offset has no colon."""
    return (NOW - timedelta(days=1) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def stamp(minutes: float) -> str:
    return at(minutes).replace("+0000", "Z")


def post(number: int = 1, message: str | None = "Bryggan i Näsvik", **changes: object) -> dict[str, object]:
    return {
        "id": f"17_{number}",
        "message": message,
        "created_time": at(number),
        "updated_time": at(number + 5),
        "permalink_url": f"https://www.facebook.com/17/posts/{number}/",
        "from": {"id": "4711", "name": "Kim"},
    } | changes


def comments(*messages: str, first: int = 100, link: str | None = None) -> dict[str, object]:
    data = [
        {"id": f"1_{first + number}", "message": message, "created_time": at(first + number)}
        for number, message in enumerate(messages)
    ]
    paging = {"cursors": {"after": "QVFI", "before": "QVFJ"}} | ({"next": link} if link else {})
    return {"data": data[::-1], "paging": paging}


def answer(*posts: object, link: str | None = None) -> dict[str, object]:
    return {"data": list(posts), "paging": {"previous": "x"} | ({"next": link} if link else {})}


NEXT = "https://elak.example/v26.0/17/feed?access_token=hemlig-f&until=1795&__paging_token=enc_A&limit=999"


def test_each_list_is_a_question_in_the_pinned_version() -> None:
    feed, tagged = facebook.requests(PAGE, context(token="hemlig-f"))
    assert (path(feed), path(tagged)) == ("/v26.0/17/feed", "/v26.0/17/tagged")
    assert "comments.limit(50).filter(stream)" in query(feed)["fields"]
    assert feed.headers == {"authorization": "Bearer hemlig-f"}
    assert "hemlig-f" not in feed.url + tagged.url
    options = {"page": "17", "lists": ["tagged"], "comments": False, "version": "v27.0"}
    (alone,) = facebook.requests(source("facebook", url="https://g.example", options=options), context())
    assert (path(alone), "comments" in query(alone)["fields"]) == ("/v27.0/17/tagged", False)


def test_a_post_becomes_an_entry() -> None:
    (entry,) = read(PAGE, answer(post())).entries
    assert (entry.native_id, entry.title, entry.text) == ("17_1", "", "Bryggan i Näsvik")
    assert entry.url == "https://www.facebook.com/17/posts/1/"
    assert entry.published == datetime(2026, 11, 20, 8, 1, tzinfo=UTC)
    assert (entry.author, entry.language) == ("«4711»", None)
    (swedish,) = read(PAGE.model_copy(update={"language": "sv"}), answer(post())).entries
    assert swedish.language == "sv"


def test_comments_come_with_their_post() -> None:
    parsed = read(PAGE, answer(post(comments=comments("Vem äger den?", "Kommunen"))))
    assert [(entry.native_id, entry.text) for entry in parsed.entries] == [
        ("17_1", "Bryggan i Näsvik"),
        ("1_101", "Kommunen"),
        ("1_100", "Vem äger den?"),
    ]
    assert parsed.entries[1].url == "https://www.facebook.com/1_101"
    assert parsed.entries[1].author is None
    assert parsed.cursor == stamp(101)


def test_a_shared_link_has_the_links_own_words_and_a_bare_picture_none() -> None:
    shared = post(1, None, attachments={"data": [{"title": "Bryggan stängs", "description": "I Näsvik."}]})
    parsed = read(PAGE, answer(shared, post(2, None), post(3, "", comments=comments("Fint"))))
    assert [entry.text for entry in parsed.entries] == ["Bryggan stängs\nI Näsvik.", "Fint"]
    assert parsed.problems == ()


def test_what_the_page_has_hidden_is_left_out() -> None:
    held = comments("Syns", "Dold")
    held["data"][0]["is_hidden"] = True  # type: ignore[index]
    parsed = read(PAGE, answer(post(1, comments=held), post(2, is_hidden=True)))
    assert [entry.text for entry in parsed.entries] == ["Bryggan i Näsvik", "Syns"]


def test_pages_are_followed_while_all_is_new_and_the_answers_token_is_left_behind() -> None:
    (follow,) = read(PAGE, answer(post(), link=NEXT), cursor=stamp(0)).follow
    assert follow.url.startswith("https://g.example/v26.0/17/feed?")
    asked = query(follow)
    assert (asked["until"], asked["__paging_token"], asked["limit"]) == ("1795", "enc_A", "25")
    assert ("access_token" in asked, follow.optional) == (False, False)
    assert [read(PAGE, answer(post(), link=NEXT), cursor=cursor).follow for cursor in (None, stamp(1))] == [(), ()]
    assert read(PAGE, answer(post()), cursor=stamp(0)).follow == ()
    assert read(PAGE, answer(post(), link="http://[elak"), cursor=stamp(0)).follow == ()


def test_further_comments_are_asked_for_while_all_are_new() -> None:
    whole = post(comments=comments("Nytt", link="https://g.example/v26.0/17_1/comments?access_token=hemlig&after=QVFI"))
    (follow,) = read(PAGE, answer(whole), cursor=stamp(50)).follow
    assert (path(follow), query(follow)["after"], follow.optional) == ("/v26.0/17_1/comments", "QVFI", True)
    assert "hemlig" not in follow.url
    assert read(PAGE, answer(whole), cursor=stamp(100)).follow == ()
    page = comments("Två", "Ett", first=90, link="https://g.example/?after=QVFK")
    parsed = read(PAGE, page, cursor=stamp(50), url=follow.url)
    assert [entry.text for entry in parsed.entries] == ["Ett", "Två"]
    (further,) = parsed.follow
    assert (path(further), query(further)["after"], further.optional) == ("/v26.0/17_1/comments", "QVFK", True)


def test_another_version_is_a_problem_and_what_it_says_is_read() -> None:
    parsed = read(PAGE, answer(post()), headers={"facebook-api-version": "v28.0"})
    assert (len(parsed.entries), parsed.problems) == (1, (wording.other_version("v26.0", "v28.0"),))
    assert read(PAGE, answer(post()), headers={"facebook-api-version": "v26.0"}).problems == ()


BUSINESS = json.dumps({"17": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 7}]})


@pytest.mark.parametrize(
    ("header", "said", "wait"),
    [
        ("x-app-usage", '{"call_count": 28, "total_time": 25, "total_cputime": 89}', None),
        ("x-app-usage", '{"call_count": 28, "total_time": 91, "total_cputime": 25}', 3600),
        ("x-business-use-case-usage", BUSINESS, 420),
        ("x-page-usage", "mycket", None),
        ("x-app-usage", '{"call_count": "nan", "total_time": [], "a": [[7]]}', None),
    ],
)
def test_usage_tells_when_to_stay_away(header: str, said: str, wait: float | None) -> None:
    assert read(PAGE, answer(post()), headers={header: said}).wait == wait


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001])
def test_too_many_questions_pass(code: int) -> None:
    told = refusal("facebook", 400, {"error": {"code": code}})
    assert told is not None
    assert (told.weight, told.retry_after, told.status) == (0.25, 3600, 429)
    told = refusal("facebook", 403, {"error": {"code": code}}, x_business_use_case_usage=BUSINESS)
    assert told is not None
    assert told.retry_after == 420


def test_other_refusals() -> None:
    token = refusal("facebook", 400, {"error": {"code": 190, "message": "Session has expired", "error_subcode": 463}})
    assert token is not None
    assert (token.weight, "MEDIEBEVAKNING_FACEBOOK_TOKEN" in token.remedy) == (1, True)
    rights = refusal("facebook", 403, {"error": {"code": 200}})
    assert rights is not None
    assert (rights.reason, rights.weight) == (wording.GRAPH_NOT_ALLOWED, 1)
    unknown = refusal("facebook", 400, {"error": {"code": 100}})
    assert unknown is not None
    assert (unknown.status, unknown.weight) == (404, 1)
    passing = refusal("facebook", 500, {"error": {"code": 2}})
    assert passing is not None
    assert passing.weight == 0.25
    assert refusal("facebook", 500, b"<html>") is None
    assert refusal("facebook", 400, {"error": {"code": [190]}}) is None


def test_neighbours_of_a_broken_post_are_read() -> None:
    broken = (None, [post(3)], {"id": "17_4"}, {"message": "utan id"})
    odd = post(2, comments={"data": [None, 7, {"id": "x"}]}, attachments=[7], **{"from": "Kim"})
    parsed = read(PAGE, answer(post(1), *broken, odd))
    assert ([entry.native_id for entry in parsed.entries], parsed.problems) == (
        ["17_1", "17_2"],
        ("4 poster gick inte att läsa.",),
    )


@pytest.mark.parametrize("body", [*BROKEN, '{"error": {"code": 1}}', '{"data": [7]}', '{"data": [{"name": "Sida"}]}'])
def test_what_is_no_list_of_posts_says_so(body: str) -> None:
    assert (read(PAGE, body).entries, read(PAGE, body).problems) == ((), (wording.not_from("Facebook"),))
    assert read(PAGE, {"data": []}).problems == ()


@given(
    st.lists(
        JSON
        | st.fixed_dictionaries(
            {"id": JSON, "message": st.text(), "comments": st.fixed_dictionaries({"data": JSON, "paging": JSON})}
            | {"attachments": JSON, "from": JSON, "created_time": JSON}
        ),
        max_size=3,
    ),
    JSON,
    st.dictionaries(st.sampled_from(["x-app-usage", "facebook-api-version"]), st.text()),
)
def test_any_json_at_all(items: list[object], paging: object, headers: dict[str, str]) -> None:
    for entry in read(PAGE, {"data": items, "paging": paging}, cursor="1", headers=headers).entries:
        entry.content.encode()


def test_visits_page_back_read_comments_and_find_edits(tmp_path: Path, world: World) -> None:
    posts = [post(number) for number in range(1, 4)]
    written = ["Vem äger den?"]

    def feed(asked: Asked) -> Page:
        start = int(query(asked).get("after", "0"))
        posts[0]["comments"] = comments(*written)
        more = {"cursors": {"after": str(start + 10)}, "next": "https://g.example/?access_token=hemlig-f"}
        shown = {"data": posts[::-1][start : start + 10], "paging": more if len(posts) > start + 10 else {}}
        usage = {"X-App-Usage": '{"call_count": 1}', "facebook-api-version": "v26.0"}
        return Page(json.dumps(shown).encode(), headers=usage)

    world.pages |= {"/v26.0/17/feed": feed, "/v26.0/17/tagged": Page(b'{"data": []}')}
    visits = Visits(tmp_path, world, "facebook", TOKEN, kind="social", options={"page": "17"})
    assert (visits.go().new, len(world.asked)) == (4, 2)
    written.append("Kommunen")
    posts[1]["message"] = "Rättad"
    report = visits.go()
    assert (report.outcome, report.new, report.edited) == ("ok", 1, 1)
    assert visits.texts()["17_2"] == "Rättad"
    posts += [post(number) for number in range(200, 225)]
    assert visits.go().new == 25
    posts.clear()
    posts.append(post(1))
    assert (visits.go().outcome, len(visits.texts())) == ("ok", 30)
    assert {asked.headers["authorization"] for asked in world.asked} == {"Bearer hemlig-f"}
    assert "hemlig-f" not in visits.everything_stored() + "".join(asked.path for asked in world.asked)


def test_an_operator_is_told_of_an_expired_token(tmp_path: Path, world: World) -> None:
    world.pages["/v26.0/17/feed"] = Page(b'{"error": {"type": "OAuthException", "code": 190}}', 400)
    visits = Visits(tmp_path, world, "facebook", TOKEN, kind="social", options={"page": "17"})
    assert visits.go().outcome == "failed"
    ((text, remedy),) = visits.issues()
    assert "190" in text
    assert "MEDIEBEVAKNING_FACEBOOK_TOKEN" in remedy
