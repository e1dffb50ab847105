from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.asking import Failure, Payload
from pipelines.collect import wording
from pipelines.collect.sources import FAMILIES, bluesky
from pipelines.collect.timeline import stamp
from tests.builders import NOW
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import source
from tests.collect.sources.visits import BROKEN, Visits, context, path, query, read, refusal
from tests.collect.strategies import JSON

SEARCH = source(
    "bluesky", kind="microblog", url="https://vard.example", options={"search": "Näsvik brygga", "lang": "sv"}
)
KEYS = {"MEDIEBEVAKNING_BLUESKY_IDENTIFIER": "smaby.example", "MEDIEBEVAKNING_BLUESKY_PASSWORD": "hemlig-b"}
DID = "did:plc:kimkimkimkimkimkimkimkim"
LOGIN, FIND = "/xrpc/com.atproto.server.createSession", "/xrpc/app.bsky.feed.searchPosts"
LOGGED_IN_ONLY = [{"src": DID, "val": "!no-unauthenticated"}]


def post(number: int = 1, text: str = "Bryggan i Näsvik ❄️", **changes: object) -> dict[str, object]:
    record = {"$type": "app.bsky.feed.post", "text": text, "langs": ["sv"], "createdAt": "2026-11-20T07:30:00+01:00"}
    return {
        "uri": f"at://{DID}/app.bsky.feed.post/3n2v{number:05}",
        "cid": f"bafy{hash(text)}",
        "author": {"did": DID, "handle": "kim.example", "displayName": "Kim", "labels": []},
        "record": record | changes.pop("record", {}),  # type: ignore[operator]
        "indexedAt": stamp(NOW - timedelta(days=1) + timedelta(minutes=number)),
        "labels": [],
    } | changes


def answer(*posts: object, cursor: str | None = None) -> dict[str, object]:
    return {"posts": list(posts)} | ({"cursor": cursor} if cursor else {})


def test_the_session_is_asked_for_with_post_and_carried_by_the_search() -> None:
    login = FAMILIES["bluesky"].login
    assert login is not None
    request = login.request(SEARCH, context(identifier="smaby.example", password="hemlig-b"))
    assert (request.url, request.headers) == (f"https://vard.example{LOGIN}", {"content-type": "application/json"})
    assert json.loads(request.body or b"") == {"identifier": "smaby.example", "password": "hemlig-b"}
    given_back = login.read(Payload("", b'{"accessJwt": "ett.tva.tre", "refreshJwt": "x", "active": true}'))
    assert given_back == {"session": "ett.tva.tre"}
    (search,) = bluesky.requests(SEARCH, context(session="ett.tva.tre"))
    assert search.headers == {"authorization": "Bearer ett.tva.tre"}
    assert path(search) == FIND
    assert query(search) == {"q": "Näsvik brygga", "lang": "sv", "sort": "latest", "limit": "100"}
    assert search.url.isascii()


@pytest.mark.parametrize("body", [*BROKEN, '{"accessJwt": 7}', '{"accessJwt": "rad\\nbrytning"}', '{"accessJwt": ""}'])
def test_a_login_that_gives_nothing_is_a_failure(body: str) -> None:
    assert bluesky.login_read(Payload("", body.encode())) == Failure(wording.NO_SESSION, 0.5, 200)


def test_a_closed_account_is_a_failure() -> None:
    told = bluesky.login_read(Payload("", b'{"accessJwt": "a.b.c", "active": false, "status": "deactivated"}'))
    assert isinstance(told, Failure)
    assert (told.reason, told.weight) == (wording.ACCOUNT_CLOSED, 1)


def test_a_post_becomes_an_entry() -> None:
    (entry,) = read(SEARCH, answer(post())).entries
    assert entry.native_id == f"at://{DID}/app.bsky.feed.post/3n2v00001"
    assert entry.url == f"https://bsky.app/profile/{DID}/post/3n2v00001"
    assert (entry.title, entry.text) == ("", "Bryggan i Näsvik ❄️")
    assert entry.published == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    assert (entry.author, entry.language) == (f"«{DID}»", "sv")


