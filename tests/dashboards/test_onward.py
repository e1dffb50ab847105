"""Where a login leads: to the page that was asked for, and never to another site."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.onward import local
from pipelines.accounts import invite
from pipelines.bootstrap import App
from pipelines.store import logins
from tests.dashboards.seed import browser, logged_in
from tests.dashboards.test_account import PASSWORD, cheap, choose  # noqa: F401 - cheap is a fixture

AWAY = (
    *(
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "///evil.example",
        "/ /evil.example",
    ),
    *("/%2fevil.example", "/%2F%2Fevil.example", "/%5cevil.example", "/%255cevil.example", "/%25252fevil.example"),
    *("https://evil.example", "http:evil.example", "evil.example", "@evil.example", "javascript:alert(1)"),
    *("/\n/evil.example", " //evil.example", "/%09/evil.example", "/flode\r\nSet-Cookie: a=b", ""),
    *("/logga-in/oidc", "/logga-ut", "/" + "a" * 1_000),
)
HOME = "http://127.0.0.1"


@pytest.mark.parametrize("asked", AWAY)
def test_what_leads_away_leads_to_the_first_page(asked: str) -> None:
    assert local(asked) == "/"


@pytest.mark.parametrize("asked", ["/flode", "/flode?sok=%5C%2F%2F&sida=1", "/utskick/digest:x:2026-11-21", "/"])
def test_what_is_ours_is_led_to(asked: str) -> None:
    assert local(asked) == asked


def test_nor_does_a_link_lead_away(app: App) -> None:
    client, away = browser(app), "//evil.example"
    link = urlsplit(invite(app, "chefen", "kommunikationschef")).path
    assert 'name="till" value="/"' in client.get(link, params={"till": away}).text
    assert client.post(link, data={"till": away}).headers["location"] == "/"


@given(st.one_of(st.text(), st.text(alphabet="/\\%25cfF.:@?#\t\nevil").map(lambda tail: "/" + tail)))
def test_no_spelling_names_another_site(asked: str) -> None:
    led = local(asked)
    as_browsers_read = led.replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "").strip()
    assert urlsplit(urljoin(HOME, as_browsers_read)).netloc == "127.0.0.1" and led.startswith("/")


def test_a_password_leads_to_the_page_that_was_asked_for(app: App) -> None:
    choose(logged_in(app))
    client, asked = browser(app), "/flode?sok=sn%C3%B6+och+is&ton=negative"
    door = client.get(asked).headers["location"]
    assert door == f"/logga-in?till={quote(asked, safe='/')}"
    page = client.get(door)
    shown = asked.replace("&", "&amp;")
    assert f'name="till" value="{shown}"' in page.text
    form = {"konto": "kommunikationschef ()", "losenord": "fel", "till": asked}
    assert f'value="{shown}"' in client.post("/logga-in", data=form).text  # kept after a mistake
    assert client.post("/logga-in", data=form | {"losenord": PASSWORD}).headers["location"] == asked
    assert client.get(asked).status_code == 200


def test_a_link_leads_there_too(app: App) -> None:
    client, link = browser(app), urlsplit(invite(app, "chefen", "kommunikationschef")).path
    assert 'name="till" value="/inlagg/hot"' in client.get(f"{link}?till=/inlagg/hot").text
    assert client.post(link, data={"till": "/inlagg/hot"}).headers["location"] == "/inlagg/hot"


def test_the_mark_of_a_page_that_led_on_is_left_out(app: App) -> None:
    assert browser(app).get("/flode?sida=1&vidare=1").headers["location"] == "/logga-in?till=/flode%3Fsida%3D1"
    assert browser(app).get("/?vidare=1").headers["location"] == "/logga-in"


def test_nobody_is_led_anywhere_without_logging_in(app: App) -> None:
    client = browser(app)
    answer = client.post("/logga-in", data={"konto": "x", "losenord": "y", "till": "/flode"})
    assert answer.status_code == 401 and "location" not in answer.headers
    with app.engine.begin() as opened:
        assert logins.sessions(opened, app.clock(), app.clock()) == {}
