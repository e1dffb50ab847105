"""What a source would bring, shown before it is one; nothing is stored."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from pipelines.asking import Payload
from pipelines.bootstrap import App
from pipelines.collect import preview as trial
from pipelines.collect.preview import Preview
from pipelines.errors import WrongCall
from pipelines.types import Entry
from tests import builders
from tests.collect.conftest import Page, World
from tests.collect.feeds import item, rss
from tests.collect.test_mastodon import status

PAGE = """<!doctype html><html><head><title>Småby</title>
<link rel="alternate" type="application/rss+xml" title="Nyheter &amp; mer" href="/flode">
<link rel="ALTERNATE stylesheet" type="application/atom+xml" href="kommentarer?x=1&amp;y=2">
<link rel="alternate" type="application/rss+xml" href="/flode">
<link rel="alternate" hreflang="en" href="/en"><link rel="alternate" type="application/rss+xml" href="javascript:x">
<link rel="stylesheet" type="text/css" href="/s.css"></head><body></body></html>"""


@pytest.fixture
def app(tmp_path: Path) -> App:
    return builders.app(tmp_path)


def names_smaby(entry: Entry) -> bool:
    return "Småby" in entry.content


def look(app: App, url: str, family: str | None = None, **options: object) -> tuple[Preview, ...]:
    wanted = trial.draft(url, family or "rss", options, "news")
    return asyncio.run(trial.preview(app, wanted, told=family is not None, mentions=names_smaby))


def test_a_feed_shows_how_much_in_which_language_and_what_of_it_is_ours(app: App, world: World) -> None:
    dates = [f"Sat, {day:02} Nov 2026 06:30:00 +0100" for day in (7, 14, 21)]
    items = [item(number, pubDate=date) for number, date in enumerate(dates)]
    world.pages["/flode"] = Page(
        rss(*items, item(9, title="Snö i Småby", pubDate="Sat, 01 Jan 2028 06:30:00 +0100")).encode()
    )
    (found,) = look(app, world.url("/flode"))
    assert (len(found.entries), found.per_week, found.languages) == (4, 1.0, {"sv": 4})
    assert [entry.title for entry in found.mentions] == ["Snö i Småby"]
    assert found.newest and found.newest.isoformat() == "2026-11-21T05:30:00+00:00"
    assert len(world.asked) == 1
    with app.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one() == 0


def test_a_page_is_searched_for_its_feeds(app: App, world: World) -> None:
    world.pages |= {"/": Page(PAGE.encode()), "/flode": Page(rss(item(1)).encode())}
    first, second = look(app, world.url("/"))
    assert (first.source.name, first.source.id, len(first.entries)) == ("Nyheter & mer", "nyheter-mer", 1)
    assert second.source.url == world.url("/kommentarer?x=1&y=2") and second.problems == ("Adressen finns inte (404).",)


def test_a_page_without_feeds_and_an_address_without_answer_say_so(app: App, world: World) -> None:
    world.pages["/"] = Page(b"<!doctype html><html><body>Hej</body></html>")
    assert look(app, world.url("/"))[0].problems == (trial.NO_FEED,)
    assert look(app, world.url("/borta"))[0].problems == ("Adressen finns inte (404).",)


def test_a_family_is_asked_its_own_way(app: App, world: World) -> None:
    world.pages["/api/v1/timelines/tag/sm%C3%A5by"] = Page(json.dumps([status()]).encode())
    (found,) = look(app, world.url(""), "mastodon", tags=["småby"])
    assert len(found.entries) == 1 and found.source.options == {"tags": ["småby"]}


def test_a_missing_key_names_its_variable_and_nothing_is_asked(app: App, world: World) -> None:
    (found,) = look(app, world.url("/"), "youtube", search="Småby")
    assert "MEDIEBEVAKNING_YOUTUBE_KEY" in " ".join(found.problems) and world.asked == []


@pytest.mark.parametrize(
    ("url", "family"),
    [
        ("ftp://x.example", "rss"),
        ("http://[", "rss"),
        ("https://x.example", "gopher"),
        ("https://x.example", "mastodon"),
    ],
)
def test_what_can_be_no_source_is_a_wrong_call(url: str, family: str) -> None:
    with pytest.raises(WrongCall):
        trial.draft(url, family, {}, "news")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff" * 100,
        b"<link " * 100_000,
        ("<link rel=alternate type=application/rss+xml href=" + "x" * 100_000).encode(),
    ],
)
def test_any_page_is_searched_in_bounded_time(body: bytes) -> None:
    assert len(trial.linked(Payload("https://x.example/", body))) <= 1
