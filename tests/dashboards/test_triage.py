"""Flöde, many at once: what is done, what is not and why, and how it is taken back. By forms alone, without scripts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from httpx import Response
from starlette.testclient import TestClient

from pipelines.accounts import invite
from pipelines.bootstrap import App
from pipelines.correct import correct
from pipelines.notify import clock
from pipelines.store import access, cases, entries
from pipelines.store.engine import reading
from tests import builders
from tests.builders import EVERYTHING, NOW, entry, item, smaby
from tests.dashboards.seed import PRAISE, QUESTION, SECRET, browser, logged_in
from tests.dashboards.test_corrections import said
from tests.dashboards.test_pages import plain

ALL = "/flode?omfattning=allt"


@pytest.fixture
def case(app: App) -> str:
    (made,) = clock.cases(QUESTION, (), smaby(), NOW)
    with app.engine.begin() as connection:
        cases.open_case(connection, made)
    return made.id


def state(app: App, case: str) -> str:
    with reading(app.engine) as connection:
        return cases.one(connection, case).state


def listed(page: str) -> dict[str, str]:
    """By entry what stands in its box."""
    return {value.split(":", 3)[3]: value for value in re.findall(r'name="inlagg" value="([^"]+)"', page)}


def hidden(page: str, action: str) -> dict[str, str]:
    inside = page.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside))
    return {name: value.replace("&amp;", "&") for name, value in found.items()}


def chosen(client: TestClient, *ids: str, **form: str | Sequence[str]) -> dict[str, str | Sequence[str]]:
    page = client.get(ALL).text
    return {**hidden(page, "/flode/urval"), "inlagg": [listed(page)[id] for id in ids], **form}


def do(client: TestClient, form: dict[str, str | Sequence[str]]) -> str:
    answer = client.post("/flode/urval", data=form)
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["location"]).text


def told(page: str) -> str:
    inside = page.split('id="utfall"')[1].split("</section>", maxsplit=1)[0]
    return plain("<main" + inside.split(">", 1)[1])


def take_back(client: TestClient, page: str) -> Response:
    return client.post("/flode/urval/angra", data=hidden(page, "/flode/urval/angra"))


def test_several_are_done_and_the_list_says_so(app: App, chief: TestClient) -> None:
    page = do(chief, chosen(chief, "hot", "kritik", gor="done"))
    assert told(page).startswith("2 inlägg är klara.") and page.count("bricka-klar") == 2
    assert [one[0] for id in ("hot", "kritik") for one in said(app, id)] == ["done", "done"]
    assert set(listed(chief.get("/flode?lage=oklara").text)) == {"kopia", "beröm", "fråga"}


def test_the_place_in_the_list_is_kept(chief: TestClient) -> None:
    page = chief.get("/flode?ton=negative&sok=sn%C3%B6n").text
    form = {**hidden(page, "/flode/urval"), "inlagg": list(listed(page).values())[:1], "gor": "done"}
    location = chief.post("/flode/urval", data=form).headers["location"]
    assert location.startswith("/flode?sok=sn%C3%B6n&ton=negative&utfall=")


def test_what_was_done_is_taken_back_once(app: App, chief: TestClient, case: str) -> None:
    pages = [do(chief, chosen(chief, "hot", "fråga", gor="done"))]
    pages.append(do(chief, chosen(chief, "kritik", gor="not-about")))
    pages.append(do(chief, chosen(chief, "fråga", gor="steg", steg="answered")))
    assert state(app, case) == "answered"
    for page in pages:
        first, second = (told(chief.get(take_back(chief, page).headers["location"]).text) for _ in range(2))
        assert "som" in first and "Ett inlägg är oförändrat" not in first + second
    assert state(app, case) == "new"
    assert [one[:2] for one in said(app, "kritik")] == [("not-about", ""), ("about", "")]
    assert [one[:2] for one in said(app, "hot")] == [("done", ""), ("done", "undone")]
    assert "bricka-klar" not in chief.get(ALL).text


def test_a_form_sent_twice_is_done_once_and_can_still_be_taken_back(app: App, chief: TestClient, case: str) -> None:
    for wanted in ({"gor": "done"}, {"gor": "not-about"}, {"gor": "steg", "steg": "acknowledged"}):
        form = chosen(chief, "fråga", **wanted)
        first, second = do(chief, form), do(chief, form)
        assert told(first) == told(second) and "Ångra" in told(second)
    assert len(said(app, "fråga")) == 2
    with reading(app.engine) as connection:
        assert [event.action for event in cases.history(connection, case)] == ["opened", "acknowledged"]
    assert take_back(chief, second).status_code == 303 and state(app, case) == "new"


def test_who_was_second_is_told_and_the_rest_is_done(app: App, chief: TestClient) -> None:
    form = chosen(chief, "hot", "kritik", "beröm", gor="done")
    assert correct(app, EVERYTHING, "kritik", "not-negative", "", "bo") == "said"
    with app.engine.begin() as connection:
        entries.save(connection, [replace(PRAISE.entry, text="En annan text.")], NOW, silent=False)
    page = do(chief, form)
    assert "Ett inlägg är klart. 2 inlägg är oförändrade:" in told(page)
    assert "Någon annan hann före" in told(page) and "Texten har ändrats" in told(page)
    assert said(app, "kritik") == [("not-negative", "", "bo")] and said(app, "beröm") == []


def test_nobody_takes_back_what_someone_else_has_gone_on_from(app: App, chief: TestClient, case: str) -> None:
    page = do(chief, chosen(chief, "fråga", gor="steg", steg="answered"))
    other = browser(app)
    other.post(urlsplit(invite(app, "bo", "kommunikationschef")).path)
    do(other, chosen(other, "fråga", gor="steg", steg="registered"))
    assert "Någon annan hann före" in told(chief.get(take_back(chief, page).headers["location"]).text)
    assert state(app, case) == "registered"
    assert take_back(other, page).status_code == 403 and state(app, case) == "registered"
    mine = hidden(other.get(ALL).text, "/flode/urval") | {"utfall": hidden(page, "/flode/urval/angra")["utfall"]}
    assert other.post("/flode/urval/angra", data=mine).status_code == 409  # what chief did is not Bo's to take back


def test_other_units_posts_answer_like_none(app: App, chief: TestClient, head: TestClient) -> None:
    theirs = listed(chief.get(ALL).text)["beröm"]
    unknown = theirs.replace("beröm", "finns-inte")
    pages = []
    for value in (theirs, unknown):
        form = chosen(head, gor="done") | {"inlagg": [value]}
        pages.append(told(do(head, form)))
        assert head.post("/flode/urval.csv", data=form).text.count("\r\n") == 1  # its head alone
    assert pages[0] == pages[1] and "hör till en annan enhet" in pages[0]
    assert said(app, "beröm") == []


def test_the_chosen_are_exported_and_it_is_written_down(app: App, chief: TestClient) -> None:
    answer = chief.post("/flode/urval.csv", data=chosen(chief, "hot", "beröm"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in rows[1:]] == ["Näsviksskolan igen", "Tack biblioteket"] and SECRET in answer.text
    assert chief.post("/flode/urval.xlsx", data=chosen(chief, "hot")).content.startswith(b"PK")
    with reading(app.engine) as connection:
        lines, _ = access.listed(connection, limit=10)
    exported = [(line.place, line.entries) for line in lines if line.action == "exported"]
    assert sorted(exported) == [("/flode/urval.csv", ("hot",)), ("/flode/urval.xlsx", ("hot",))]


def test_a_form_with_a_mistake_says_what_is_missing(chief: TestClient) -> None:
    assert "Inget inlägg var valt" in told(do(chief, chosen(chief, gor="done")))
    assert "Inget läge var valt" in told(do(chief, chosen(chief, "hot", gor="steg")))
    assert "Inlägget har inget ärende" in told(do(chief, chosen(chief, "hot", gor="steg", steg="answered")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"inlagg": "hot"},
        {"inlagg": "x:::hot"},
        {"inlagg": [f"0::a:{number}" for number in range(26)]},
        {"gor": "bort"},
        {"gor": "steg", "steg": "opened"},
        {"adress": "sida=9&x=1"},
        {"adress": "fore=-1"},
    ],
)
def test_what_no_page_of_ours_has_sent_is_refused_whole(app: App, chief: TestClient, wrong: dict[str, str]) -> None:
    form = {**chosen(chief, "hot", gor="done"), **wrong}
    assert chief.post("/flode/urval", data=form).status_code == 400
    assert said(app, "hot") == []


def test_a_post_is_done_on_its_own_page_and_not_after_all(app: App, chief: TestClient) -> None:
    for answer in ("done", "done:undone"):
        page = chief.get("/inlagg/kritik").text
        assert f'name="svar" value="{answer}"' in page and ("bricka-klar" in page) == (answer != "done")
        form = hidden(page, "/inlagg/kritik/ratta") | {"svar": answer}
        assert chief.post("/inlagg/kritik/ratta", data=form).status_code == 303
    assert [one[:2] for one in said(app, "kritik")] == [("done", ""), ("done", "undone")]


def test_the_overview_tells_what_waits_and_how_one_comes_back(app: App, case: str, head: TestClient) -> None:
    chief = logged_in(app)
    page = plain(chief.get("/").text)
    assert "Ett ärende väntar på någon det som brådskar mest: 7 dygn för sent" in page
    assert "Länken som du kom in med gäller bara en gång. Välj ett lösenord" in page
    assert "väntar på någon" not in head.get("/").text  # it is another unit's
    assert "gäller bara en gång" not in chief.get("/flode").text


@pytest.mark.parametrize("token", ["x", "x.y", "a" * 20_000])
def test_what_came_of_it_cannot_be_made_up(chief: TestClient, token: str) -> None:
    answer = chief.get("/flode", params={"utfall": token})
    assert answer.status_code == 200 and 'id="utfall"' not in answer.text
    form = hidden(answer.text, "/flode/urval") | {"utfall": token}
    assert chief.post("/flode/urval/angra", data=form).status_code in (400, 409)


def test_a_page_of_posts_fits_into_its_answer(app: App, chief: TestClient) -> None:
    many = [item(entry(f"{number:024x}", published=NOW), intent="question") for number in range(25)]
    builders.save(app, many)
    with app.engine.begin() as connection:
        for one in many:
            (made,) = clock.cases(one, (), smaby(), NOW)
            cases.open_case(connection, made)
    page = do(chief, chosen(chief, *(one.entry.id for one in many), gor="steg", steg="acknowledged"))
    assert told(page).startswith("Du har tagit hand om ärendena i 25 inlägg.")
    assert take_back(chief, page).status_code == 303
