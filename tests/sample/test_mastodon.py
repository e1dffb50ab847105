"""A tag timeline pages forwards and backwards without losing or repeating a status."""

from __future__ import annotations

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from sample.site import Site
from sample.world import build

SITE = Site(build(datetime.fromisoformat("2026-11-22T10:00:00+01:00")), True)
TIMELINE = "/sodersocial/api/v1/timelines/tag/botkyrka"


def ask(target: str) -> tuple[list[dict[str, object]], dict[str, str]]:
    answer = SITE.answer(target, {}, "127.0.0.1:1")
    links = dict(reversed(pair) for pair in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers.get("Link", "")))
    return json.loads(answer.body), {rel: f"{urlsplit(url).path}?{urlsplit(url).query}" for rel, url in links.items()}


def walk(target: str, rel: str) -> list[list[str]]:
    pages = []
    statuses, links = ask(target)
    while statuses:
        pages.append([str(status["id"]) for status in statuses])
        statuses, links = ask(links[rel])
    return pages


@pytest.fixture(scope="module")
def everything() -> list[str]:
    return [number for page in walk(f"{TIMELINE}?any[]=tumba&limit=40", "next") for number in page]


def test_pages_go_back_to_the_oldest(everything: list[str]) -> None:
    pages = walk(f"{TIMELINE}?any[]=tumba&limit=7", "next")
    assert len(pages) > 3
    assert all(len(page) == 7 for page in pages[:-1])
    assert [number for page in pages for number in page] == everything == sorted(set(everything), key=int, reverse=True)


def test_min_id_goes_on_right_after_it_and_since_id_takes_the_newest(everything: list[str]) -> None:
    oldest = everything[-1]
    forwards = walk(f"{TIMELINE}?any[]=tumba&limit=7&min_id={oldest}", "prev")
    assert [number for page in reversed(forwards) for number in page] == everything[:-1]
    newest, _ = ask(f"{TIMELINE}?any[]=tumba&limit=7&since_id={oldest}")
    assert [status["id"] for status in newest] == everything[:7]


def test_nothing_newer_is_an_empty_list_without_links(everything: list[str]) -> None:
    assert ask(f"{TIMELINE}?any[]=tumba&min_id={everything[0]}") == ([], {})


def test_any_widens_the_tag_also_with_letters_beyond_ascii() -> None:
    one, _ = ask(f"{TIMELINE}?limit=40")
    more, _ = ask(f"{TIMELINE}?limit=40&any[]=s%C3%B6dert%C3%B6rn")
    names = [{tag["name"] for tag in status["tags"]} for status in more]  # type: ignore[attr-defined]
    assert all("botkyrka" in {tag["name"] for tag in status["tags"]} for status in one)  # type: ignore[attr-defined]
    assert any("södertörn" in tags and "botkyrka" not in tags for tags in names)


def test_the_same_post_has_one_uri_and_two_ids() -> None:
    here, _ = ask(f"{TIMELINE}?limit=40")
    there, _ = ask("/trevligt/api/v1/timelines/tag/botkyrka?limit=40")
    ids = [{status["uri"]: status["id"] for status in statuses} for statuses in (here, there)]
    shared = ids[0].keys() & ids[1].keys()
    assert len(shared) == 5
    assert all(ids[0][uri] != ids[1][uri] for uri in shared)


def test_some_statuses_tell_no_language() -> None:
    statuses, _ = ask(f"{TIMELINE}?limit=40")
    assert {None, "sv"} <= {status["language"] for status in statuses}
