"""A feed by token: what it shows, to whom, and until when."""

from __future__ import annotations

import logging
from datetime import timedelta

import feedparser
import pytest
from starlette.testclient import TestClient

from dashboards.security import WithoutLoginLinks
from pipelines import accounts
from pipelines.bootstrap import App
from pipelines.errors import WrongCall
from pipelines.store import outbox
from pipelines.store.views import Scope, messages
from tests.builders import NOW, message
from tests.dashboards import seed


@pytest.fixture
def anyone(app: App) -> TestClient:
    """Who is not logged in."""
    return seed.browser(app)


def path_of(app: App, receiver: str = "kommunikationschef") -> str:
    return accounts.feed(app, receiver).removeprefix(app.config.dashboard.base_url.rstrip("/"))


def test_a_feed_shows_subjects_and_links_to_whoever_holds_its_address(app: App, anyone: TestClient) -> None:
    answer = anyone.get(path_of(app))
    assert answer.headers["content-type"].startswith("application/atom+xml")
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert read.feed.title == "Mediebevakning, Småby kommun: Kommunikationschef"
    with app.engine.begin() as connection:
        told, _ = messages.listed(connection, Scope(None, frozenset({"kommunikationschef"}), True))
    assert [entry.title for entry in read.entries] == [line.subject for line in told]
    assert len({entry.id for entry in read.entries}) == len(told) > 0
    for secret in (seed.SECRET, *(mail.text.strip() for mail in (seed.ALERT, seed.DIGEST))):
        assert secret not in answer.text


def test_what_a_subject_holds_is_text(app: App, anyone: TestClient) -> None:
    hostile = '</title><script src="x"/> & «ä»'
    with app.engine.begin() as connection:
        link = "https://bevakning.example/inlagg/e1?a=1&b=2"
        mail = message("alert:x", subject=hostile, receiver="kommunikationschef", link=link)
        outbox.put(connection, mail, NOW + timedelta(minutes=1))
    answer = anyone.get(path_of(app))
    assert "<script" not in answer.text
    assert feedparser.parse(answer.content).entries[0].link == link


def test_a_receiver_sees_its_own_only(app: App, anyone: TestClient) -> None:
    with app.engine.begin() as connection:
        outbox.put(
            connection, message("alert:y", subject="Larm: bara rektorn", receiver="enhetschef:nasviksskolan"), NOW
        )
    assert "bara rektorn" in anyone.get(path_of(app, "enhetschef:nasviksskolan")).text
    assert "bara rektorn" not in anyone.get(path_of(app)).text


def test_copies_for_other_channels_are_not_shown(app: App, anyone: TestClient) -> None:
    before = anyone.get(path_of(app)).content
    with app.engine.begin() as connection:
        outbox.put(connection, message("alert:z@chatt", receiver="kommunikationschef", channel="chatt"), NOW)
    assert anyone.get(path_of(app)).content == before


def test_an_address_holds_until_it_is_given_anew_or_taken_away(app: App, anyone: TestClient) -> None:
    first = path_of(app)
    second = path_of(app)
    assert (anyone.get(first).status_code, anyone.get(second).status_code) == (404, 200)
    accounts.no_feed(app, "kommunikationschef")
    assert anyone.get(second).status_code == 404
    with pytest.raises(WrongCall):
        accounts.no_feed(app, "kommunikationschef")
    with pytest.raises(WrongCall):
        accounts.feed(app, "finns-inte")


def test_a_receiver_who_is_no_more_has_no_feed(app: App, anyone: TestClient) -> None:
    path = path_of(app)
    object.__setattr__(app, "config", app.config.model_copy(update={"receivers": ()}))
    assert anyone.get(path).status_code == 404


def test_what_has_not_changed_is_not_sent_again(app: App, anyone: TestClient) -> None:
    path = path_of(app)
    version = anyone.get(path).headers["etag"]
    again = anyone.get(path, headers={"If-None-Match": version})
    assert (again.status_code, again.content) == (304, b"")


def test_the_address_stands_in_no_log() -> None:
    record = logging.LogRecord("uvicorn.access", 20, "", 0, "%s", ("GET /atom/hemlig-nyckel?x=1 HTTP/1.1",), None)
    WithoutLoginLinks().filter(record)
    assert "hemlig-nyckel" not in record.getMessage()
