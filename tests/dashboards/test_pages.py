"""Each page shows what it is for, changes nothing, and says so in Swedish when there is nothing to show."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from pipelines.store import entries
from tests import builders
from tests.builders import NOW, entry, flag, item
from tests.dashboards.seed import ALERT, DIGEST, logged_in

PAGES = (
    "/",
    "/flode",
    "/inlagg/hot",
    "/arenden",
    "/utskick",
    f"/utskick/{ALERT.key}",
    "/kallor",
    "/installningar",
    "/hjalp",
    "/hjalp/sa-sakert",
)


LOGS = {"access_event", "sqlite_sequence"}
"""Where it is written down who has read a flagged entry."""


def plain(html: str) -> str:
    """What a reader sees: no markup, single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main")[1]).split())


def test_the_overview_counts_and_lists(chief: TestClient) -> None:
    page = plain(chief.get("/").text)
    assert "Lördag 21 november 2026, vecka 47." in page
    assert "Inlägg om oss 2 vanligt 0,3 per dygn 4 på sju dagar 1 sju dagar före det" in page
    assert "⚑ Hot sker i texten" in page and "Näsviksskolan igen" in page
    assert "2 inlägg i 2 källor" in page
    assert "Näsviksskolan 3 3 0" in page and "Småby bibliotek 1 0 1" in page
    assert "2 av 3 källor fungerar. Polisen: svarar inte" in page


def test_the_charts_table_has_every_day(chief: TestClient) -> None:
    page = chief.get("/").text.split("Visa siffrorna som tabell")[1].split("</table>")[0]
    rows = [plain("<main" + row) for row in page.split("<tr>")[2:]]
    assert len(rows) == 30
    assert rows[0] == "lör 21 nov 1 0 1 0" and rows[1] == "fre 20 nov 2 0 0 0" and rows[9] == "tors 12 nov 0 1 0 0"


def test_the_chart_is_an_image_that_needs_nothing(chief: TestClient) -> None:
    answer = chief.get("/diagram/ton.svg?bredd=smal&tema=mork")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "<title>Inlägg om kommunen per dag och ton</title>" in answer.text
    assert "href" not in answer.text and "Negativa" in answer.text and "Osäkra" not in answer.text
    assert chief.get("/diagram/ton.svg?tema=rosa").status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"hot", "kritik", "kopia", "beröm", "fråga"}),
        ("?omfattning=allt", {"hot", "kritik", "kopia", "beröm", "fråga", "annat"}),
        ("?ton=positive", {"beröm"}),
        ("?hallning=critical", {"kritik"}),
        ("?avsikt=question", {"fråga"}),
        ("?flagga=*", {"hot"}),
        ("?flagga=threat", {"hot"}),
        ("?flagga=crime", set()),
        ("?enhet=omsorgen", {"fråga"}),
        ("?kalla=rikstidningen", {"kopia"}),
        ("?slag=news&ton=negative", {"hot", "kritik", "kopia"}),
        ("?slag=forum", set()),
        ("?sok=SNÖN", {"kritik", "kopia"}),
        ("?sok=fin+tack", {"beröm"}),
        ("?sok=fin+snö", set()),
        ("?sok=100%25", set()),
        ("?fran=2026-11-21", {"hot", "beröm"}),
        ("?till=2026-11-12", {"fråga"}),
        ("?fran=2026-11-20&till=2026-11-20", {"kritik", "kopia"}),
        ("?sok=&ton=&flagga=&enhet=&fran=&till=", {"hot", "kritik", "kopia", "beröm", "fråga"}),
    ],
)
def test_the_feed_filters(chief: TestClient, query: str, found: set[str]) -> None:
    page = chief.get(f"/flode{query}").text
    assert set(re.findall(r'href="/inlagg/([^"]+)"', page)) == found
    shown = plain(page)
    assert (f"{len(found)} inlägg" if len(found) > 1 else "Ett inlägg" if found else "Inga inlägg") in shown