def test_what_stands_beside_the_text_is_read_too() -> None:
    card = {"external": {"uri": "https://a.example", "title": "Bryggan stängs", "description": "I Näsvik."}}
    pictures = {"media": {"images": [{"alt": "Is på Näsviks brygga"}, {"alt": ""}, None]}}
    first, second = read(SEARCH, answer(post(record={"embed": card}), post(2, record={"embed": pictures}))).entries
    assert first.text == "Bryggan i Näsvik ❄️\nBryggan stängs\nI Näsvik."
    assert second.text == "Bryggan i Näsvik ❄️\nIs på Näsviks brygga"


@pytest.mark.parametrize(
    ("created", "indexed", "published"),
    [
        ("2026-12-22T10:10:11Z", "2026-11-21T07:00:00Z", datetime(2026, 11, 21, 7, tzinfo=UTC)),
        ("2011-05-01T08:00:00+02:00", "2026-11-21T07:00:00Z", datetime(2011, 5, 1, 6, tzinfo=UTC)),
        ("i går", "2026-11-21T07:00:00Z", datetime(2026, 11, 21, 7, tzinfo=UTC)),
        (None, None, None),
    ],
)
def test_no_post_is_later_than_when_the_network_had_it(created: object, indexed: object, published: object) -> None:
    (entry,) = read(SEARCH, answer(post(record={"createdAt": created}, indexedAt=indexed))).entries
    assert entry.published == published


@pytest.mark.parametrize(("langs", "language"), [(["sv", "en"], None), ([], None), (None, None), (["sv-SE"], "sv")])
def test_one_language_is_believed_several_are_not(langs: object, language: str | None) -> None:
    assert read(SEARCH, answer(post(record={"langs": langs}))).entries[0].language == language


def test_who_wants_to_be_seen_by_the_logged_in_only_is_left_out() -> None:
    shy = post(2, author={"did": DID, "labels": LOGGED_IN_ONLY})
    taken_down = post(3, labels=[{"val": "!takedown"}])
    taken_back = post(4, author={"did": DID, "labels": [LOGGED_IN_ONLY[0] | {"neg": True}]})
    parsed = read(SEARCH, answer(post(1), shy, taken_down, taken_back))
    assert [entry.native_id[-1] for entry in parsed.entries] == ["1", "4"]
    assert parsed.problems == ()


def test_pages_are_followed_by_cursor_even_short_and_empty_ones_until_it_is_missing() -> None:
    (follow,) = read(SEARCH, answer(post(), cursor="1795__bafy"), cursor="2026-11-01T00:00:00Z").follow
    assert (query(follow)["cursor"], query(follow)["q"]) == ("1795__bafy", "Näsvik brygga")
    assert len(read(SEARCH, answer(cursor="7"), cursor="2026-11-01T00:00:00Z").follow) == 1
    assert read(SEARCH, answer(post()), cursor="2026-11-01T00:00:00Z").follow == ()
    assert read(SEARCH, answer(post(), cursor="7")).follow == ()
    assert read(SEARCH, answer(post(), cursor="7"), cursor="2026-11-21T07:59:00Z").follow == ()


def test_the_cursor_is_no_time_to_come_and_never_goes_back() -> None:
    ahead = post(2, indexedAt="2027-01-01T00:00:00Z")
    assert read(SEARCH, answer(post(1, indexedAt="2026-11-21T07:00:00Z"), ahead)).cursor == "2026-11-21T07:00:00Z"
    assert read(SEARCH, answer(), cursor="2026-11-21T07:00:00Z").cursor == "2026-11-21T07:00:00Z"


def test_neighbours_of_a_broken_post_are_read() -> None:
    broken = (None, [], {"uri": "at://x"}, {"uri": "at://x", "record": []})
    parsed = read(SEARCH, answer(post(1), *broken, post(2, author=None, labels={"val": []})))
    assert (len(parsed.entries), parsed.problems) == (2, ("4 poster gick inte att läsa.",))


