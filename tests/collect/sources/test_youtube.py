from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.asking import Refused
from pipelines.collect import wording
from pipelines.collect.sources import youtube
from pipelines.collect.timeline import stamp
from tests.builders import NOW
from tests.collect.conftest import Asked, Page, World
from tests.collect.feeds import source
from tests.collect.sources.visits import BROKEN, Visits, context, path, query, read, refusal
from tests.collect.strategies import JSON

HOME = "https://yt.example/youtube/v3"
SEARCH = source("youtube", kind="video", url=HOME, language="sv", options={"search": "småby|näsvik", "comments": True})
CHANNEL = source("youtube", kind="video", url=f"{HOME}/", options={"channels": ["UCsmaby", "UCannan"]})
KEY = {"MEDIEBEVAKNING_YOUTUBE_KEY": "hemlig-y"}
THREADS = f"{HOME}/commentThreads?part=snippet&videoId=v1"


def at(minutes: float) -> str:
    return stamp(NOW - timedelta(days=1) + timedelta(minutes=minutes))


def video(
    number: int = 1, title: str = "Bryggan i N&#228;svik &amp; sn&ouml;n", **changes: object
) -> dict[str, object]:
    snippet = {"publishedAt": at(number), "channelId": "UCkim", "title": title, "description": "Vi går dit ..."}
    return {"kind": "youtube#searchResult", "id": {"kind": "youtube#video", "videoId": f"v{number}"}} | {
        "snippet": snippet | changes
    }


def comment(id: str = "Ug1", text: str = "Vem äger bryggan?", **changes: object) -> dict[str, object]:
    snippet = {
        "videoId": "v1",
        "textDisplay": text,
        "textOriginal": text,
        "authorDisplayName": "@kim",
        "authorChannelId": {"value": "UCkim"},
        "publishedAt": at(1),
        "updatedAt": at(2),
    }
    return {"kind": "youtube#comment", "id": id, "snippet": snippet | changes}


def thread(first: dict[str, object], *replies: object, total: int | None = None) -> dict[str, object]:
    count = len(replies) if total is None else total
    return {
        "kind": "youtube#commentThread",
        "id": first["id"],
        "snippet": {"videoId": "v1", "topLevelComment": first, "totalReplyCount": count},
    } | ({"replies": {"comments": list(replies)}} if replies else {})


def answer(*items: object, token: str | None = None) -> dict[str, object]:
    return {"items": list(items), "pageInfo": {"totalResults": 1_000_000}} | ({"nextPageToken": token} if token else {})


def test_a_search_reaches_a_week_back_and_its_key_is_in_no_address() -> None:
    (request,) = youtube.requests(SEARCH, context(key="hemlig-y"))
    assert path(request) == "/youtube/v3/search"
    asked = query(request)
    assert (asked["q"], asked["publishedAfter"], asked["order"]) == ("småby|näsvik", "2026-11-14T08:00:00Z", "date")
    assert (asked["regionCode"], asked["relevanceLanguage"], "location" in asked) == ("SE", "sv", False)
    assert request.headers == {"x-goog-api-key": "hemlig-y"}
    assert "hemlig-y" not in request.url


def test_every_channel_is_a_question_of_its_own() -> None:
    requests = youtube.requests(CHANNEL, context())
    assert [path(request) for request in requests] == ["/youtube/v3/commentThreads"] * 2
    assert [query(request)["allThreadsRelatedToChannelId"] for request in requests] == ["UCsmaby", "UCannan"]
    with pytest.raises(ValidationError):
        youtube.Options.model_validate({"comments": True})


def test_a_video_becomes_an_entry() -> None:
    (entry,) = read(SEARCH, answer(video())).entries
    assert (entry.native_id, entry.url) == ("yt:video:v1", "https://www.youtube.com/watch?v=v1")
    assert (entry.title, entry.text) == ("Bryggan i Näsvik & snön", "Vi går dit ...")
    assert entry.published == datetime(2026, 11, 20, 8, 1, tzinfo=UTC)
    assert (entry.author, entry.language) == ("«UCkim»", "sv")


