"""Inställningar: who may silence and name deputies, what that does, what is refused, and what stays of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from pipelines.notify import settings
from pipelines.notify.hold import Silence
from pipelines.store import overlay
from pipelines.store.engine import reading
from pipelines.store.overlay import Change
from tests.builders import NOW
from tests.dashboards.seed import CRITICISM, SECRET, THREAT, browser, logged_in
from tests.dashboards.test_pages import plain

PAGE = "/installningar"
SCHOOL = "enhetschef:nasviksskolan"
SILENCE = {"enhet": "nasviksskolan", "till": "2026-11-30", "skal": "Skolan vet <b>redan</b>"}
DEPUTY = {
    "borta": SCHOOL,
    "ersattare": "enhetschef:skolkontoret",
    "fran": "2026-11-23",
    "till": "2026-11-27",
    "skal": "Semester",
}


def press(client: TestClient, what: str, **form: str) -> int:
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/").text)[1]
    return client.post(f"{PAGE}/{what}", data={"csrf": csrf} | form).status_code


def silences(app: App) -> dict[str, Silence]:
    with reading(app.engine) as connection:
        return dict(settings.silences(connection, app.clock()))


def deputies(app: App) -> list[tuple[str, str]]:
    with reading(app.engine) as connection:
        return [(one.absent, one.deputy) for one in settings.in_force(connection, app.config).deputies]


def test_what_is_silenced_holds_until_the_day_is_over_and_is_shown_with_who_and_why(
    app: App, chief: TestClient
) -> None:
    assert "Inget är tystat." in chief.get(PAGE).text
    assert press(chief, "tystnad", **SILENCE) == 303
    (silence,) = silences(app).values()
    assert (silence.unit, silence.rule, silence.story, silence.source) == ("nasviksskolan", None, None, None)
    assert silence.until.astimezone(app.config.zone).isoformat()[:16] == "2026-11-30T23:59"
    page = chief.get(PAGE).text
    assert "Enhet: Näsviksskolan" in page and "Skolan vet &lt;b&gt;redan&lt;/b&gt;" in page
    assert "kommunikationschef" in page and "måndag 30 november 2026" in page
    app.clock.forward(days=10)
    assert silences(app) == {}
    later = logged_in(app).get(PAGE).text
    assert "Inget är tystat." in later and "Tystad till och med" in later


def test_a_silence_is_ended_with_a_reason_and_its_history_stays(app: App, chief: TestClient) -> None:
    press(chief, "tystnad", **SILENCE)
    (name,) = silences(app)
    assert press(chief, f"tystnad/{name}/avsluta", skal=" ") == 400
    assert list(silences(app)) == [name]
    assert press(chief, f"tystnad/{name}/avsluta", skal="Behövs inte mer") == 303
    assert silences(app) == {}
    assert press(chief, f"tystnad/{name}/avsluta", skal="En gång till") == 404
    with reading(app.engine) as connection:
        assert [(one.reason, one.value is None) for one in overlay.history(connection, "silence")] == [
            ("Skolan vet <b>redan</b>", False),
            ("Behövs inte mer", True),
        ]
    page = plain(chief.get(PAGE).text)
    assert "Inget är tystat." in page and "Avslutad" in page and page.count("Enhet: Näsviksskolan") == 2


def test_a_deputy_is_named_refused_where_there_is_one_and_ended(app: App, chief: TestClient) -> None:
    assert "Ingen har en ersättare." in chief.get(PAGE).text
    assert press(chief, "ersattare", **DEPUTY) == 303
    assert deputies(app) == [(SCHOOL, "enhetschef:skolkontoret")]
    assert press(chief, "ersattare", **DEPUTY | {"ersattare": "kommunikationschef", "fran": "2026-11-27"}) == 400
    assert len(deputies(app)) == 1
    with reading(app.engine) as connection:
        (change,) = overlay.current(connection, "deputy")
    assert press(chief, f"ersattare/{change.name}/avsluta", skal="Åter i tjänst") == 303
    assert deputies(app) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"enhet": ""}, "Välj en regel, en enhet eller en källa"),
        ({"enhet": "finns-inte"}, "finns inte längre"),
        ({"handelse": "s-finns-inte"}, "Händelsen finns inte"),
        ({"till": "2026-11-20"}, "sista dag som inte har passerat"),
        ({"till": ""}, "sista dag som inte har passerat"),
        ({"skal": "  "}, "Skriv varför"),
    ],
)
def test_a_silence_that_cannot_be_meant_is_refused_and_the_form_keeps_what_it_held(
    app: App, chief: TestClient, changed: dict[str, str], said: str
) -> None:
    csrf = re.search(r'name="csrf" value="([^"]+)"', chief.get("/").text)[1]
    answer = chief.post(f"{PAGE}/tystnad", data={"csrf": csrf, "kalla": ""} | SILENCE | changed)
    assert answer.status_code == 400 and "Inget har ändrats." in answer.text and said in answer.text
    assert silences(app) == {}
    kept = SILENCE | changed
    if kept["till"]:
        assert f'value="{kept["till"]}"' in answer.text
    if kept["enhet"] == "nasviksskolan":
        assert 'value="nasviksskolan" selected' in answer.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"borta": ""}, "Välj både"),
        ({"ersattare": "finns-inte"}, "Välj både"),
        ({"ersattare": SCHOOL}, "måste vara en annan"),
        ({"till": "2026-11-22"}, "Den sista får inte komma före"),
        ({"fran": ""}, "en första och en sista dag"),
        ({"fran": "2026-11-01", "till": "2026-11-02"}, "har redan passerat"),
        ({"skal": ""}, "Skriv varför"),
    ],
)
def test_a_deputy_that_cannot_be_meant_is_refused(
    app: App, chief: TestClient, changed: dict[str, str], said: str
) -> None:
    csrf = re.search(r'name="csrf" value="([^"]+)"', chief.get("/").text)[1]
    answer = chief.post(f"{PAGE}/ersattare", data={"csrf": csrf} | DEPUTY | changed)
    assert answer.status_code == 400 and said in answer.text and deputies(app) == []


def test_a_unit_head_has_no_such_page_and_nothing_leads_to_it(app: App, chief: TestClient, head: TestClient) -> None:
    assert head.get(PAGE).status_code == 404
    assert press(head, "tystnad", **SILENCE) == press(head, "ersattare", **DEPUTY) == 404
    press(chief, "tystnad", **SILENCE)
    (name,) = silences(app)
    assert press(head, f"tystnad/{name}/avsluta", skal="x") == 404
    assert silences(app) and not deputies(app)
    for path in ("/", "/inlagg/kritik"):
        assert PAGE not in head.get(path).text


def test_a_get_a_foreign_form_and_a_stranger_change_nothing(app: App, chief: TestClient) -> None:
    token = re.search(r'name="csrf" value="([^"]+)"', chief.get("/").text)[1]
    form = {"csrf": token} | SILENCE
    assert chief.get(f"{PAGE}/tystnad").status_code == 405
    assert chief.post(f"{PAGE}/tystnad", data=form | {"csrf": "x"}).status_code == 403
    foreign = {"sec-fetch-site": "cross-site"}
    assert chief.post(f"{PAGE}/tystnad", data=form, headers=foreign).status_code == 403
    assert browser(app).post(f"{PAGE}/tystnad", data=form).status_code == 403
    assert browser(app).get(PAGE).headers["location"] == f"/logga-in?till={PAGE}"
    assert silences(app) == {}


def test_what_no_longer_fits_the_files_is_told_and_can_be_taken_away(app: App, chief: TestClient) -> None:
    reason = Change("finns-inte", {"title": "Chef"}, "Ny", "anna", app.clock())
    with app.engine.begin() as connection:
        overlay.change(connection, "receiver", reason)
        overlay.change(connection, "pause", Change("smabybladet", {}, "Reklam", "anna", app.clock()))
    assert "Går inte längre ihop" in chief.get(PAGE).text
    assert press(chief, "paus/smabybladet/avsluta", skal="x") == 404
    assert press(chief, "mottagare/finns-inte/avsluta", skal=" ") == 400
    assert press(chief, "mottagare/finns-inte/avsluta", skal="Enheten är borta") == 303
    page = chief.get(PAGE).text
    assert "Går inte längre ihop" not in page and "Enheten är borta" in page and "Reklam" in page


def test_a_story_is_silenced_from_a_post_in_it(app: App, chief: TestClient) -> None:
    (path,) = re.findall(r'href="(/installningar\?handelse=[^"#]+)#tysta"', chief.get("/inlagg/kopia").text)
    form = chief.get(path).text
    assert f'name="handelse" value="{CRITICISM.story_id}"' in form
    assert press(chief, "tystnad", handelse=CRITICISM.story_id, till="2026-11-30", skal="Alla vet") == 303
    (silence,) = silences(app).values()
    assert silence.story == CRITICISM.story_id and silence.unit is None
    assert "/inlagg/kopia" in chief.get(PAGE).text or "/inlagg/kritik" in chief.get(PAGE).text


def test_an_administrator_may_change_but_is_shown_no_flagged_post(
    app: App, chief: TestClient, administrator: TestClient
) -> None:
    assert press(administrator, "ersattare", **DEPUTY) == 303
    assert press(administrator, "tystnad", handelse=THREAT.story_id, till="2026-11-30", skal="x") == 400
    assert press(chief, "tystnad", handelse=THREAT.story_id, till="2026-11-30", skal="Polisen har den") == 303
    for path in (PAGE, f"{PAGE}?handelse={THREAT.story_id}"):
        page = administrator.get(path).text
        assert "visas inte i din roll" in page
        assert SECRET not in page and "Näsviksskolan igen" not in page and "/inlagg/hot" not in page
    assert "Näsviksskolan igen" in chief.get(PAGE).text


def test_the_page_counts_what_a_silence_has_muted_and_is_well_formed(app: App, chief: TestClient) -> None:
    press(chief, "tystnad", **SILENCE)
    press(chief, "ersattare", **DEPUTY)
    html = chief.get(PAGE).text
    assert "0 larm har tystats" in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)) and html.count("<h1") == 1 and "<script" not in html
    assert set(re.findall(r'(?:for|aria-labelledby)="([^"]+)"', html)) <= set(ids)
    assert NOW + timedelta(days=1) < next(iter(silences(app).values())).until
