"""Gallring: what would go, what is held, and a person's request; nothing that was typed comes back."""

from __future__ import annotations

import json
import re

import pytest
from httpx import Response
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from pipelines.housekeeping import hold, person
from pipelines.store import access
from pipelines.store.engine import reading
from tests import builders
from tests.builders import NOW, entry, item
from tests.dashboards.seed import SECRET
from tests.dashboards.test_pages import plain


def post(client: TestClient, path: str, **form: object) -> Response:
    (token,) = set(re.findall(r'name="csrf" value="([^"]+)"', client.get("/gallring").text))
    return client.post(f"/gallring/{path}", data={"csrf": token} | form)


def held(app: App) -> list[tuple[str, str]]:
    with reading(app.engine) as opened:
        return [(one.subject, one.reason) for one in hold.listed(opened, NOW, holding=True)]


def test_a_hold_is_added_and_ended_with_a_reason_and_both_are_shown(app: App, chief: TestClient) -> None:
    said = {"slag": "post", "vad": "hot", "till": "2027-01-31", "skal": "Polisanmält"}
    assert post(chief, "bevara", **said).status_code == 303
    assert held(app) == [("hot", "Polisanmält")]
    shown = chief.get("/gallring").text
    assert "Polisanmält" in shown and "31 januari 2027" in plain(shown)
    (id,) = re.findall(r"/gallring/bevara/(\w+)/avsluta", shown)
    assert post(chief, f"bevara/{id}/avsluta", skal=" ").status_code == 400 and held(app)
    assert post(chief, f"bevara/{id}/avsluta", skal="Nedlagt").status_code == 303 and not held(app)
    assert post(chief, f"bevara/{id}/avsluta", skal="Igen").status_code == 404
    assert "Nedlagt" in chief.get("/gallring").text


@pytest.mark.parametrize(
    "changed", [{"vad": "finns-inte"}, {"till": ""}, {"till": "2040-01-01"}, {"skal": ""}, {"till": "2020-01-01"}]
)
def test_a_hold_that_cannot_be_is_refused_in_words(app: App, chief: TestClient, changed: dict[str, str]) -> None:
    said = {"slag": "post", "vad": "hot", "till": "2027-01-31", "skal": "Polisanmält"}
    answer = post(chief, "bevara", **said | changed)
    assert answer.status_code == 400 and held(app) == []


def test_the_dry_run_is_shown_on_demand_and_changes_nothing(app: App, chief: TestClient) -> None:
    old = entry("gammal", published=NOW.replace(year=2024), text="Ett gammalt ord.")
    builders.save(app, [item(old)])
    assert "Det här skulle gallras" not in chief.get("/gallring").text
    shown = plain(chief.get("/gallring?visa=provkorning").text)
    assert "Inlägg texten tas bort Inlägg om kommunen 1" in shown
    assert chief.get("/inlagg/gammal").status_code == 200


def test_the_decision_is_on_the_page_and_a_pdf(chief: TestClient) -> None:
    assert "Gallringsbeslut för mediebevakningen" in chief.get("/gallring").text
    answer = chief.get("/gallring/beslut.pdf")
    assert answer.headers["content-type"] == "application/pdf" and answer.content.startswith(b"%PDF-")


def test_an_extract_is_a_file_and_an_erasure_a_receipt(app: App, chief: TestClient) -> None:
    said = {"sok": "text", "vad": SECRET, "diarienummer": "KS 2026:417"}
    handed = post(chief, "person", gor="utdrag", **said)
    assert "attachment" in handed.headers["content-disposition"]
    posts = json.loads(handed.text)
    assert len(posts) == 1 and SECRET in handed.text
    assert post(chief, "person", gor="radera", **said).status_code == 400  # without their number
    assert chief.get("/inlagg/hot").status_code == 200
    done = post(chief, "person", gor="radera", antal=1, **said)
    assert done.status_code == 200 and "KS 2026:417" in done.text and SECRET not in done.text
    assert chief.get("/inlagg/hot").status_code == 404
    assert {(one.action, one.reference) for one in person.listed(app)} == {
        ("extract", "KS 2026:417"),
        ("erase", "KS 2026:417"),
    }
    with reading(app.engine) as opened:
        lines, _ = access.listed(opened, entry="hot")
    assert [(line.action, line.place) for line in lines if line.place == "person"] == [
        ("changed", "person"),
        ("exported", "person"),
    ]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"vad": "Vendela Påhittad", "sok": "pseudonym-of"}, "Inget inlägg stämmer"),
        ({"vad": "Vendela Påhittad", "antal": "7", "sok": "text"}, "Inget inlägg stämmer"),
        ({"vad": "Ven"}, "minst sex tecken"),
        ({"vad": "Vendela Påhittad", "diarienummer": " "}, "Skriv diarienumret"),
    ],
)
def test_a_refused_request_does_not_repeat_the_name(
    app: App, chief: TestClient, form: dict[str, str], words: str
) -> None:
    said = {"gor": "radera", "antal": "1", "sok": "url", "diarienummer": "KS 2026:417"} | form
    answer = post(chief, "person", **said)
    assert answer.status_code == 400 and words in plain(answer.text) and "Ven" not in answer.text
    assert person.listed(app) == ()


@pytest.mark.parametrize("role", ["head", "administrator"])
def test_others_have_no_such_page(role: str, request: pytest.FixtureRequest) -> None:
    client: TestClient = request.getfixturevalue(role)
    for path in ("/gallring", "/gallring/beslut.pdf"):
        assert client.get(path).status_code == 404
    assert "/gallring" not in client.get("/").text
