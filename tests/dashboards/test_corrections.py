"""Rättelser in the dashboard: by a link without login, by the form with the rights of reading, and their sum."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from pipelines.config.schema import Precision
from pipelines.notify.offers import LASTS, Signer
from pipelines.store import corrections, entries, items
from pipelines.store.engine import reading
from tests import builders
from tests.builders import NOW, Clock, entry, flag, item
from tests.dashboards import seed
from tests.dashboards.seed import SECRET, browser
from tests.dashboards.test_pages import plain


def link(app: App, label: str, entry_id: str = "hot", receiver: str = "kommunikationschef") -> str:
    with reading(app.engine) as connection:
        found = items.with_reading(connection, entry_id)
    assert found is not None
    offers = Signer(app.link_key, app.clock()).offers(found[0], receiver, app.config)
    return next(urlsplit(offer.url).path for offer in offers if offer.label == label)


def said(app: App, entry_id: str) -> list[tuple[str, str, str]]:
    with reading(app.engine) as connection:
        return [(one.said.verdict, one.said.value, one.said.by) for one in corrections.of_entry(connection, entry_id)]


def answer(client: TestClient, entry_id: str, svar: str, **changes: object) -> int:
    page = client.get("/").text
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)
    given = {"csrf": csrf[0] if csrf else "", "svar": svar} | changes
    return client.post(f"/inlagg/{entry_id}/ratta", data=given).status_code


# --- by link ------------------------------------------------------------------------------------------------------


def test_a_link_asks_for_one_press_and_shows_no_text(app: App) -> None:
    client, path = browser(app), link(app, "Inte hot")
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200 and page.text.count("<button") == 1
        assert SECRET not in page.text and "Näsviksskolan igen" not in page.text
        assert "Du rättar bedömningen av inlägget: inte hot ." in plain(page.text)
    assert said(app, "hot") == []
    pressed = client.post(path)
    assert "Tack, det väntar på bekräftelse" in plain(pressed.text) and SECRET not in pressed.text
    assert "Redan noterat" in plain(client.get(path).text)
    assert "Redan noterat" in plain(client.post(path).text)
    assert said(app, "hot") == [("not-flag", "threat", "kommunikationschef")]


def test_a_link_corrects_at_once_what_is_no_threat(app: App) -> None:
    client, path = browser(app), link(app, "Inte negativt", "kritik")
    assert "Tack, det är noterat" in plain(client.post(path).text)
    chief = seed.logged_in(app)
    page = plain(chief.get("/inlagg/kritik").text)
    assert "Inte negativt rättat av Kommunikationschef, genom länk i mejl, lördag 21 november 2026 kl. 09.00" in page
    assert "Inte bekräftat" in page and "Bekräfta: inte negativt" in page
    assert "Rättat" in plain(chief.get("/flode").text)


def test_a_link_that_cannot_be_used_says_what_to_do(app: App) -> None:
    client, path = browser(app), link(app, "Klart")
    for broken in (path[:-1], path + "x", "/ratta/x", "/ratta/" + "å" * 300, "/ratta/" + "a" * 5000):
        for method in ("GET", "POST"):
            page = client.request(method, broken)
            assert page.status_code == 404 and "Öppna länken direkt i mejlet" in plain(page.text)
    assert isinstance(app.clock, Clock)
    app.clock.now += LASTS
    for method in ("GET", "POST"):
        page = client.request(method, path)
        assert page.status_code == 410 and "Logga in och rätta på inläggets sida" in plain(page.text)
    assert said(app, "hot") == []


def test_a_login_link_is_no_correction_and_a_correction_logs_nobody_in(app: App) -> None:
    from pipelines.accounts import invite

    token = urlsplit(invite(app, "chefen", "kommunikationschef")).path.removeprefix("/logga-in/")
    assert browser(app).post(f"/ratta/{token}").status_code == 404
    other = link(app, "Klart").removeprefix("/ratta/")
    refused = browser(app).post(f"/logga-in/{other}")
    assert refused.status_code == 410 and "set-cookie" not in refused.headers


def test_another_sites_form_cannot_press(app: App) -> None:
    path = link(app, "Klart")
    assert browser(app).post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert said(app, "hot") == []


def test_an_edited_post_is_not_corrected_by_an_old_link(app: App) -> None:
    path = link(app, "Inte negativt", "kritik")
    with app.engine.begin() as connection:
        entries.save(connection, [entry("kritik", text="Nu står det något annat.")], NOW, silent=False)
    page = browser(app).post(path)
    assert page.status_code == 409 and "Inlägget har ändrats" in plain(page.text)


def test_the_access_log_holds_no_link(app: App) -> None:
    import logging

    from dashboards.security import WithoutLoginLinks

    path = link(app, "Klart")
    record = logging.LogRecord("x", 1, "x", 1, "%s", ("1", "GET", path, "1.1", 200), None)
    WithoutLoginLinks().filter(record)
    assert path not in str(record.args) and "/ratta/…" in str(record.args)


# --- by the form --------------------------------------------------------------------------------------------------


def test_the_form_corrects_for_those_who_may_read(app: App, chief: TestClient, head: TestClient) -> None:
    assert answer(chief, "hot", "not-flag:threat") == 303
    page = plain(chief.get("/inlagg/hot").text)
    assert "Inte hot rättat av kommunikationschef () lördag 21 november 2026 kl. 09.00" in page
    assert "⚑ Hot" not in page and "Rättat" in page
    assert answer(head, "hot", "is-flag:threat") == 303
    assert "⚑ Hot" in plain(chief.get("/inlagg/hot").text)
    assert [verdict for verdict, _, _ in said(app, "hot")] == ["not-flag", "is-flag"]


@pytest.mark.parametrize(
    "svar", ["", "nonsense", "not-flag", "not-flag:no-such", "unit:no-such", "done:x", "wrong-unit:omsorgen"]
)
def test_an_answer_that_means_nothing_is_refused(app: App, chief: TestClient, svar: str) -> None:
    assert answer(chief, "hot", svar) == 400
    assert said(app, "hot") == []


def test_who_may_not_read_may_not_correct(app: App, head: TestClient, administrator: TestClient) -> None:
    assert answer(administrator, "hot", "not-flag:threat") == 404
    assert answer(head, "beröm", "not-about") == 404
    assert answer(browser(app), "hot", "not-flag:threat") == 403
    assert answer(head, "hot", "not-about", csrf="other") == 403
    assert said(app, "hot") == said(app, "beröm") == []


def test_who_gives_an_entry_away_is_led_to_what_is_left(head: TestClient) -> None:
    page = head.get("/").text
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    given = {"csrf": csrf, "svar": "wrong-unit:nasviksskolan"}
    assert head.post("/inlagg/kritik/ratta", data=given).headers["location"] == "/flode"


def test_confirming_what_a_link_said(app: App, chief: TestClient) -> None:
    browser(app).post(link(app, "Inte hot"))
    assert "⚑ Hot" in plain(chief.get("/inlagg/hot").text)
    assert "Inte hot, Kommunikationschef" in plain(chief.get("/regler").text)
    assert answer(chief, "hot", "not-flag:threat") == 303
    page = plain(chief.get("/inlagg/hot").text)
    assert "⚑ Hot" not in page and "Inte bekräftat" not in page
    assert "Väntar på bekräftelse" not in plain(chief.get("/regler").text)


def test_names_from_outside_are_text(app: App) -> None:
    from pipelines.accounts import invite

    client = browser(app)
    client.post(urlsplit(invite(app, "<script>alert(1)</script>", "kommunikationschef")).path)
    assert answer(client, "kritik", "not-negative") == 303
    page = client.get("/inlagg/kritik").text
    assert "<script>" not in page and "&lt;script&gt;alert(1)" in page


# --- Regler -------------------------------------------------------------------------------------------------------


def test_rules_with_their_precision(tmp_path: Path) -> None:
    posts = [item(entry(f"e{n}"), flags=(flag("threat", rule="threat"),)) for n in range(5)]
    asked = Precision(floor=0.5, least=4, days=30)
    app = replace(seed.world(tmp_path, posts), config=builders.config(precision=asked))
    chief = seed.logged_in(app)
    for number in range(4):
        assert answer(chief, f"e{number}", "not-flag:threat") == 303
    page = plain(chief.get("/regler").text)
    assert "threat Föreslås tystas Hot sker i texten 5 4 0 0 % 0 %–49 %" in page
    assert "En regel föreslås tystas. Ingen regel tystas av sig själv" in page
    assert "bullied Mobbning berättas om 0 0 0 ingen har bedömt –" in page


def test_rules_are_for_those_who_answer_for_them(app: App, head: TestClient, administrator: TestClient) -> None:
    browser(app).post(link(app, "Inte hot"))
    assert head.get("/regler").status_code == 404 and "/regler" not in head.get("/").text
    page = administrator.get("/regler")
    assert page.status_code == 200 and 'href="/regler"' in page.text
    assert "/inlagg/hot" not in page.text and "Näsviksskolan igen" not in page.text
