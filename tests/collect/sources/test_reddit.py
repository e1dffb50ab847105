from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.asking import Failure, Payload
from pipelines.collect import wording
from pipelines.collect.sources import reddit
from tests.builders import NOW
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import source
from tests.collect.sources.visits import BROKEN, Visits, context, path, query, read, refusal
from tests.collect.strategies import JSON

SEARCH = source("reddit", kind="forum", url="https://oauth.r.example", options={"search": 'småby OR "näsviks brygga"'})
KEYS = {"MEDIEBEVAKNING_REDDIT_CLIENT": "appen", "MEDIEBEVAKNING_REDDIT_SECRET": "hemlig-r"}
LOGIN = "/api/v1/access_token"


def post(number: int = 1, selftext: str = "Vem äger *bryggan*? & varför", **changes: object) -> dict[str, object]:
    data = {
        "name": f"t3_{number:04}",
        "id": f"{number:04}",
        "title": "Bryggan i Näsvik",
        "selftext": selftext,
        "author": "kim",
        "permalink": f"/r/smaby/comments/{number:04}/bryggan/",
        "created_utc": NOW.timestamp() - 86_400 + 60.0 * number,
        "edited": False,
    }
    return {"kind": "t3", "data": data | changes}


def answer(*posts: object, after: str | None = None) -> dict[str, object]:
    return {"kind": "Listing", "data": {"children": list(posts), "after": after, "before": None}}


def test_the_token_is_asked_for_with_the_apps_own_keys() -> None:
    request = reddit.login_request(SEARCH, context(client="appen", secret="hemlig-r"))
    assert request.url == "https://www.reddit.com/api/v1/access_token"
    assert request.headers["authorization"] == f"Basic {b64encode(b'appen:hemlig-r').decode()}"
    assert request.body == b"grant_type=client_credentials"
    assert reddit.login_read(Payload("", b'{"access_token": "t", "expires_in": 3600}')) == {"session": "t"}


@pytest.mark.parametrize("body", [*BROKEN, '{"access_token": ["t"]}'])
def test_a_login_that_gives_nothing_is_a_failure(body: str) -> None:
    assert reddit.login_read(Payload("", body.encode())) == Failure(wording.NO_SESSION, 0.5, 200)


def test_a_login_refused_under_200_is_a_refusal() -> None:
    told = reddit.login_read(Payload("", b'{"error": "unsupported_grant_type"}'))
    assert isinstance(told, Failure)
    assert (told.status, told.weight) == (401, 1)


def test_a_search_is_one_question_everywhere_or_in_some_places() -> None:
    (everywhere,) = reddit.requests(SEARCH, context(session="t"))
    assert path(everywhere) == "/search"
    assert query(everywhere) == {
        "q": 'småby OR "näsviks brygga"',
        "sort": "new",
        "t": "week",
        "limit": "100",
        "raw_json": "1",
    }
    assert everywhere.headers == {"authorization": "bearer t"}
    options = {"search": "småby", "subreddits": ["stockholm", "sweden"], "period": "day"}
    (some,) = reddit.requests(source("reddit", url="https://oauth.r.example/", options=options), context())
    assert (path(some), query(some)["restrict_sr"], query(some)["t"]) == ("/r/stockholm+sweden/search", "1", "day")


def test_a_post_becomes_an_entry() -> None:
    (entry,) = read(SEARCH, answer(post())).entries
    assert entry.native_id == "t3_0001"
    assert entry.url == "https://www.reddit.com/r/smaby/comments/0001/bryggan/"
    assert (entry.title, entry.text) == ("Bryggan i Näsvik", "Vem äger *bryggan*? & varför")
    assert entry.published == datetime(2026, 11, 20, 8, 1, tzinfo=UTC)
    assert entry.author == "«kim»"


def test_what_reddit_adds_to_addresses_is_no_edit() -> None:
    plain, tracked = answer(post()), answer(post(permalink="/r/smaby/comments/0001/bryggan/?ref=search_posts"))
    assert read(SEARCH, plain).entries[0].revision == read(SEARCH, tracked).entries[0].revision


@pytest.mark.parametrize("text", ["[deleted]", "[removed]"])
def test_a_deleted_post_loses_its_author_and_text(text: str) -> None:
    (entry,) = read(SEARCH, answer(post(selftext=text, author="[deleted]"))).entries
    assert (entry.author, entry.text, entry.title) == (None, "", "Bryggan i Näsvik")


