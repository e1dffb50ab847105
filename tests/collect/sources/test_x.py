from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.collect import wording
from pipelines.collect.sources import x
from tests.builders import NOW
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import source
from tests.collect.sources.visits import BROKEN, Visits, context, path, query, read, refusal
from tests.collect.strategies import JSON

SEARCH = source("x", kind="microblog", url="https://api.x.example", options={"search": "(småby OR näsvik) lang:sv"})
MENTIONS = source("x", kind="microblog", url="https://api.x.example", options={"mentions_of": "17", "most": 10})
TOKEN = {"MEDIEBEVAKNING_X_TOKEN": "hemlig-x"}


def id_at(moment: datetime, number: int = 0) -> str:
    return str((int((moment.timestamp() - x.ID_EPOCH) * 1000) << 22) + number)


def post(number: int = 1, text: str = "Bryggan i Näsvik &amp; snön", **changes: object) -> dict[str, object]:
    post_id = id_at(NOW, number)
    return {
        "id": post_id,
        "edit_history_tweet_ids": [post_id],
        "text": text,
        "created_at": "2026-11-21T06:30:00.000Z",
        "lang": "sv",
        "author_id": "4711",
    } | changes


def answer(*posts: object, next_token: str | None = None) -> dict[str, object]:
    meta = {"result_count": len(posts)} | ({"next_token": next_token} if next_token else {})
    return ({"data": list(posts)} if posts else {}) | {"meta": meta}


def test_a_search_is_one_question_with_its_price() -> None:
    (request,) = x.requests(SEARCH, context(token="hemlig-x"))
    assert path(request) == "/2/tweets/search/recent"
    assert query(request) | {"tweet.fields": ""} == {
        "query": "(småby OR näsvik) lang:sv",
        "max_results": "100",
        "tweet.fields": "",
    }
    assert request.headers == {"authorization": "Bearer hemlig-x"}
    assert request.cost == pytest.approx(0.5)
    assert "hemlig-x" not in repr(request) + request.url


def test_only_what_is_newer_is_paid_for_while_search_reaches_there() -> None:
    known, old = id_at(NOW), id_at(datetime(2026, 11, 13, tzinfo=UTC))
    assert query(x.requests(SEARCH, context(known))[0])["since_id"] == known
    assert "since_id" not in query(x.requests(SEARCH, context(old))[0])
    (mentions,) = x.requests(MENTIONS, context(old))
    assert (path(mentions), query(mentions)["since_id"]) == ("/2/users/17/mentions", old)
    assert mentions.cost == pytest.approx(0.05)


@pytest.mark.parametrize("options", [{}, {"search": "a", "mentions_of": "1"}, {"search": "a" * 513}, {"most": 5}])
def test_options_that_x_would_refuse_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        x.Options.model_validate(options)


def test_a_post_becomes_an_entry() -> None:
    (entry,) = read(SEARCH, answer(post())).entries
    assert entry.native_id == id_at(NOW, 1)
    assert entry.url == f"https://x.com/i/web/status/{id_at(NOW, 1)}"
    assert (entry.title, entry.text) == ("", "Bryggan i Näsvik & snön")
    assert entry.published == datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
    assert (entry.author, entry.language) == ("«4711»", "sv")


def test_a_long_post_is_whole_and_no_language_is_none() -> None:
    (entry,) = read(SEARCH, answer(post(text="Kort …", note_tweet={"text": "Hela texten"}, lang="qme"))).entries
    assert (entry.text, entry.language) == ("Hela texten", None)


def test_an_edited_post_keeps_the_id_it_had() -> None:
    (before,) = read(SEARCH, answer(post(1))).entries
    ids = [id_at(NOW, 1), id_at(NOW, 9)]
    (after,) = read(SEARCH, answer(post(9, "Rättad", edit_history_tweet_ids=ids))).entries
    assert (before.id, before.revision != after.revision) == (after.id, True)


def test_a_repost_is_left_out_but_moves_the_cursor() -> None:
    repost = post(3, referenced_tweets=[{"type": "retweeted", "id": "1"}])
    reply = post(2, referenced_tweets={"type": "replied_to", "id": "1"})
    parsed = read(SEARCH, answer(repost, reply))
    assert [entry.native_id for entry in parsed.entries] == [id_at(NOW, 2)]
    assert parsed.cursor == id_at(NOW, 3)


def test_no_hits_are_no_problem_and_hold_the_cursor() -> None:
    parsed = read(SEARCH, answer(), cursor="17")
    assert (parsed.entries, parsed.problems, parsed.cursor) == ((), (), "17")


@pytest.mark.parametrize(("given_source", "name"), [(SEARCH, "next_token"), (MENTIONS, "pagination_token")])
def test_pages_are_followed_but_not_at_the_first_visit(given_source: object, name: str) -> None:
    whole = answer(post(), next_token="b26v")
    assert read(given_source, whole).follow == ()  # type: ignore[arg-type]
    (follow,) = read(given_source, whole, cursor=id_at(NOW)).follow  # type: ignore[arg-type]
    assert (query(follow)[name], query(follow)["since_id"]) == ("b26v", id_at(NOW))
    assert follow.cost > 0


