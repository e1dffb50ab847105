"""Utvärdering: who sees which report, what the page says, and the same as PDF."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from tests import pdf
from tests.dashboards import seed
from tests.dashboards.test_pages import plain
from tests.evaluation import world
from tests.evaluation.world import goal

REPORT = "/utvardering/rapport"


@pytest.fixture
def app(tmp_path: Path) -> App:
    """A year by chance, seen on the January day when it is sent."""
    goals = (
        goal("skola", name="Skolan nämns", unit="skolkontoret"),
        goal("vard", name="Vården nämns", unit="omsorgen"),
    )
    return world.made(tmp_path, 21, goals=goals).app


def whose(client: TestClient) -> list[str]:
    """What a report can be chosen of."""
    shown = client.get("/utvardering").text
    return re.findall(r'<option value="([^"]*)"', shown.split('name="vem"')[1].split("</select>")[0])


def test_each_sees_the_reports_of_what_they_answer_for(app: App) -> None:
    school = ["enhet:skolkontoret", "enhet:nasviksskolan", "enhet:smaby-bibliotek"]
    assert whose(seed.logged_in(app, "kommunikator", ["skolkontoret"])) == [*school, "konto:kontot"]
    assert whose(seed.logged_in(app, "enhetschef", ["nasviksskolan"])) == ["enhet:nasviksskolan", "konto:kontot"]
    assert whose(seed.logged_in(app, "kommunikator", ["omsorgen"])) == ["enhet:omsorgen"]
    chief = whose(seed.logged_in(app))
    assert chief[0] == "" and {*school, "enhet:omsorgen", "konto:kontot"} < set(chief)
    assert seed.logged_in(app, "administrator").get("/utvardering").status_code == 404


def test_another_s_report_is_not_there(app: App) -> None:
    head = seed.logged_in(app, "enhetschef", ["nasviksskolan"])
    for vem, status in {"": 200, "enhet:nasviksskolan": 200, "konto:kontot": 200, "enhet:skolkontoret": 404}.items():
        for page in (REPORT, f"{REPORT}.pdf"):
            assert head.get(f"{page}?period=2026&vem={vem}").status_code == status, vem
    for vem in ("enhet:omsorgen", "enhet:finns-inte", "kommunen"):
        for page in (REPORT, f"{REPORT}.pdf", "/utvardering/ton.svg", "/utvardering/tider.svg"):
            assert head.get(f"{page}?period=2026&vem={vem}").status_code == 404, vem
    assert "Vården nämns" not in head.get(f"{REPORT}?period=2026").text


def test_the_page_and_the_document_say_the_same_with_charts_beside(app: App) -> None:
    chief = seed.logged_in(app)
    shown = chief.get(f"{REPORT}?period=2026").text
    document = chief.get(f"{REPORT}.pdf?period=2026")
    assert document.headers["content-disposition"].endswith('"utvardering-2026.pdf"')
    printed = re.sub(r"\W+", "", pdf.words(document.content))
    for said in ("Mål som nåddes: 2 av 2.", "Inlägg månad för månad", "Så är siffrorna räknade"):
        assert said in plain(shown) and re.sub(r"\W+", "", said) in printed
    pictures = re.findall(r'<img src="([^"]+)"', shown)
    assert len(pictures) == 2
    for address in pictures:
        drawn = chief.get(address.replace("&amp;", "&"))
        assert drawn.headers["content-type"] == "image/svg+xml" and "<title>" in drawn.text
    assert chief.get("/utvardering/annat.svg?period=2026").status_code == 404


def test_a_campaign_a_year_that_has_just_begun_and_what_is_not_there(app: App) -> None:
    chief = seed.logged_in(app)
    assert "Vinterkampanjen" in plain(chief.get(f"{REPORT}?period=vinter").text)
    assert "Perioden pågår" in plain(chief.get(REPORT).text)  # of 2027, which has just begun
    for period in ("2028", "1999", "finns-inte"):
        assert chief.get(f"{REPORT}?period={period}").status_code == 404
    assert chief.get(f"{REPORT}?annat=1").status_code == 400


def test_what_is_typed_into_goals_is_never_markup(tmp_path: Path) -> None:
    made = world.made(tmp_path, 22, posts=12, goals=(goal(name="<b>fet</b>"),)).app
    shown = seed.logged_in(made).get(f"{REPORT}?period=2026").text
    assert "<b>fet</b>" not in shown and "&lt;b&gt;fet&lt;/b&gt;" in shown
