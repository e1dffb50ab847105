"""Every document reads as what it claims to be, by a parser that is not ours."""

from __future__ import annotations

import json
from calendar import timegm
from datetime import datetime

import feedparser
import pytest

from sample.shapes import SHAPES
from sample.shapes.identity import link, native_id
from sample.world import build
from sample.world.posts import Post
from sample.world.publishers import Publisher, publishers

WORLD = build(datetime.fromisoformat("2026-11-22T10:00:00+01:00"))
FEEDS = [p for p in publishers().values() if p.shape not in ("police", "mastodon") and not p.silent]


def posts_of(publisher: Publisher) -> list[Post]:
    return [post for post in WORLD.posts(True) if post.source == publisher.id]


@pytest.mark.parametrize("publisher", FEEDS, ids=lambda publisher: publisher.id)
def test_feedparser_reads_every_post(publisher: Publisher) -> None:
    document = SHAPES[publisher.shape](publisher, posts_of(publisher))
    feed = feedparser.parse(document.body, response_headers={"content-type": document.content_type})
    whole = {native_id(post): post for post in posts_of(publisher) if not post.omit}
    read = {entry.id: entry for entry in feed.entries if "id" in entry and entry.id in whole}
    assert not feed.bozo
    assert len(feed.entries) == len(posts_of(publisher))
    assert read.keys() == whole.keys()
    for identity, post in whole.items():
        assert read[identity].link == link(post)
        assert timegm(read[identity].get("published_parsed") or read[identity].updated_parsed) == int(
            post.published.timestamp()
        )
        if post.html is None:
            assert read[identity].title == post.title


def test_one_paper_still_writes_latin_1() -> None:
    publisher = publishers()["malarkusten"]
    body = SHAPES["rss"](publisher, posts_of(publisher)).body
    assert "Strängnäs".encode("latin-1") in body
    assert "Strängnäs".encode() not in body


def test_the_radio_writes_numeric_entities() -> None:
    publisher = publishers()["radio-botkyrka"]
    body = SHAPES["radio"](publisher, posts_of(publisher)).body
    assert b"&#8211;" in body
    assert body.isascii()


def test_the_forum_has_an_item_with_hostile_markup() -> None:
    publisher = publishers()["tumbaforum"]
    body = SHAPES["forum"](publisher, posts_of(publisher)).body
    assert all(nasty in body for nasty in (b"<script>", b"onerror=", b"javascript:", b"<iframe", b"&lt;b&gt;"))


def test_one_item_has_neither_id_date_nor_link() -> None:
    publisher = publishers()["pressrum"]
    feed = feedparser.parse(SHAPES["rss"](publisher, posts_of(publisher)).body)
    bare = [entry for entry in feed.entries if not {"id", "link", "published"} & entry.keys()]
    assert [entry.title for entry in bare] == ["Dialogmöte om Tumba centrum"]


def test_police_events_have_the_shape_and_the_traps_of_the_real_ones() -> None:
    publisher = publishers()["polisen"]
    rows = json.loads(SHAPES["police"](publisher, posts_of(publisher)).body)
    in_botkyrka = [row for row in rows if row["name"].endswith(", Botkyrka")]
    assert {frozenset(row) for row in rows} == {
        frozenset({"id", "datetime", "name", "summary", "url", "type", "location"})
    }
    days = [row["id"] // 1000 for row in rows]
    assert days == sorted(days, reverse=True)
    assert any(" 9:" in row["datetime"] for row in rows)
    assert {row["location"]["name"] for row in in_botkyrka} == {"Stockholms län", "Botkyrka"}
    assert all(len(row["summary"]) <= 110 for row in rows)
    assert "/aktuellt/handelser/2026/november/21/21-november-09.20-skadegorelse-botkyrka/" in [
        row["url"] for row in rows
    ]