def test_a_thread_becomes_its_comment_and_replies() -> None:
    parsed = read(SEARCH, answer(thread(comment(), comment("Ug1.a", "Kommunen", authorChannelId=None))), url=THREADS)
    first, reply = parsed.entries
    assert (first.native_id, first.text, first.author) == ("Ug1", "Vem äger bryggan?", "«UCkim»")
    assert first.url == "https://www.youtube.com/watch?v=v1&lc=Ug1"
    assert (reply.native_id, reply.author, reply.title) == ("Ug1.a", "«@kim»", "")
    (alone,) = read(SEARCH, answer(comment("Ug1.b", textOriginal=None)), url=f"{HOME}/comments").entries
    assert alone.text == "Vem äger bryggan?"


def test_found_videos_lead_to_their_comments_which_may_be_closed() -> None:
    follow = read(SEARCH, answer(video(1), video(2))).follow
    assert [(path(one), query(one)["videoId"], one.optional) for one in follow] == [
        ("/youtube/v3/commentThreads", "v1", True),
        ("/youtube/v3/commentThreads", "v2", True),
    ]
    assert read(CHANNEL, answer(video(1))).follow == ()


def test_all_videos_have_their_turn() -> None:
    seen = set()
    family = answer(*(video(number) for number in range(20)))
    for minutes in range(0, 600, 10):
        known = youtube.Context(str, UTC, None, {}, NOW + timedelta(minutes=minutes))
        follow = youtube.parse(youtube.Payload(f"{HOME}/search", json.dumps(family).encode()), SEARCH, known).follow
        assert len(follow) == youtube.FOLLOWED
        seen |= {query(one)["videoId"] for one in follow}
    assert len(seen) == 20


def test_a_thread_that_shows_few_of_its_replies_leads_to_the_others() -> None:
    whole, cut = thread(comment("a"), comment("a.1")), thread(comment("b"), comment("b.1"), total=9)
    (follow,) = read(CHANNEL, answer(whole, cut), url=THREADS).follow
    assert (path(follow), query(follow)["parentId"]) == ("/youtube/v3/comments", "b")


def test_pages_are_followed_while_all_is_new() -> None:
    page = answer(video(), token="CBkQAA")
    (follow,) = read(CHANNEL, page, cursor=at(0), url=f"{HOME}/search?q=a").follow
    assert (query(follow), follow.optional) == ({"q": "a", "pageToken": "CBkQAA"}, False)
    assert [read(CHANNEL, page, cursor=cursor).follow for cursor in (None, at(1), at(2))] == [(), (), ()]
    (more,) = read(CHANNEL, answer(thread(comment()), token="t"), cursor=at(0), url=THREADS).follow
    assert (query(more)["pageToken"], more.optional) == ("t", True)
    assert read(CHANNEL, answer(token="t"), cursor=at(0)).follow == ()


def test_the_cursor_is_no_time_to_come_and_never_goes_back() -> None:
    assert read(CHANNEL, answer(video(1), video(2, publishedAt="2031-01-01T00:00:00Z"))).cursor == at(1)
    assert read(CHANNEL, answer(), cursor=at(9)).cursor == at(9)


def test_neighbours_of_a_broken_item_are_read() -> None:
    channel = {"id": {"kind": "youtube#channel", "channelId": "UCkim"}, "snippet": {"title": "Kim"}}
    parsed = read(CHANNEL, answer(video(1), None, [video(3)], channel, {"snippet": []}, video(2, description={})))
    assert (len(parsed.entries), parsed.problems) == (2, ("4 poster gick inte att läsa.",))


@pytest.mark.parametrize("body", [*BROKEN, '{"error": {"code": 403}}', '{"items": [7]}'])
def test_what_is_no_answer_of_youtube_says_so(body: str) -> None:
    assert (read(CHANNEL, body).entries, read(CHANNEL, body).problems) == ((), (wording.not_from("YouTube"),))


def error(reason: str, message: str = "No.") -> dict[str, object]:
    return {"error": {"message": message, "errors": [{"message": message, "reason": reason}]}}


@pytest.mark.parametrize(
    ("status", "said"),
    [(403, error("quotaExceeded")), (429, error("rateLimitExceeded", "limit 'Search Queries per day' of service"))],
)
def test_spent_quota_waits_for_midnight_in_california(status: int, said: dict[str, object]) -> None:
    told = refusal("youtube", status, said)
    assert told is not None
    assert (told.reason, told.weight, told.status) == (wording.QUOTA_SPENT, 0.25, 429)
    assert told.retry_after == 24 * 3600  # 08.00 UTC is midnight there: the day that begins is the one that is spent