@pytest.mark.parametrize("body", [*BROKEN, '{"error": "InvalidRequest"}', '{"posts": [7]}'])
def test_what_is_no_search_says_so(body: str) -> None:
    assert (read(SEARCH, body).entries, read(SEARCH, body).problems) == ((), (wording.not_from("Bluesky"),))


def test_refusals_are_explained() -> None:
    assert refusal("bluesky", 400, {"error": [["ExpiredToken"]]}) is None
    expired = refusal("bluesky", 400, {"error": "ExpiredToken", "message": "Token has expired"})
    assert expired is not None
    assert (expired.weight, expired.reason) == (0.25, wording.LOGIN_EXPIRED)
    reset = refusal("bluesky", 429, {"error": "RateLimitExceeded"}, ratelimit_reset=str(int(NOW.timestamp()) + 289))
    assert reset is not None
    assert reset.retry_after == 289
    assert refusal("bluesky", 429, retry_after="289") is None
    assert refusal("bluesky", 400) is None  # what raw å in an address gives: no body at all
    used = {"ratelimit-remaining": "0", "ratelimit-reset": str(int(NOW.timestamp()) + 60)}
    assert read(SEARCH, answer(), headers=used).wait == 60


@given(
    st.lists(
        JSON
        | st.fixed_dictionaries(
            {"uri": st.just("at://a/b"), "author": JSON, "labels": JSON, "indexedAt": JSON}
            | {"record": st.fixed_dictionaries({"text": st.text(), "embed": JSON, "langs": JSON})}
        ),
        max_size=3,
    )
)
def test_any_json_at_all(items: list[object]) -> None:
    for entry in read(SEARCH, answer(*items), cursor="1").entries:
        entry.content.encode()


def test_visits_log_in_page_back_and_find_edits(tmp_path: Path, world: World) -> None:
    posts = [post(number) for number in range(1, 4)]

    def session(asked: Asked) -> Page:
        right = json.loads(asked.body) == {"identifier": "smaby.example", "password": "hemlig-b"}
        return Page(b'{"accessJwt": "session-b", "active": true}', 200 if right else 401)

    def page(asked: Asked) -> Page:
        if asked.headers.get("authorization") != "Bearer session-b":
            return Page(b'{"error": "AuthMissing"}', 401)
        start = int(query(asked).get("cursor", "0"))
        more = str(start + 10) if len(posts) > start + 10 else None
        return Page(json.dumps(answer(*posts[::-1][start : start + 10], cursor=more)).encode())

    world.pages |= {LOGIN: session, FIND: page}
    visits = Visits(tmp_path, world, "bluesky", KEYS, kind="microblog", options={"search": "näsvik"})
    assert (visits.go().new, len(world.asked)) == (3, 2)
    posts += [post(number) for number in range(4, 29)]
    assert (visits.go().new, len(world.asked)) == (25, 2 + 4)
    posts[-1] = post(28, "Rättad")
    assert visits.go().edited == 1
    assert visits.cursor() == posts[-1]["indexedAt"]
    posts.clear()
    assert (visits.go().outcome, len(visits.texts())) == ("ok", 28)
    stored = visits.everything_stored()
    assert [secret for secret in ("hemlig-b", "session-b", "smaby.example") if secret in stored] == []


@pytest.mark.parametrize("at", [LOGIN, FIND])
def test_an_operator_is_told_of_a_wrong_password(tmp_path: Path, world: World, at: str) -> None:
    world.pages[LOGIN] = Page(b'{"accessJwt": "session-b"}')
    world.pages[at] = Page(b'{"error": "AuthenticationRequired"}', 401)
    visits = Visits(tmp_path, world, "bluesky", KEYS, kind="microblog", options={"search": "näsvik"})
    visits.go()
    assert all(variable in visits.issues()[0][1] for variable in KEYS)


def test_too_many_logins_are_waited_out(tmp_path: Path, world: World) -> None:
    world.pages[LOGIN] = Page(b'{"error": "RateLimitExceeded"}', 429, {"Retry-After": "289"})
    visits = Visits(tmp_path, world, "bluesky", KEYS, kind="microblog", options={"search": "näsvik"})
    assert (visits.go().outcome, len(world.asked), visits.issues()) == ("failed", 1, [])
