"""Ärenden: who sees which, what a press does, and what it never does."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from pipelines.casework import Case
from pipelines.notify import clock
from pipelines.store import access, cases, outbox, register
from pipelines.store.engine import reading
from tests import pdf
from tests.builders import NOW, config, message, official, smaby
from tests.dashboards.seed import QUESTION, SECRET, THREAT, browser
from tests.dashboards.test_pages import plain

SCHOOL = "enhetschef:nasviksskolan"


@pytest.fixture
def opened(app: App) -> dict[str, Case]:
    """The threat on one of our own accounts, and the question, nine days old."""
    using = config(sources=tuple(source.model_copy(update={"own": True}) for source in smaby().sources))
    found = {}
    with app.engine.begin() as connection:
        for item in (THREAT, QUESTION):
            (case,) = clock.cases(item, (), using, NOW)
            cases.open_case(connection, case)
            found[item.entry.id] = case
    return found


def press(client: TestClient, case: Case, csrf: str | None = None, **form: str) -> int:
    token = csrf if csrf is not None else re.search(r'name="csrf" value="([^"]+)"', client.get("/arenden").text)[1]
    return client.post(f"/arenden/{case.id}", data={"csrf": token, "beslut": "acknowledged"} | form).status_code


def state(app: App, case: Case) -> str:
    with reading(app.engine) as connection:
        return cases.one(connection, case.id).state


def test_the_list_has_what_is_late_first_and_says_how_late(chief: TestClient, opened: dict[str, Case]) -> None:
    page = chief.get("/arenden").text
    assert "2 öppna ärenden" in page and "7 dygn för sent" in page and "45 timmar kvar" in page
    assert page.index("/inlagg/fr%C3%A5ga" if "/inlagg/fr%C3%A5ga" in page else "/inlagg/fråga") < page.index(
        "/inlagg/hot"
    )


def test_a_case_is_seen_by_those_who_may_see_its_post(
    head: TestClient, administrator: TestClient, opened: dict[str, Case]
) -> None:
    assert re.findall(r'href="/inlagg/([^"#]+)#arende"', head.get("/arenden").text) == ["hot"]
    shown = administrator.get("/arenden").text
    assert SECRET not in shown and "/inlagg/hot" not in shown and "1 öppet" not in shown.replace("Ett öppet ärende", "")
    assert press(head, opened["fråga"]) == press(administrator, opened["hot"]) == 404
    assert press(head, opened["hot"]) == 303


def test_a_press_is_a_line_with_a_name(app: App, chief: TestClient, opened: dict[str, Case]) -> None:
    case = opened["hot"]
    assert press(chief, case) == 303
    assert press(chief, case, beslut="registered", anteckning="KS 2026/123 <b>") == 303
    page = chief.get("/inlagg/hot").text
    assert "Diarieförd av" in page and "KS 2026/123 &lt;b&gt;" in page
    with reading(app.engine) as connection:
        *_, first, last = cases.history(connection, case.id)
    assert (first.action, last.action, last.via) == ("acknowledged", "registered", "dashboard")
    assert last.by.startswith("kommunikationschef")
    assert "Ett avslutat ärende" in chief.get("/arenden?visa=avslutade").text


def test_a_get_a_foreign_form_and_a_made_up_decision_change_nothing(
    app: App, chief: TestClient, opened: dict[str, Case]
) -> None:
    case = opened["hot"]
    assert chief.get(f"/arenden/{case.id}").status_code == 405
    assert press(chief, case, csrf="x") == 403
    token = re.search(r'name="csrf" value="([^"]+)"', chief.get("/arenden").text)[1]
    form = {"csrf": token, "beslut": "acknowledged"}
    assert chief.post(f"/arenden/{case.id}", data=form, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert press(chief, case, beslut="opened") == press(chief, case, beslut="bort") == 400
    assert press(chief, case, anteckning="x" * 300) == 400
    assert browser(app).post(f"/arenden/{case.id}", data=form).status_code == 403
    assert state(app, case) == "new"


def test_no_case_is_said_in_words(chief: TestClient) -> None:
    assert "Ingenting väntar på svar eller åtgärd." in chief.get("/arenden").text
    assert "Inget ärende är avslutat än." in chief.get("/arenden?visa=avslutade").text
    assert chief.get("/arenden?visa=allt").status_code == 400
    assert chief.get("/arenden?sida=2").status_code == 404


def test_a_case_of_a_copy_is_shown_on_every_post_of_its_story(app: App, chief: TestClient) -> None:
    (case,) = clock.cases(replace(QUESTION, story_id="s-snö"), (), smaby(), NOW)
    with app.engine.begin() as connection:
        cases.open_case(connection, replace(case, entry_id="kritik", due_at=NOW + timedelta(hours=1)))
    assert "Ärende: fråga att svara på" in chief.get("/inlagg/kopia").text


def test_a_page_with_cases_is_well_formed(chief: TestClient, opened: dict[str, Case]) -> None:
    for path in ("/arenden", "/inlagg/hot"):
        html = chief.get(path).text
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)) and html.count("<h1") == 1
        assert set(re.findall(r'(?:for|aria-labelledby)="([^"]+)"', html)) <= set(ids)
    assert 'id="arende"' in html


def test_a_reminder_in_the_outbox_leads_to_its_post(app: App, chief: TestClient, opened: dict[str, Case]) -> None:
    case = opened["hot"]
    mail = message(f"reminder:{case.id}:kommunikationschef", kind="reminder")
    with app.engine.begin() as connection:
        outbox.put(connection, mail, NOW, case.story_id)
    page = chief.get(f"/utskick/{mail.key}").text
    assert "Påminnelse" in page and 'href="/inlagg/hot"' in page


def test_an_unsuitable_post_on_our_account_has_its_steps_and_a_copy_to_keep(
    app: App, chief: TestClient, head: TestClient, opened: dict[str, Case]
) -> None:
    assert "Källan" in chief.get("/inlagg/fråga").text and "steg för steg" not in chief.get("/inlagg/fråga").text
    general = plain(chief.get("/inlagg/hot").text)
    assert "Kontot står inte i förteckningen" in general and "Ta bort det på Annat" in general
    with app.engine.begin() as connection:
        account = official(network="x", deputy=SCHOOL, source=THREAT.entry.source_id)
        register.change(connection, account, seen=0, by="anna", reason="x", now=NOW)
    shown = plain(chief.get("/inlagg/hot").text)
    for said in (
        *("Personangrepp, obscena ord, hets mot folkgrupp", "Ta bort det på X (Twitter)", "”Dölj svar”"),
        *("Ansvarig för kontot: Kommunikationschef.", "Ersättare: Rektor, Näsviksskolan."),
    ):
        assert said in shown
    checksum = hashlib.sha256(f"{THREAT.entry.title}\n{THREAT.entry.text}".encode()).hexdigest()
    assert checksum in shown
    copy = head.get("/inlagg/hot/kopia.pdf")
    words = pdf.words(copy.content).replace("\n", "")
    assert checksum in words.replace(" ", "") and "rektorn ska få" in words
    with reading(app.engine) as connection:
        lines, _ = access.listed(connection, limit=5)
    assert ("/inlagg/{entry_id}/kopia.pdf", ("hot",)) in {(line.place, tuple(line.entries)) for line in lines}


def test_the_copy_is_for_those_who_may_read_the_post(administrator: TestClient, chief: TestClient) -> None:
    assert administrator.get("/inlagg/hot/kopia.pdf").status_code == 404
    assert chief.get("/inlagg/finns-inte/kopia.pdf").status_code == 404
