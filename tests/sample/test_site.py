"""How the invented web answers, misbehaviour included."""

from __future__ import annotations

from datetime import datetime

import feedparser
import pytest

from sample.site import HANGS_SECONDS, Site
from sample.world import build
from sample.world.publishers import Publisher, publishers

WORLD = build(datetime.fromisoformat("2026-11-22T10:00:00+01:00"))
BEFORE, DAY = Site(WORLD, False), Site(WORLD, True)


def status(target: str, headers: dict[str, str] | None = None, site: Site = DAY) -> int:
    return int(site.answer(target, headers or {}, "127.0.0.1:1").status)


@pytest.mark.parametrize("publisher", [p for p in publishers().values() if p.shape != "mastodon"], ids=lambda p: p.id)
def test_every_publisher_answers_at_its_address(publisher: Publisher) -> None:
    expected = {"limited": 429, "fails": 500}.get(publisher.trouble, 200)
    assert status(f"/{publisher.id}/{publisher.path}") == expected


@pytest.mark.parametrize(
    "path", ["/", "/nobody/feed.xml", "/polisen/api", "/polisen/api/v1/timelines/tag/botkyrka", "//", "/%00"]
)
def test_another_address_is_not_found(path: str) -> None:
    assert status(path) == 404


def test_a_validator_that_still_holds_gives_304_until_the_day_begins() -> None:
    path = "/sodertorns-tidning/feed.xml"
    first = BEFORE.answer(path, {}, "h")
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    assert status(path, {"if-none-match": etag}, BEFORE) == 304
    assert status(path, {"if-none-match": f'"other", W/{etag}'}, BEFORE) == 304
    assert status(path, {"if-modified-since": changed}, BEFORE) == 304
    assert status(path, {"if-none-match": '"other"', "if-modified-since": changed}, BEFORE) == 200
    assert status(path, {"if-modified-since": "yesterday"}, BEFORE) == 200
    assert status(path, {"if-none-match": etag, "if-modified-since": changed}, DAY) == 200


def test_the_weekly_has_nothing_new_on_the_day() -> None:
    path = "/veckobladet/feed.xml"
    etag = BEFORE.answer(path, {}, "h").headers["ETag"]
    assert status(path, {"if-none-match": etag}, DAY) == 304


def test_who_moved_says_so_for_good_and_is_found_there() -> None:
    answer = DAY.answer("/grodingekuriren/feed.xml", {}, "h")
    assert answer.status == 301
    assert DAY.answer(answer.headers["Location"], {}, "h").status == 200


def test_who_is_limited_says_for_how_long() -> None:
    assert DAY.answer("/kvallskuriren/feed.xml", {}, "h").headers["Retry-After"] == "30"


def test_who_hangs_outlasts_any_patience() -> None:
    assert DAY.answer("/fororten-direkt/feed.xml", {}, "h").delay_seconds == HANGS_SECONDS


def test_broken_xml_gives_no_entry_even_to_a_lenient_parser() -> None:
    feed = feedparser.parse(DAY.answer("/nattredaktionen/feed.xml", {}, "h").body)
    assert feed.bozo
    assert not feed.entries


def test_before_the_day_only_the_history_is_out() -> None:
    for publisher in publishers().values():
        if publisher.shape not in ("mastodon", "police") and not publisher.silent:
            path = f"/{publisher.id}/{publisher.path}"
            counts = [len(feedparser.parse(site.answer(path, {}, "h").body).entries) for site in (BEFORE, DAY)]
            expected = [
                sum(post.source == publisher.id for post in WORLD.posts(day_open)) for day_open in (False, True)
            ]
            assert counts == expected
