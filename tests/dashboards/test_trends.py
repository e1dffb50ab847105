"""Trender and Rapporter: the figures, their files, what is said of small numbers, and mistakes in what is asked."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from starlette.testclient import TestClient

from dashboards.kept import LASTS, MOST, Kept
from dashboards.trending import FIGURES
from pipelines.bootstrap import App
from pipelines.correct import correct
from pipelines.store.views import Scope
from tests.builders import NOW, entry, flag, item, tone
from tests.dashboards import seed
from tests.dashboards.test_log import lines
from tests.dashboards.test_searching import cells, said
from tests.pdf import words

MONDAY = NOW - timedelta(days=5, hours=6)
"""Of week 47 2026, which is not over; the weeks before it were watched from week 37 on."""

EVERYTHING = Scope(units=None, receivers=None, flagged_texts=True)


def rows(client: TestClient, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def busy(tmp_path: Path) -> App:
    """Twelve entries in each of ten weeks, a third of them negative; in the last whole week twice as many."""
    made = []
    for back in range(1, 11):
        for number in range(24 if back == 1 else 12):
            at = MONDAY - timedelta(weeks=back, hours=-number)
            told = entry(f"w{back}-{number}", published=at)
            made.append(
                item(
                    told,
                    units=("nasviksskolan",) if number % 2 else ("omsorgen",),
                    tone=tone("negative" if number % 3 == 0 else "neutral"),
                    flags=(flag("threat"),) if number == 0 else (),
                    story=f"s{back}" if number < 2 else None,
                )
            )
    return seed.world(tmp_path, made)


def test_weeks_are_counted_and_small_numbers_have_no_share(chief: TestClient) -> None:
    head, this, last, *_ = rows(chief, "/trender/ton.csv")
    assert head == ["Vecka", "Alla inlägg", "Negativa", "Neutrala", "Positiva", "Andel negativa"]
    assert this == ["vecka 47 2026, pågår", "4", "3", "0", "1", "–"]
    assert last == ["vecka 46 2026", "1", "0", "1", "0", "–"]
    assert rows(chief, "/trender/ton.csv?steg=manad")[1][:2] == ["november 2026, pågår", "5"]


def test_a_share_is_told_of_many(busy: App) -> None:
    chief = seed.logged_in(busy)
    assert rows(chief, "/trender/ton.csv")[2] == ["vecka 46 2026", "24", "8", "16", "0", "33%"]
    assert rows(chief, "/trender/andel.csv?fran=2026-11-09&till=2026-11-15")[1:] == [
        ["Näsviksskolan", "12", "50%", "12"],
        ["Omsorgskontoret", "12", "50%", "12"],
    ]


def test_what_is_usual_is_the_median_of_the_weeks_before_and_said_in_words(busy: App) -> None:
    page = said(seed.logged_in(busy).get("/trender").text)
    assert "Senaste hela veckan, vecka 46 2026: 24 inlägg, varav 8 negativa" in page
    assert "Vanligt är 12 inlägg, varav 4 negativa" in page and "de 8 hela veckorna före" in page


def test_a_watch_that_has_just_begun_says_that_it_does_not_know_what_is_usual(chief: TestClient) -> None:
    assert "för få hela veckor" in said(chief.get("/trender").text)
    assert "för få hela veckor" in said(chief.get("/rapporter").text)


def test_each_figure_is_a_chart_a_table_and_four_files(busy: App) -> None:
    client = seed.logged_in(busy)
    page = client.get("/trender").text
    shown = [key for key in FIGURES if f'id="{key}"' in page]
    assert shown == list(FIGURES)
    drawn = [key for key in FIGURES if f"/trender/{key}.svg" in page]
    assert drawn == ["ton", "hallning", "enheter", "andel", "flaggor"]  # nobody has asked anything
    for key in drawn:
        svg = client.get(f"/trender/{key}.svg?bredd=smal&tema=mork")
        root = etree.fromstring(svg.content)
        assert [root[0].tag, root[1].tag] == ["{http://www.w3.org/2000/svg}title", "{http://www.w3.org/2000/svg}desc"]
        assert not re.search(r"https?://(?!www\.w3\.org)", svg.text)
    saved = client.get("/trender/andel.svg?fil=1").headers["content-disposition"]
    assert saved == 'attachment; filename="trender-andel.svg"'
    assert client.get("/trender/andel.png").content.startswith(b"\x89PNG")
    assert cells(client.get("/trender/ton.xlsx").content) == rows(client, "/trender/ton.csv")


def test_units_are_compared_and_the_rest_left_out(busy: App) -> None:
    chief = seed.logged_in(busy)
    found = rows(chief, "/trender/enheter.csv?enhet=omsorgen&enhet=&enhet=skolkontoret")
    assert found[0] == ["Vecka", "Omsorgskontoret", "Skolkontoret"] and found[2] == ["vecka 46 2026", "12", "0"]
    assert rows(chief, "/trender/ton.csv?enhet=omsorgen")[2][1] == "12"
    assert rows(chief, "/trender/ton.csv?slag=forum")[2][1] == "0"


def test_rights_hold_for_figures_and_files(busy: App) -> None:
    head = seed.logged_in(busy, "enhetschef", ["nasviksskolan"])
    assert rows(head, "/trender/ton.csv")[2][1] == "12"
    assert head.get("/trender?enhet=omsorgen").status_code == 400
    administrator = seed.logged_in(busy, "administrator")
    assert rows(administrator, "/trender/ton.csv")[2][1] == "23"
    assert 'id="flaggor"' not in administrator.get("/trender").text
    for ending in ("csv", "xlsx", "svg", "png"):
        assert administrator.get(f"/trender/flaggor.{ending}").status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("fran=2026-11-20&till=2026-11-01", 400),
        ("fran=1926-11-20", 400),
        ("fran=2020-01-01", 400),
        ("fran=2026-13-01", 400),
        ("fran=0001-01-01&till=0001-01-02", 400),
        ("till=9999-12-31", 200),
        ("enhet=" + "&enhet=".join(["omsorgen"] * 11), 400),
        ("enhet=finns-inte", 400),
        ("steg=dag", 400),
        ("slag='--", 200),
    ],
)
def test_what_cannot_be_counted_is_refused(chief: TestClient, query: str, status: int) -> None:
    assert chief.get(f"/trender?{query}").status_code == status
    assert chief.get(f"/trender/ton.svg?{query}").status_code in (status, 404)


@pytest.mark.parametrize(
    "query",
    [
        *("period=egen", "period=egen&fran=2026-11-20&till=2026-11-19", "period=egen&fran=2026-12-01&till=2026-12-02"),
        *("period=egen&fran=2020-01-01&till=2026-01-01", "datum=0001-01-01", "period=dag", "enhet=finns-inte"),
    ],
)
def test_a_report_that_cannot_be_made_is_refused(chief: TestClient, query: str) -> None:
    assert chief.get(f"/rapporter?{query}").status_code == 400
    assert chief.get(f"/rapporter.pdf?{query}").status_code == 400


def test_the_report_tells_the_same_as_page_and_as_document(busy: App) -> None:
    client = seed.logged_in(busy)
    page, document = said(client.get("/rapporter").text), words(client.get("/rapporter.pdf").content)
    for part in (
        "Mediebevakning, vecka 46 2026",
        "24 inlägg handlade om kommunen. Vanligt för lika lång tid är omkring 12.",
        "Negativa: 8. Positiva: 0.",
        "Ett inlägg flaggades.",
        "2 inlägg i en källa",
        "Polisen: Källan svarar inte.",
        "Slutna grupper",
    ):
        assert part in page and part in " ".join(document.split()), part
    assert client.get("/rapporter?period=manad&datum=2026-10-31").status_code == 200
    assert "Perioden pågår" in said(client.get("/rapporter?datum=2026-11-21").text)


def test_the_report_says_how_many_flags_were_right(busy: App) -> None:
    assert correct(busy, EVERYTHING, "w1-0", "is-flag", "threat", "chefen")
    page = said(seed.logged_in(busy).get("/rapporter").text)
    assert "Hot 1 1 0" in page


def test_the_report_follows_rights_and_what_it_shows_is_written_down(busy: App) -> None:
    administrator = seed.logged_in(busy, "administrator")
    page = said(administrator.get("/rapporter").text)
    assert "Flaggor, och hur många" not in page and "23 inlägg handlade" in page and lines(busy) == []
    head = seed.logged_in(busy, "enhetschef", ["nasviksskolan"])
    assert "12 inlägg handlade" in said(head.get("/rapporter").text)
    chief = seed.logged_in(busy)
    chief.get("/rapporter.pdf")
    assert ("kommunikationschef ()", "exported", "/rapporter.pdf", ("w1-0",)) in lines(busy)


def test_what_is_kept_is_kept_for_a_minute_and_by_its_key() -> None:
    kept, made = Kept(), iter(range(1000))
    assert [kept.get("a", NOW, lambda: next(made)) for _ in range(2)] == [0, 0]
    assert kept.get("b", NOW, lambda: next(made)) == 1
    assert kept.get("a", NOW + LASTS, lambda: next(made)) == 2
    for number in range(MOST):
        kept.get(number, NOW, lambda: next(made))
    assert kept.get("b", NOW, lambda: next(made)) == MOST + 3
