"""Two people at one item: the second is told, nothing is lost, and what is sent twice is done once."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.testclient import TestClient

from dashboards.app import build_app
from pipelines.accounts import invite
from pipelines.bootstrap import App
from pipelines.casework import Case
from pipelines.notify import clock
from pipelines.store import cases
from pipelines.store.engine import reading
from tests.builders import NOW, smaby
from tests.dashboards.seed import HOST, QUESTION, browser
from tests.dashboards.test_corrections import said
from tests.dashboards.test_pages import plain


@pytest.fixture
def two(app: App) -> tuple[TestClient, TestClient]:
    """Anna and Bo, who both may read everything."""
    found = []
    for name in ("anna", "bo"):
        client = browser(app)
        client.post(urlsplit(invite(app, name, "kommunikationschef")).path)
        found.append(client)
    return found[0], found[1]


@pytest.fixture
def case(app: App) -> Case:
    (made,) = clock.cases(QUESTION, (), smaby(), NOW)
    with app.engine.begin() as connection:
        cases.open_case(connection, made)
    return made


def form(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the first form that goes there."""
    inside = page.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside))


def test_the_second_is_told_what_the_first_has_said_and_may_say_it_after_all(
    app: App, two: tuple[TestClient, TestClient]
) -> None:
    first, second = two
    place = "/inlagg/kritik/ratta"
    had = [form(client.get("/inlagg/kritik").text, place) for client in two]
    assert first.post(place, data=had[0] | {"svar": "not-negative"}).status_code == 303
    refused = second.post(place, data=had[1] | {"svar": "unit:omsorgen"})
    assert refused.status_code == 409 and said(app, "kritik") == [("not-negative", "", "anna")]
    shown = plain(refused.text)
    assert "Inte negativt anna" in shown and "Ditt svar: Rör Omsorgskontoret" in shown
    assert second.post(place, data=form(refused.text, place) | {"svar": "unit:omsorgen"}).status_code == 303
    assert [one[2] for one in said(app, "kritik")] == ["anna", "bo"]


def test_a_correction_sent_twice_is_stored_once(app: App, two: tuple[TestClient, TestClient]) -> None:
    place = "/inlagg/kritik/ratta"
    given = form(two[0].get("/inlagg/kritik").text, place) | {"svar": "not-negative"}
    assert [two[0].post(place, data=given).status_code for _ in range(3)] == [303] * 3
    assert len(said(app, "kritik")) == 1


def test_ones_own_later_word_on_another_matter_is_no_collision(app: App, two: tuple[TestClient, TestClient]) -> None:
    place = "/inlagg/kritik/ratta"
    given = form(two[0].get("/inlagg/kritik").text, place)
    for answer in ("not-negative", "unit:omsorgen"):
        assert two[0].post(place, data=given | {"svar": answer}).status_code == 303
    assert len(said(app, "kritik")) == 2


def test_of_a_case_too_and_the_note_is_not_lost(app: App, two: tuple[TestClient, TestClient], case: Case) -> None:
    first, second = two
    place = f"/arenden/{case.id}"
    had = [form(client.get("/inlagg/fråga").text, place) for client in two]
    answered = {"beslut": "answered", "anteckning": "Svarat i tråden"}
    assert [first.post(place, data=had[0] | answered).status_code for _ in range(2)] == [303, 303]
    refused = second.post(place, data=had[1] | {"beslut": "registered", "anteckning": 'KS 2026/7 "<b>'})
    assert refused.status_code == 409
    assert "Besvarad av anna: Svarat i tråden" in plain(refused.text)
    assert 'value="KS 2026/7 &#34;&lt;b&gt;"' in refused.text
    after_all = form(refused.text, place) | {"beslut": "registered", "anteckning": "KS 2026/7"}
    assert second.post(place, data=after_all).status_code == 303
    with reading(app.engine) as connection:
        done = [(event.action, event.by) for event in cases.history(connection, case.id)[1:]]
    assert done == [("answered", "anna"), ("registered", "bo")]


def test_where_both_chose_the_same_the_second_keeps_the_note_in_sight(
    app: App, two: tuple[TestClient, TestClient], case: Case
) -> None:
    place = f"/arenden/{case.id}"
    had = [form(client.get("/inlagg/fråga").text, place) for client in two]
    two[0].post(place, data=had[0] | {"beslut": "answered"})
    refused = two[1].post(place, data=had[1] | {"beslut": "answered", "anteckning": "Ringde"})
    assert refused.status_code == 409 and 'value="Ringde"' in refused.text
    assert "redan i det läge som du valde: besvarad" in plain(refused.text)


def test_a_reminder_in_between_is_no_collision(app: App, two: tuple[TestClient, TestClient], case: Case) -> None:
    place = f"/arenden/{case.id}"
    had = form(two[0].get("/inlagg/fråga").text, place)
    with app.engine.begin() as connection:
        cases.told(connection, case.id, "reminded", ["kommunikationschef"], NOW)
    assert two[0].post(place, data=had | {"beslut": "answered"}).status_code == 303


def test_many_at_once_do_not_wait_for_each_others_connections(app: App, chief: TestClient) -> None:
    """Each holds one to read when it asks for one to write down what it has read."""
    cookies = dict(chief.cookies)

    async def all_of_them() -> list[int]:
        transport = ASGITransport(app=build_app(app))
        async with AsyncClient(transport=transport, base_url=HOST, cookies=cookies) as client:
            return [answer.status_code for answer in await asyncio.gather(*(client.get("/flode") for _ in range(25)))]

    assert asyncio.run(all_of_them()) == [200] * 25