def test_midnight_in_california_minds_summer_time() -> None:
    def hours(*moment: int) -> float:
        told = youtube.explain(Refused(403, {}, b"quotaExceeded", datetime(*moment, tzinfo=UTC)))
        assert told is not None
        assert told.retry_after is not None
        return told.retry_after / 3600

    assert hours(2026, 11, 21, 9) == 23
    assert hours(2026, 7, 1, 6) == 1
    assert hours(2026, 11, 1, 8) == 24  # the day on which clocks go back there has 25 hours: from 07 to 08 UTC
    assert hours(2026, 11, 1, 7) == 25


def test_other_refusals() -> None:
    wrong = refusal("youtube", 400, error("badRequest", "API key not valid. Please pass a valid API key."))
    assert wrong is not None
    assert (wrong.weight, "MEDIEBEVAKNING_YOUTUBE_KEY" in wrong.remedy) == (1, True)
    hurry = refusal("youtube", 403, error("userRateLimitExceeded"))
    assert hurry is not None
    assert (hurry.weight, hurry.status) == (0.25, 429)
    assert refusal("youtube", 403, error("commentsDisabled")) is None
    assert refusal("youtube", 400, error("invalidParameter")) is None


@given(
    st.lists(
        JSON
        | st.fixed_dictionaries({"id": JSON, "snippet": JSON, "replies": JSON})
        | st.builds(thread, st.fixed_dictionaries({"id": JSON, "snippet": JSON}), JSON, total=st.integers()),
        max_size=3,
    ),
    JSON,
)
def test_any_json_at_all(items: list[object], token: object) -> None:
    for entry in read(SEARCH, answer(*items) | {"nextPageToken": token}, cursor="1").entries:
        entry.content.encode()


def test_visits_page_back_read_comments_and_find_edits(tmp_path: Path, world: World) -> None:
    videos = [video(number) for number in range(1, 4)]
    comments = [thread(comment())]

    def page(asked: Asked) -> Page:
        start = int(query(asked).get("pageToken", "0"))
        more = str(start + 10) if len(videos) > start + 10 else None
        return Page(json.dumps(answer(*videos[::-1][start : start + 10], token=more)).encode())

    def threads(asked: Asked) -> Page:
        if query(asked)["videoId"] != "v1":
            return Page(json.dumps(error("commentsDisabled")).encode(), 403)
        return Page(json.dumps(answer(*comments)).encode())

    world.pages |= {"/search": page, "/commentThreads": threads}
    visits = Visits(tmp_path, world, "youtube", KEY, kind="video", options={"search": "näsvik", "comments": True})
    first = visits.go()
    assert (first.outcome, first.new) == ("ok", 4)
    comments[0] = thread(comment(text="Vem äger den?"), comment("Ug1.a"))
    second = visits.go()
    assert (second.new, second.edited) == (1, 1)
    assert visits.texts()["Ug1"] == "Vem äger den?"
    videos += [video(number) for number in range(4, 19)]
    assert visits.go().new == 15
    assert visits.cursor() == at(18)
    videos.clear()
    assert (visits.go().outcome, len(visits.texts())) == ("ok", 20)
    assert {asked.headers["x-goog-api-key"] for asked in world.asked} == {"hemlig-y"}
    assert "hemlig-y" not in visits.everything_stored()


def test_quota_that_ends_among_comments_ends_the_visit(tmp_path: Path, world: World) -> None:
    world.pages |= {
        "/search": Page(json.dumps(answer(video(1), video(2))).encode()),
        "/commentThreads": Page(json.dumps(error("quotaExceeded")).encode(), 403),
    }
    visits = Visits(tmp_path, world, "youtube", KEY, kind="video", options={"search": "näsvik", "comments": True})
    report = visits.go()
    assert (report.outcome, report.new, report.reason, len(world.asked)) == ("failed", 2, wording.QUOTA_SPENT, 2)
    assert visits.issues() == []


def test_an_operator_is_told_of_a_wrong_key(tmp_path: Path, world: World) -> None:
    world.pages["/commentThreads"] = Page(json.dumps(error("badRequest", "API key not valid.")).encode(), 400)
    visits = Visits(tmp_path, world, "youtube", KEY, kind="video", options={"channels": ["UCsmaby"]})
    visits.go()
    assert "MEDIEBEVAKNING_YOUTUBE_KEY" in visits.issues()[0][1]