def test_a_redirect_does_not_send_the_token_elsewhere() -> None:
    elsewhere = "https://elak.example/2/tweets/search/recent?query=a"
    (follow,) = read(SEARCH, answer(post(), next_token="t"), cursor="1", url=elsewhere).follow
    assert follow.url.startswith("https://api.x.example/2/tweets/search/recent?query=a&")


def test_neighbours_of_a_broken_post_are_read() -> None:
    parsed = read(SEARCH, answer(post(1), None, [], {"id": {}}, post(2, author_id=None, created_at=7, lang=["sv"])))
    assert len(parsed.entries) == 2
    assert parsed.problems == ("3 poster gick inte att läsa.",)
    assert len(read(SEARCH, {"data": post(1)}).entries) == 1


@pytest.mark.parametrize("body", [*BROKEN, '{"errors": [{"title": "Not Found Error"}]}', '{"data": [7]}'])
def test_what_is_no_answer_of_x_says_so(body: str) -> None:
    assert (read(SEARCH, body).entries, read(SEARCH, body).problems) == ((), (wording.not_from("X"),))


def test_limits_tell_how_long_to_wait() -> None:
    reset = str(int(NOW.timestamp()) + 600)
    used = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
    assert read(SEARCH, answer(), headers=used).wait == 600
    assert read(SEARCH, answer(), headers=used | {"x-rate-limit-remaining": "3"}).wait is None
    refused = refusal("x", 429, x_rate_limit_reset=reset)
    assert refused is not None
    assert (refused.retry_after, refused.weight) == (600, 0.25)
    assert refusal("x", 429, retry_after="5") is None
    capped = refusal("x", 429, {"type": "https://api.twitter.com/2/problems/usage-capped"})
    assert capped is not None
    assert capped.retry_after == x.A_DAY
    assert refusal("x", 401) is None


@given(st.lists(JSON | st.fixed_dictionaries({"id": st.just("1"), "text": JSON, "lang": JSON}), max_size=3), JSON)
def test_any_json_at_all(items: list[object], meta: object) -> None:
    for entry in read(SEARCH, {"data": items, "meta": meta}, cursor="1").entries:
        entry.content.encode()


def test_visits_read_pages_pay_and_find_edits(tmp_path: Path, world: World) -> None:
    posts = [post(number) for number in range(3)]

    def page(asked: Asked) -> Page:
        since = int(query(asked).get("since_id", "0"))
        found = [one for one in reversed(posts) if int(str(one["id"])) > since]
        start = int(query(asked).get("next_token", "0"))
        more = str(start + 10) if len(found) > start + 10 else None
        return Page(json.dumps(answer(*found[start : start + 10], next_token=more)).encode())

    world.pages["/2/tweets/search/recent"] = page
    visits = Visits(tmp_path, world, "x", TOKEN, kind="microblog", options={"search": "småby", "most": 10})
    assert visits.go().new == 3
    posts += [post(number) for number in range(3, 28)]
    posts.append(post(40, "Rättad", edit_history_tweet_ids=[id_at(NOW, 0), id_at(NOW, 40)]))
    report = visits.go()
    assert (report.new, report.edited, len(world.asked)) == (25, 1, 4)
    assert visits.texts()[id_at(NOW, 0)] == "Rättad"
    assert visits.cursor() == id_at(NOW, 40)
    posts.clear()
    assert (visits.go().outcome, len(visits.texts())) == ("ok", 28)
    assert {asked.headers["authorization"] for asked in world.asked} == {"Bearer hemlig-x"}
    assert "hemlig-x" not in visits.everything_stored()


def test_an_operator_is_told_of_a_wrong_token_and_spent_credits(tmp_path: Path, world: World) -> None:
    visits = Visits(tmp_path, world, "x", TOKEN, kind="microblog", options={"search": "småby"})
    world.pages["/2/tweets/search/recent"] = Page(b'{"title": "Unauthorized"}', 401)
    assert visits.go().outcome == "failed"
    ((_, remedy),) = visits.issues()
    assert "MEDIEBEVAKNING_X_TOKEN" in remedy
    world.pages["/2/tweets/search/recent"] = Page(b'{"title": "CreditsDepleted"}', 402)
    visits.go()
    assert wording.X_NO_CREDITS[1:] in visits.issues()[0][0]


def test_without_a_token_nothing_is_asked(tmp_path: Path, world: World) -> None:
    visits = Visits(tmp_path, world, "x", {}, kind="microblog", options={"search": "småby"})
    assert visits.go().reason == wording.missing_secret("MEDIEBEVAKNING_X_TOKEN")
    assert world.asked == []