def test_the_feed_pages(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    builders.save(app, [item(entry(f"n{number:03}", title=f"Nr {number}")) for number in range(60)])
    client = logged_in(app)
    pages, path = [], "/flode?ton=neutral"
    while path:
        pages.append(client.get(path).text)
        onward = re.search(r'rel="next" href="([^"]+)"', pages[-1])
        path = f"/flode{unescape(onward[1])}" if onward else ""
    listed = [re.findall(r'href="/inlagg/(n\d+)"', page) for page in pages]
    assert [len(ids) for ids in listed] == [25, 25, 10] and len(set().union(*listed)) == 60
    assert all("60 inlägg" in page for page in pages) and 'rel="prev"' not in pages[0]
    back = re.search(r'rel="prev" href="([^"]+)"', pages[2])
    assert back and re.findall(r'href="/inlagg/(n\d+)"', client.get(f"/flode{unescape(back[1])}").text) == listed[1]
    assert "Här är listan slut" in client.get("/flode?fore=0").text


@pytest.mark.parametrize(
    "query",
    ["sida=1000000000", "fore=-1", "fore=x", f"efter={2**63}", "fran=i-går", "till=9999-12-31", "ton=" + "a" * 10_000],
)
def test_an_address_that_cannot_be_read_is_said_so(chief: TestClient, query: str) -> None:
    answer = chief.get(f"/flode?{query}")
    assert answer.status_code == 400 and "Det gick inte att förstå adressen" in answer.text


def test_an_entry_says_why(chief: TestClient) -> None:
    html = chief.get("/inlagg/hot").text
    assert '<mark class="mark-mention" title="Enhet: Näsviksskolan">Näsviksskolan</mark> igen' in html
    marked = '<mark class="mark-flag" title="Hot: Texten säger att någon ska skadas.">rektorn ska få det han förtjänar'
    assert marked in html
    assert 'href="https://smabybladet.example/artikel/hot" rel="noopener noreferrer external"' in html
    page = plain(html)
    assert "Texten gör det själv gäller: ingen särskild allvar: hög säkerhet: 80 % regel: threat" in page
    assert "Därför är det ett larm: Hot eller mobbning." in page
    assert "Rektor, Näsviksskolan : hot Larm väntar" in page
    assert "Snön Snön −0,40" in plain(chief.get("/inlagg/kritik").text)


def test_an_entry_shows_its_story_and_its_earlier_wordings(app: App, chief: TestClient) -> None:
    with app.engine.begin() as connection:
        entries.save(connection, [entry("kritik", text="Nu är det plogat.")], NOW, silent=False)
    html = chief.get("/inlagg/kritik").text
    page = plain(html)
    assert 'href="/inlagg/kopia"' in html and "Till i dag 09.00" in page and "Tredje dygnet i rad" in page
    assert "Texten har ändrats hos källan" in page and "<mark" not in html


def test_a_post_without_title_or_address_is_shown(chief: TestClient) -> None:
    page = plain(chief.get("/inlagg/fråga").text)
    assert "Inlägg från Småbybladet" in page and "Källan har inte lämnat någon adress" in page


def test_messages_as_sent_and_as_they_arrived(app: App, chief: TestClient) -> None:
    app.settings.mails.mkdir()
    for number in (1, 2):
        mail = f"Message-ID: {DIGEST.message_id}\r\nSubject: x\r\nTo: y@smaby.example\r\n\r\nHej"
        (app.settings.mails / f"{number}.eml").write_text(mail, "utf-8")
    (app.settings.mails / "trasig.eml").write_bytes(b"\xff\x00\r\n")
    page = plain(chief.get("/utskick").text)
    assert "Larm: Hot Rektor, Näsviksskolan Väntar i dag 09.00" in page
    assert "kom fram 2 gånger till den lokala brevlådan" in page
    one = chief.get(f"/utskick/{DIGEST.key}").text
    assert "Åäö i text." in one and "1.eml" in one and f'src="/utskick/{DIGEST.key.replace(":", "%3A")}/html"' in one
    assert "Näsviksskolan igen" in plain(chief.get(f"/utskick/{ALERT.key}").text)


def test_a_mail_in_its_frame_can_do_nothing(chief: TestClient) -> None:
    answer = chief.get(f"/utskick/{DIGEST.key}/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "sandbox allow-popups" in policy and "allow-scripts" not in policy
    assert '<head><base target="_blank">' in answer.text and "<b>kommunen</b>" in answer.text


def test_sources_and_what_is_wrong_with_them(chief: TestClient) -> None:
    page = plain(chief.get("/kallor").text)
    assert "1 av 3 källor svarade" in page
    assert "Polisen Källan svarar inte. Myndighet Svarar inte" in page
    assert "Rikstidningen Nyheter Väntar på första hämtningen" in page
    assert "Polisen svarar inte. Vänta. sedan i dag 09.00" in page


def test_empty_pages_say_what_comes(tmp_path: Path) -> None:
    client = logged_in(builders.app(tmp_path))
    assert "Inga inlägg har kommit in ännu" in client.get("/").text
    assert "Inga inlägg har kommit in ännu" in client.get("/flode").text
    assert "klockan 07.30" in plain(client.get("/utskick").text)
    assert "Inget att se över just nu" in client.get("/kallor").text


def test_reading_changes_nothing(app: App, chief: TestClient) -> None:
    def stored() -> list[list[object]]:
        with app.engine.connect() as connection:
            tables = connection.execute(text("select name from sqlite_master where type = 'table'")).scalars().all()
            return [list(connection.execute(text(f"select * from {name}"))) for name in sorted(set(tables) - LOGS)]

    before = stored()
    for path in PAGES:
        assert chief.get(path).status_code == 200
    assert stored() == before


def test_what_goes_wrong_is_said_in_swedish_and_kept_in_the_headers(app: App, chief: TestClient) -> None:
    with app.engine.begin() as connection:
        connection.execute(text("drop table issue"))
    chief._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    answer = chief.get("/kallor")
    assert answer.status_code == 500 and "Något gick fel hos oss" in answer.text and "issue" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "Sidan finns inte" in chief.get("/finns/inte").text
    assert chief.post("/flode").status_code == 405


@pytest.mark.parametrize("path", (*PAGES, "/logga-in", "/logga-in/x", "/finns-inte"))
def test_every_answer_is_armoured_and_every_page_well_formed(chief: TestClient, path: str) -> None:
    answer = chief.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'self';" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("no-referrer", "no-store")
    html = answer.text
    assert '<html lang="sv">' in html and html.count("<h1") == 1 and 'href="#innehall"' in html
    assert not re.search(r"\sstyle=|\son[a-z]+=", html)
    assert all(
        re.match(r'<script src="/static/[a-z]+\.js" defer></script>', html[at.start() :])
        for at in re.finditer("<script", html)
    )
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:for|aria-labelledby)="([^"]+)"', html)) <= set(ids)
    for table in html.split("<table")[1:]:
        assert "<caption" in table.split("</table>")[0]


