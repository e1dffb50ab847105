from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from pipelines.asking import Payload
from pipelines.collect.parse import Context
from pipelines.collect.timeline import again, all_new, newest, question, stamp
from tests.builders import NOW
from tests.collect.feeds import STOCKHOLM, source

EARLIER = NOW - timedelta(hours=1)
LATER = NOW + timedelta(hours=1)


def context(cursor: str | None = None) -> Context:
    return Context(str, STOCKHOLM, cursor, {}, NOW)


def test_the_cursor_is_the_newest_time_that_is_past() -> None:
    assert newest([EARLIER, NOW, LATER, None], context()) == stamp(NOW)
    assert newest([EARLIER], context(stamp(NOW))) == stamp(NOW)
    assert newest([LATER], context()) is None


def test_a_page_is_all_new_when_nothing_in_it_is_known() -> None:
    assert all_new([NOW, None], context(stamp(EARLIER)))
    assert not all_new([NOW, EARLIER], context(stamp(EARLIER)))
    assert not all_new([NOW], context())


def test_as_text_the_later_time_is_the_larger() -> None:
    assert stamp(NOW.astimezone(STOCKHOLM)) == "2026-11-21T08:00:00Z"
    assert stamp(EARLIER) < stamp(NOW) < stamp(LATER)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_question_is_ascii_and_is_read_as_it_was_meant(text: str, other: str) -> None:
    url = question("https://a.example/x", q=text, r=None)
    assert url.isascii()
    assert parse_qs(urlsplit(url).query, keep_blank_values=True) == {"q": [text]}
    changed = again(Payload(question("https://a.example/x", p=1, q=text), b""), source(), q=other)
    assert parse_qs(urlsplit(changed).query, keep_blank_values=True)["q"] == [other]


def test_a_question_asked_again_stays_at_the_sources_host() -> None:
    asked = Payload("https://elak.example:8080/sida?a=1&b=2", b"")
    given_source = source(url="https://api.smaby.example/v1")
    assert again(asked, given_source, b="3", c=None) == "https://api.smaby.example/sida?a=1&b=3"
