"""Searching in the list: mistakes, three boxes, searches that are kept, their feeds, and tables for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from html import unescape
from pathlib import Path

import feedparser
import pytest
from lxml import etree
from starlette.testclient import TestClient

from dashboards.sheets import as_xlsx
from pipelines.accounts import close
from pipelines.bootstrap import App
from pipelines.reports.rows import as_csv
from pipelines.store import accounts
from tests.builders import NOW, entry, item
from tests.dashboards import seed
from tests.dashboards.test_log import lines
from tests.pdf import words

LIST = "/flode/sparade"


def ids(page: str) -> set[str]:
    return set(re.findall(r'href="/inlagg/([^"]+)"', page))


def said(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.split("<main")[1])).split())


def post(client: TestClient, path: str, **fields: str) -> object:
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/flode").text)
    assert token
    return client.post(path, data={"csrf": token[1], **fields})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sok=gångväg", {"kritik", "kopia"}),
        ("sok=sagostund+ELLER+flagga:ja", {"beröm", "hot"}),
        ("sok=INTE+ton:negativ", {"beröm", "fråga"}),
        ("sok=källa:rikstidningen+OCH+snö", {"kopia"}),
        ("alla=snön+gångväg&inga=kiruna", {"kritik", "kopia"}),
        ("fras=tredje+dygnet", {"kritik", "kopia"}),
        ("fras=dygnet+tredje", set()),
        ("alla=fin&sok=ton:positiv", {"beröm"}),
        ("inga=snö&sok=datum:idag&ton=positive", {"beröm"}),
    ],
)
def test_what_is_searched_is_found(chief: TestClient, query: str, found: set[str]) -> None:
    assert ids(chief.get(f"/flode?{query}").text) == found


@pytest.mark.parametrize(
    ("sought", "place", "words"),
    [
        ("snö (regn", 5, "Parentesen stängs aldrig"),
        ("ton:arg", 5, "negativ, neutral, positiv, osäker"),
        ("enhet:finnsinte", 7, "Skriv till exempel"),
        ("författare:pabc", 1, "Inget fält heter"),
        ("datum:sen", 7, "2026-11-21"),
        ("x" * 10_000, 1_001, "högst 1000 tecken"),
        ("(" * 9_000, 1_001, "för lång"),
    ],
)
def test_a_mistake_is_shown_at_its_place_with_what_to_do(
    chief: TestClient, sought: str, place: int, words: str
) -> None:
    answer = chief.get("/flode", params={"sok": sought})
    shown = said(answer.text).replace("\xa0", " ")
    assert answer.status_code == 400 and words in shown and f"Vid tecken {place:,}".replace(",", " ") in shown
    assert "<mark>" in answer.text and "<article" not in answer.text
    assert chief.get("/flode.csv", params={"sok": sought}).status_code == 400


def test_a_search_is_kept_opened_and_thrown_away(app: App, chief: TestClient, head: TestClient) -> None:
    assert "Du har inte sparat någon sökning" in chief.get(LIST).text
    for _ in range(2):  # pressed twice
        answer = post(chief, LIST, namn="Snö & is", adress="?sok=sn%C3%B6&ton=negative")
        assert (answer.status_code, answer.headers["location"]) == (303, LIST)
    page = chief.get(LIST).text
    link = re.findall(r'href="(/flode\?[^"]+)"', page)
    assert len(link) == 1 and "Snö &amp; is" in page
    assert ids(chief.get(unescape(link[0])).text) == {"kritik", "kopia"}
    key = re.search(r"sparade/([0-9a-f]{24})/bort", page)
    assert key and "Snö" not in head.get(LIST).text
    assert post(head, f"{LIST}/{key[1]}/bort").status_code == 404
    assert post(head, f"{LIST}/{key[1]}/flode").status_code == 404
    assert post(chief, f"{LIST}/{key[1]}/bort").status_code == 303
    assert "Snö" not in chief.get(LIST).text


@pytest.mark.parametrize("address", ["", "?sok=%28", "?sida=3", "?fran=x", "?okant=1"])
def test_what_cannot_be_read_is_not_kept(chief: TestClient, address: str) -> None:
    assert post(chief, LIST, namn="x", adress=address).status_code == 400
    assert post(chief, LIST, namn=" ", adress="?sok=x").status_code == 400
    assert chief.post(LIST, data={"namn": "x", "adress": "?sok=x"}).status_code == 403


def feed_of(client: TestClient, address: str) -> str:
    post(client, LIST, namn="Min sökning", adress=address)
    key = re.search(r"sparade/([0-9a-f]{24})/bort", client.get(LIST).text)
    assert key
    answer = post(client, f"{LIST}/{key[1]}/flode")
    token = re.search(r"/atom/sokning/[\w-]+", answer.text)
    assert token
    return token[0]


def test_a_feed_of_a_search_shows_what_its_owner_may_see_and_no_guarded_title(
    app: App, chief: TestClient, administrator: TestClient
) -> None:
    anyone = seed.browser(app)
    path = feed_of(chief, "?enhet=nasviksskolan")
    read = feedparser.parse(anyone.get(path).content)
    assert [one.link.rsplit("/", 1)[1] for one in read.entries] == ["hot", "kopia", "kritik"]
    assert read.entries[0].title == "Inlägg som bara visas efter inloggning"
    assert "Näsviksskolan igen" not in anyone.get(path).text and seed.SECRET not in anyone.get(path).text
    theirs = feed_of(administrator, "?enhet=nasviksskolan")
    assert "/inlagg/hot" not in anyone.get(theirs).text and "/inlagg/kritik" in anyone.get(theirs).text
    version = anyone.get(path).headers["etag"]
    before = lines(app)
    assert before[-1] == ("kommunikationschef ()", "exported", "/atom/sokning/{token}", ("hot",))
    assert anyone.get(path, headers={"If-None-Match": version}).status_code == 304 and lines(app) == before


def test_a_feed_follows_its_owners_rights_and_ends_when_it_is_taken_away(app: App, chief: TestClient) -> None:
    anyone, path = seed.browser(app), feed_of(chief, "?flagga=*")
    assert "/inlagg/hot" in anyone.get(path).text
    with app.engine.begin() as connection:
        accounts.add(connection, "kommunikationschef ()", "administrator", (), NOW)
    assert anyone.get(path).status_code == 200 and "/inlagg/hot" not in anyone.get(path).text
    again = seed.logged_in(app)
    second = feed_of(again, "?flagga=*")
    assert (anyone.get(path).status_code, anyone.get(second).status_code) == (404, 200)
    key = re.search(r"sparade/([0-9a-f]{24})/inget-flode", again.get(LIST).text)
    assert key and post(again, f"{LIST}/{key[1]}/inget-flode").status_code == 303
    assert anyone.get(second).status_code == 404
    third = feed_of(again, "?flagga=*")
    assert anyone.get(third).status_code == 200
    close(app, "kommunikationschef ()")
    assert anyone.get(third).status_code == 404


def test_a_feed_of_what_is_no_more_says_so(app: App, chief: TestClient) -> None:
    path = feed_of(chief, "?sok=enhet:nasviksskolan")
    object.__setattr__(app, "config", app.config.model_copy(update={"units": ()}))
    assert seed.browser(app).get(path).status_code == 410


def cells(workbook: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as file:
        assert file.testzip() is None
        sheet = etree.fromstring(file.read("xl/worksheets/sheet1.xml"))
    assert {cell.get("t") for cell in sheet.iter("{*}c")} == {"inlineStr"} and not list(sheet.iter("{*}f"))
    return [["".join(cell.itertext()) for cell in row] for row in sheet.iter("{*}row")]


def test_the_list_as_a_table(chief: TestClient, head: TestClient) -> None:
    answer = chief.get("/flode.csv?enhet=nasviksskolan")
    assert 'filename="mediebevakning.csv"' in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in rows] == ["Rubrik", "Näsviksskolan igen", *["Snön ligger kvar på gångvägarna"] * 2]
    assert rows[1][8] == "Hot" and rows[1][13].endswith("/inlagg/hot")
    assert cells(chief.get("/flode.xlsx?enhet=nasviksskolan").content) == rows
    assert "Tack biblioteket" in chief.get("/flode.csv").text and "Tack biblioteket" not in head.get("/flode.csv").text


def test_the_list_as_a_document(chief: TestClient, head: TestClient) -> None:
    answer = chief.get("/flode.pdf?enhet=nasviksskolan&ton=negative")
    assert 'filename="mediebevakning.pdf"' in answer.headers["content-disposition"]
    told = words(answer.content)
    for part in (
        "Ton: Negativ",
        "Enhet: Näsviksskolan",
        "3 inlägg",
        "Näsviksskolan igen",
        "Flagga: Hot",
        "Läs inlägget",
    ):
        assert part in told
    assert told.count("Snön ligger kvar") == 2
    assert "Tack biblioteket" in words(chief.get("/flode.pdf").content)
    assert "Tack biblioteket" not in words(head.get("/flode.pdf").content)
    assert "Inget inlägg" in words(chief.get("/flode.pdf?sok=kiruna").content)
    assert chief.get("/flode.pdf?sok=(").status_code == 400


def test_what_is_taken_out_of_flagged_entries_is_written_down(app: App, chief: TestClient) -> None:
    for ending in ("csv", "xlsx", "pdf"):
        assert chief.get(f"/flode.{ending}?ton=positive").status_code == 200
        chief.get(f"/flode.{ending}")
    assert lines(app) == [
        ("kommunikationschef ()", "exported", f"/flode.{ending}", ("hot",)) for ending in ("csv", "xlsx", "pdf")
    ]


def test_an_address_that_someone_was_led_on_to_asks_for_the_same(chief: TestClient) -> None:
    page = chief.get("/flode?sok=gångväg&vidare=1")
    assert ids(page.text) == {"kritik", "kopia"} and "vidare" not in said(page.text) and "vidare=" not in page.text


@pytest.mark.parametrize("attack", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "|calc", "%0A", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(attack: str) -> None:
    table = [["ofarlig", attack]]
    ((_, cell),) = csv.reader(io.StringIO(b"".join(as_csv(table)).decode("utf-8-sig"), newline=""), delimiter=";")
    assert cell == f"'{attack}"
    assert cells(as_xlsx(table))[0][1].strip() == attack.strip()


def test_a_table_holds_what_xml_cannot(tmp_path: Path) -> None:
    app = seed.world(tmp_path, [item(entry("e", title='a\x00\x0b\ufffe"; </t>', text="x"))])
    client = seed.logged_in(app)
    assert cells(client.get("/flode.xlsx").content)[1][1] == 'a"; </t>'
    assert "</t>" in client.get("/flode.csv").text
