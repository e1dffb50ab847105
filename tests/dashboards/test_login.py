"""Getting in: once for each link, only by pressing the button, and only for as long as the session lasts."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlsplit

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from dashboards.app import build_app
from dashboards.catalogue import texts
from dashboards.security import quiet_access_log
from pipelines.accounts import invite
from pipelines.bootstrap import App
from pipelines.config.schema import Dashboard
from pipelines.errors import WrongCall
from pipelines.housekeeping import phase as housekeeping
from pipelines.roles import ROLES
from tests import builders
from tests.builders import Clock
from tests.dashboards.seed import browser, logged_in

OPEN = {
    "/healthz",
    "/api/v1/openapi.json",
    "/readyz",
    "/metrics",
    "/logga-in",
    "/sprak",
    "/konton",
    "/konton.csv",
    "/konton.json",
    "/logga-in/{token}",
    "/logga-in/oidc",
    "/logga-in/oidc/svar",
    "/logga-in/ut",
    "/ratta/{token}",
    "/atom/{token}",
    "/atom/sokning/{token}",
}


def link(app: App) -> str:
    return urlsplit(invite(app, "chefen", "kommunikationschef")).path


def test_a_link_lets_in_once_and_a_get_does_not_use_it_up(app: App) -> None:
    client, path = browser(app), link(app)
    for _ in range(3):  # a mail scanner, a preview, the person
        assert "Logga in" in client.get(path).text and client.get("/").status_code == 303
    assert client.post(path).headers["location"] == "/"
    assert "Översikt" in client.get("/").text
    again = browser(app)
    assert again.post(path).status_code == 410 and again.get("/").headers["location"] == "/logga-in"


def test_a_link_runs_out_and_a_newer_one_replaces_it(app: App) -> None:
    first, second = link(app), link(app)
    assert browser(app).post(first).status_code == 410
    assert isinstance(app.clock, Clock)
    app.clock.forward(hours=25)
    assert browser(app).post(second).status_code == 410


@pytest.mark.parametrize("token", ["x", "a" * 43, "..%2f..%2f", "%00", "å" * 500])
def test_a_forged_link_tells_nothing(app: App, token: str) -> None:
    answer = browser(app).post(f"/logga-in/{token}")
    assert answer.status_code in (404, 410) and "set-cookie" not in answer.headers


def test_the_session_ends_by_logging_out_and_by_itself(app: App) -> None:
    client = logged_in(app)
    token = client.cookies["mediebevakning"]
    csrf = client.get("/").text.split('name="csrf" value="')[1].split('"')[0]
    assert client.post("/logga-ut", data={"csrf": csrf}).status_code == 303
    stolen = browser(app)
    stolen.cookies.set("mediebevakning", token)
    assert stolen.get("/").status_code == 303
    other = logged_in(app)
    assert isinstance(app.clock, Clock)
    app.clock.forward(hours=12, minutes=1)
    assert other.get("/").status_code == 303
    gone = housekeeping.run(app).counts()
    assert (gone["login_link deleted"], gone["session deleted"]) == (2, 1)  # two used links, one session
    assert "session deleted" not in housekeeping.run(app).counts()


def test_logging_out_needs_the_visitors_own_form(app: App) -> None:
    client, other = logged_in(app), logged_in(app, "administrator")
    strange = other.get("/").text.split('name="csrf" value="')[1].split('"')[0]
    for form in ({}, {"csrf": ""}, {"csrf": strange}, {"csrf": "å"}):
        assert client.post("/logga-ut", data=form).status_code == 403
    assert client.get("/").status_code == 200


def test_another_sites_form_logs_nobody_in(app: App) -> None:
    path = link(app)
    assert browser(app).post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser(app).post(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: App) -> None:
    cookie = browser(app).post(link(app)).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie and "secure" not in cookie
    https = builders.app(
        app.settings.var, builders.config(dashboard=Dashboard(base_url="https://mediebevakning.smaby.example"))
    )
    client = TestClient(build_app(https), base_url="https://mediebevakning.smaby.example", follow_redirects=False)
    cookie = client.post(link(https)).headers["set-cookie"].lower()
    assert cookie.startswith("__host-mediebevakning=") and "secure" in cookie and "domain" not in cookie


def test_every_other_page_is_for_those_logged_in(app: App) -> None:
    web, client = build_app(app), browser(app)
    closed = [route for route in web.routes if isinstance(route, APIRoute) and route.path not in OPEN]
    assert len(closed) > 8
    for route in closed:
        for method in route.methods:
            answer = client.request(method, re.sub(r"{\w+(:\w+)?}", "hot", route.path))
            if route.path.startswith("/api/"):
                assert answer.status_code == 401, route.path
                continue
            assert answer.status_code == (303 if method == "GET" else 403), route.path
            assert answer.headers.get("location", "/logga-in").partition("?")[0] == "/logga-in", route.path


def test_only_the_dashboards_own_hosts_are_answered(app: App) -> None:
    assert browser(app).get("/healthz", headers={"Host": "evil.example"}).status_code == 400
    assert browser(app).get("/healthz", headers={"Host": "localhost:9000"}).text == "ok"


def test_the_access_log_holds_no_token(app: App, caplog: pytest.LogCaptureFixture) -> None:
    quiet_access_log()
    log = logging.getLogger("uvicorn.access")
    with caplog.at_level(logging.INFO, "uvicorn.access"):
        log.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", "/logga-in/hemlig?x=1", "1.1", 200)
    assert "hemlig" not in caplog.text and "/logga-in/…" in caplog.text


def test_an_invitation_that_cannot_hold_is_refused(app: App) -> None:
    for role, units, word in (
        ("kejsare", (), "role"),
        ("enhetschef", (), "unit"),
        ("enhetschef", ("finns-inte",), "unit"),
        ("administrator", ("omsorgen",), "units"),
    ):
        with pytest.raises(WrongCall, match=word):
            invite(app, "någon", role, units)
    with pytest.raises(WrongCall, match="name"):
        invite(app, " ", "administrator")


def test_other_rights_end_the_sessions_that_had_the_old_ones(app: App) -> None:
    client = browser(app)
    client.post(urlsplit(invite(app, "anna", "kommunikationschef")).path)
    assert client.get("/").status_code == 200
    invite(app, "anna", "kommunikationschef")
    assert client.get("/").status_code == 200
    invite(app, "anna", "enhetschef", ["omsorgen"])
    assert client.get("/").status_code == 303


def test_every_role_has_a_name(app: App) -> None:
    for role, given in ROLES.items():
        units = ["omsorgen"] if given.tied_to != "nothing" else []
        page = logged_in(app, role, units).get(given.home)
        assert page.status_code == 200 and texts()["roles"][role] in page.text


def test_a_used_link_is_forgotten_only_after_use(app: App) -> None:
    link(app)
    assert "login_link deleted" not in housekeeping.run(app).counts()
    assert isinstance(app.clock, Clock)
    app.clock.forward(hours=24)
    assert housekeeping.run(app).counts()["login_link deleted"] == 1