def test_pages_are_followed_while_all_is_new() -> None:
    (follow,) = read(SEARCH, answer(post(), after="t3_0001"), cursor="2026-11-01T00:00:00Z").follow
    assert (query(follow)["after"], query(follow)["raw_json"]) == ("t3_0001", "1")
    assert read(SEARCH, answer(post(), after="t3_0001")).follow == ()
    assert read(SEARCH, answer(post(), after="t3_0001"), cursor="2026-11-20T08:01:00Z").follow == ()
    assert read(SEARCH, answer(post()), cursor="2026-11-01T00:00:00Z").follow == ()


def test_the_cursor_is_no_time_to_come_and_never_goes_back() -> None:
    assert read(SEARCH, answer(post(), post(2, created_utc=4e9))).cursor == "2026-11-20T08:01:00Z"
    assert read(SEARCH, answer(), cursor="2026-11-20T08:01:00Z").cursor == "2026-11-20T08:01:00Z"


@pytest.mark.parametrize("created", [None, 0, -1, 1e300, "i går", True, [1]])
def test_a_time_that_is_none_is_none(created: object) -> None:
    assert read(SEARCH, answer(post(created_utc=created))).entries[0].published is None


def test_neighbours_of_a_broken_post_are_read() -> None:
    parsed = read(SEARCH, answer(post(1), None, [], {"kind": "more", "data": []}, post(2, author=7, selftext=None)))
    assert (len(parsed.entries), parsed.problems) == (2, ("3 poster gick inte att läsa.",))


@pytest.mark.parametrize("body", [*BROKEN, '{"kind": "Listing"}', '{"data": {"children": [7]}}'])
def test_what_is_no_listing_says_so(body: str) -> None:
    assert (read(SEARCH, body).entries, read(SEARCH, body).problems) == ((), (wording.not_from("Reddit"),))


def test_limits_tell_how_long_to_wait() -> None:
    used = {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "417"}
    assert read(SEARCH, answer(), headers=used).wait == 417
    assert read(SEARCH, answer(), headers=used | {"x-ratelimit-remaining": "93.0"}).wait is None
    refused = refusal("reddit", 429, x_ratelimit_reset="30")
    assert refused is not None
    assert refused.retry_after == 30
    assert refusal("reddit", 403) is None


@given(
    st.lists(
        JSON
        | st.fixed_dictionaries(
            {
                "data": st.dictionaries(
                    st.sampled_from(["name", "title", "selftext", "author", "permalink", "created_utc", "url"]), JSON
                )
            }
        ),
        max_size=3,
    )
)
def test_any_json_at_all(items: list[object]) -> None:
    for entry in read(SEARCH, answer(*items), cursor="1").entries:
        entry.content.encode()


def visiting(tmp_path: Path, world: World) -> Visits:
    options = {"search": "näsvik", "login": world.url(LOGIN)}
    return Visits(tmp_path, world, "reddit", KEYS, kind="forum", options=options)


def test_visits_log_in_page_back_and_find_edits(tmp_path: Path, world: World) -> None:
    posts = [post(number) for number in range(1, 4)]

    def page(asked: Asked) -> Page:
        if asked.headers.get("authorization") != "bearer session-r":
            return Page(status=401)
        names = [one["data"]["name"] for one in posts]  # type: ignore[index]
        behind = query(asked).get("after")
        end = names.index(behind) if behind else len(names)
        shown = posts[:end][::-1][:10]
        after = shown[-1]["data"]["name"] if end > 10 else None  # type: ignore[index]
        return Page(json.dumps(answer(*shown, after=after)).encode())

    world.pages |= {LOGIN: Page(b'{"access_token": "session-r"}'), "/search": page}
    visits = visiting(tmp_path, world)
    assert (visits.go().new, len(world.asked)) == (3, 2)
    assert world.asked[0].body == b"grant_type=client_credentials"
    posts += [post(number) for number in range(4, 29)]
    assert (visits.go().new, len(world.asked)) == (25, 2 + 4)
    posts[-1] = post(28, "[deleted]", author="[deleted]")
    assert visits.go().edited == 1
    assert visits.texts()["t3_0028"] == "Bryggan i Näsvik"
    posts.clear()
    assert (visits.go().outcome, len(visits.texts())) == ("ok", 28)
    stored = visits.everything_stored()
    assert [secret for secret in ("hemlig-r", "session-r", "appen") if secret in stored] == []


def test_an_operator_is_told_of_wrong_keys(tmp_path: Path, world: World) -> None:
    world.pages[LOGIN] = Page(b'{"message": "Unauthorized", "error": 401}', 401)
    visits = visiting(tmp_path, world)
    visits.go()
    assert all(variable in visits.issues()[0][1] for variable in KEYS)
    assert [asked.path for asked in world.asked] == [LOGIN]
