"""Åtkomst: what leaves a line, what the auditor sees of it, and that no text is ever in it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from pipelines.store import access
from pipelines.store.access import Access
from pipelines.store.engine import reading
from tests.builders import NOW
from tests.dashboards import seed
from tests.dashboards.seed import ALERT, SECRET, browser, logged_in
from tests.dashboards.test_corrections import answer, link
from tests.dashboards.test_pages import plain

HEAD = "enhetschef ['nasviksskolan']"


@pytest.fixture
def auditor(app: App) -> TestClient:
    return logged_in(app, "granskare")


def lines(app: App) -> list[tuple[str, str, str, tuple[str, ...]]]:
    with reading(app.engine) as connection:
        found, _ = access.listed(connection)
    return [(one.account, one.action, one.place, one.entries) for one in reversed(found)]


def test_whoever_is_shown_a_flagged_entry_leaves_a_line_and_others_none(app: App, head: TestClient) -> None:
    for path in ("/inlagg/kritik", "/inlagg/beröm", "/flode?ton=positive", "/kallor", "/hjalp", "/diagram/ton.svg"):
        head.get(path)
    assert lines(app) == []
    for path in ("/inlagg/hot", "/flode?sok=Snart", "/", f"/utskick/{ALERT.key}"):
        assert head.get(path).status_code == 200
    assert lines(app) == [
        (HEAD, "read", place, ("hot",)) for place in ("/inlagg/{entry_id}", "/flode", "/", "/utskick/{key}")
    ]


def test_changing_leaves_one_and_being_refused_none(app: App, head: TestClient, administrator: TestClient) -> None:
    assert answer(administrator, "hot", "not-flag:threat") == 404
    assert answer(head, "hot", "nonsense") == 400 and head.get("/inlagg/finns-inte").status_code == 404
    before = len(lines(app))
    assert answer(head, "hot", "not-flag:threat") == 303
    assert lines(app)[before:] == [
        (HEAD, "read", "/", ("hot",)),  # where the form's token was fetched
        (HEAD, "changed", "/inlagg/{entry_id}/ratta", ("hot",)),
    ]


def test_a_link_in_a_mail_leaves_its_receiver(app: App) -> None:
    client, path = browser(app), link(app, "Inte hot")
    client.get(path)
    assert lines(app) == []  # it shows no text
    client.post(path)
    client.post(path)
    assert lines(app) == [("kommunikationschef", "changed", "/ratta/{token}", ("hot",))]
    assert "Kommunikationschef Länk i mejl Ändrade" in plain(logged_in(app, "granskare").get("/atkomst").text)


def test_if_it_cannot_be_written_nothing_is_shown(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    client = TestClient(
        seed.browser(app).app, base_url=seed.HOST, follow_redirects=False, raise_server_exceptions=False
    )
    client.cookies = logged_in(app).cookies

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(access, "add", full)
    assert client.get("/inlagg/kritik").status_code == 200
    refused = client.get("/inlagg/hot")
    assert refused.status_code == 500 and SECRET not in refused.text and "Näsviksskolan igen" not in refused.text


def test_the_auditor_sees_who_and_never_what(app: App, chief: TestClient, auditor: TestClient) -> None:
    chief.get("/inlagg/hot")
    page = auditor.get("/atkomst")
    assert "kommunikationschef () Kommunikationschef Läste Inlägget hot" in plain(page.text)
    assert SECRET not in page.text and "Näsviksskolan" not in page.text
    assert auditor.get("/").headers["location"] == "/atkomst"
    assert re.findall(r'<li><a href="([^"]+)"', page.text) == ["/atkomst", "/hjalp"]


def test_reading_the_list_is_written_down_too(app: App, auditor: TestClient) -> None:
    for _ in range(2):
        auditor.get("/atkomst?konto=någon")
    assert lines(app) == [("granskare ()", "read", "/atkomst", ())] * 2
    assert auditor.get("/atkomst?sida=9").status_code == 404 and len(lines(app)) == 2


def test_the_list_is_the_auditors_alone(
    app: App, chief: TestClient, head: TestClient, administrator: TestClient
) -> None:
    for client in (chief, head, administrator):
        assert client.get("/atkomst").status_code == 404 and "/atkomst" not in client.get("/hjalp").text
    assert lines(app) == []


def test_it_is_searched_by_account_and_by_entry_and_months_are_shown(app: App, auditor: TestClient) -> None:
    with app.engine.begin() as connection:
        for number in range(60):
            at = NOW - timedelta(days=40 - number % 2)
            access.add(connection, Access(at, f"konto{number % 2}", "enhetschef", "exported", "/x", (f"e{number}",)))
    assert "30 rader" in plain(auditor.get("/atkomst?konto=konto1").text)
    found = plain(auditor.get("/atkomst?inlagg=e7").text)
    assert "En rad" in found and "konto1 Enhetschef Hämtade ut /x e7" in found
    assert "Ingen rad stämmer" in plain(auditor.get("/atkomst?inlagg=%25").text)
    page = auditor.get("/atkomst")
    assert "63 rader" in plain(page.text) and "2026-10 60" in plain(page.text) and "Sida 1 av 2" in plain(page.text)
