from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect import wording
from pipelines.collect.sources import mastodon_search
from tests.builders import NOW
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import source
from tests.collect.sources.visits import BROKEN, Visits, context, path, query, read, refusal
from tests.collect.strategies import JSON
from tests.collect.test_mastodon import status

OPTIONS = {"search": '"Näsviks brygga" & snö'}
SEARCH = source("mastodon-search", kind="microblog", url="https://m.example/", options=OPTIONS)
TOKEN = {"MEDIEBEVAKNING_MASTODON_SEARCH_TOKEN": "hemlig-m"}


def answer(*statuses: object) -> dict[str, object]:
    return {"accounts": [], "statuses": list(statuses), "hashtags": []}


def test_a_search_is_one_question() -> None:
    (request,) = mastodon_search.requests(SEARCH, context(token="hemlig-m"))
    assert path(request) == "/api/v2/search"
    assert query(request) == {"q": OPTIONS["search"], "type": "statuses", "limit": "40"}
    assert "+" not in request.url
    assert request.headers == {"authorization": "Bearer hemlig-m"}


def test_statuses_become_entries_as_from_a_timeline() -> None:
    shy = status("2", account={"acct": "kim", "noindex": True})
    (entry,) = read(SEARCH, answer(status("3"), shy, status("1", reblog=status("9")))).entries
    assert entry.native_id == "https://annan.example/users/kim/statuses/3"
    assert entry.text == "Bryggan i #Näsvik & snön\nIgen"


def test_the_next_page_is_asked_for_while_all_is_new() -> None:
    page = answer(status("1002"), status("1001"))
    (follow,) = read(SEARCH, page, cursor="999").follow
    assert follow.url.startswith("https://m.example/api/v2/search?")
    assert (query(follow)["max_id"], query(follow)["q"]) == ("1001", OPTIONS["search"])
    assert [read(SEARCH, page, cursor=cursor).follow for cursor in (None, "1001", "2000")] == [(), (), ()]


def test_the_cursor_never_goes_back() -> None:
    assert read(SEARCH, answer(status("9"), status("10"))).cursor == "10"
    assert read(SEARCH, answer(), cursor="10").cursor == "10"


def test_neighbours_of_a_broken_status_are_read() -> None:
    parsed = read(SEARCH, answer(status("1"), None, [], {"id": "2"}, status("3")))
    assert (len(parsed.entries), parsed.problems) == (2, ("3 poster gick inte att läsa.",))


@pytest.mark.parametrize("body", [*BROKEN, '{"accounts": [], "hashtags": []}', '{"statuses": [null]}'])
def test_what_is_no_search_says_so(body: str) -> None:
    parsed = read(SEARCH, body)
    assert (parsed.entries, parsed.problems) == ((), (wording.not_from("Mastodons sökning"),))


def test_limits_tell_how_long_to_wait() -> None:
    reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-21T08:05:00.123456Z"}
    assert read(SEARCH, answer(), headers=reset).wait == pytest.approx(300, abs=1)
    refused = refusal("mastodon-search", 429, x_ratelimit_reset="2026-11-21T08:05:00Z")
    assert refused is not None
    assert refused.retry_after == 300
    assert refusal("mastodon-search", 429) is None


@given(st.lists(JSON | st.fixed_dictionaries({"id": JSON, "content": JSON, "account": JSON}), max_size=3))
def test_any_json_at_all(items: list[object]) -> None:
    for entry in read(SEARCH, answer(*items), cursor="1").entries:
        entry.content.encode()


def test_visits_page_back_and_find_edits(tmp_path: Path, world: World) -> None:
    posts = [status(str(number)) for number in range(1000, 1003)]

    def page(asked: Asked) -> Page:
        below = int(query(asked).get("max_id", "999999"))
        found = [post for post in reversed(posts) if int(str(post["id"])) < below][:40]
        return Page(json.dumps(answer(*found)).encode())

    world.pages["/api/v2/search"] = page
    visits = Visits(tmp_path, world, "mastodon-search", TOKEN, kind="microblog", options={"search": "näsvik"})
    assert visits.go().new == 3
    posts += [status(str(number)) for number in range(1003, 1073)]
    assert (visits.go().new, len(world.asked)) == (70, 3)
    posts[-1] |= {"content": "<p>Rättad</p>", "edited_at": NOW.isoformat()}
    assert (visits.go().edited, visits.cursor()) == (1, "1072")
    posts.clear()
    assert (visits.go().outcome, len(visits.texts())) == ("ok", 73)


def test_an_operator_is_told_of_a_wrong_token(tmp_path: Path, world: World) -> None:
    world.pages["/api/v2/search"] = Page(b'{"error": "The access token is invalid"}', 401)
    visits = Visits(tmp_path, world, "mastodon-search", TOKEN, kind="microblog", options={"search": "näsvik"})
    visits.go()
    assert "MEDIEBEVAKNING_MASTODON_SEARCH_TOKEN" in visits.issues()[0][1]