def test_a_flag_says_who_it_is_about_what_to_do_and_on_what_it_rests(app: App, chief: TestClient) -> None:
    risk = flag("self_harm", severity="critical", target="elev", steps=("child", "taken-out"))
    tip = item(
        entry("tips"), units=("omsorgen",), flags=(risk, flag("bullying")), by_employee=True, about_management=True
    )
    builders.save(app, [tip])
    page = plain(chief.get("/inlagg/tips").text)
    assert "gäller: en elev eller ett barn allvar: mycket hög (barn; taken-out)" in page
    assert "Gör så här: Sök personen samma dag." in page
    assert "112 – SOS Alarm: vid fara för liv (ej verifierad)" in page and "116 111 – BRIS: för barn och unga" in page
    assert "Skollagen 6 kap. (granskad av Kommunjuristen 2026-11-02)" in page
    assert "Meddelarfriheten gäller" in page and "anklaga den som ansvarar" in page
    other = plain(chief.get("/inlagg/hot").text)
    assert "brottsbalken 4 kap. 5 § (ej verifierad)" in other
    assert "SOS Alarm" not in other and "Meddelarfriheten" not in other


def test_the_guide_says_what_each_flag_is_and_is_not_and_how_severity_is_reckoned(chief: TestClient) -> None:
    page = plain(chief.get("/hjalp").text)
    for category in builders.smaby().categories:
        assert category.about in page and f"Inte: {category.not_about}" in page and category.told in page
        assert category.legal in page
    assert "Minst tre källor Hot +1" in page and "Barn alla +1" in page
    assert all(rule.name in page for rule in builders.smaby().alert_rules)


def test_answers_are_packed_for_those_who_can_unpack(chief: TestClient) -> None:
    plain = chief.get("/flode", headers={"accept-encoding": "identity"})
    packed = chief.get("/flode", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 3
    assert packed.headers["vary"] == plain.headers["vary"]
