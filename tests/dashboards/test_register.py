"""Förteckning: what everyone reads of it, who changes what, what is refused, and the plan as page and PDF."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from pipelines.register.official import Official
from pipelines.store import register
from pipelines.store.engine import reading
from tests import builders, pdf
from tests.builders import NOW, entry, item, official
from tests.dashboards.conftest import seed
from tests.dashboards.test_pages import plain

FORM = {
    "natverk": "facebook",
    "kontonamn": "Näsviksskolan",
    "adress": "https://facebook.example/nasvik",
    "enhet": "nasviksskolan",
    "ansvarig": "enhetschef:nasviksskolan",
    "ersattare": "kommunikationschef",
    "kommunikator": "Kommunikatör",
    "administratorer": "Rektor\r\n\r\nSkoladministratör",
    "syfte": "Visa skoldagen.",
    "malgrupp": "Föräldrar",
    "mal": "Alla frågor besvarade",
    "skal": "Nytt konto",
}


@pytest.fixture
def communicator(app: App) -> TestClient:
    """Of the school's department."""
    return seed.logged_in(app, "kommunikator", ["skolkontoret"])


def send(client: TestClient, path: str = "/forteckning", **changes: Any) -> Any:
    shown = client.get("/forteckning/nytt" if path == "/forteckning" else path).text
    hidden = dict(re.findall(r'type="hidden" name="(csrf|sedd)" value="([^"]*)"', shown))
    return client.post(path, data=FORM | hidden | changes, follow_redirects=False)


def kept(app: App) -> tuple[Official, ...]:
    with reading(app.engine) as connection:
        return register.current(connection)


def enter(app: App, given: Official) -> None:
    with app.engine.begin() as connection:
        seen = register.last_change(connection, given.id)
        register.change(connection, given, seen=seen, by="anna", reason="Därför", now=NOW)


def test_an_account_is_entered_and_what_it_lacks_is_told_with_the_policys_page(app: App, chief: TestClient) -> None:
    answer = send(chief, administratorer="Rektor", ersattare="", syfte="")
    assert (answer.status_code, answer.headers["location"]) == (303, "/forteckning/facebook-nasviksskolan")
    shown = plain(chief.get("/forteckning/facebook-nasviksskolan").text)
    for said in ("färre än två administratörer", "saknar ersättare", "Syftet är inte angivet", "Policyn, sidan 5."):
        assert said in shown
    assert "Målgruppen är inte angiven" not in shown
    assert "5 uppgifter saknas" in plain(chief.get("/forteckning").text)  # and approval, feed


def test_the_form_comes_back_as_it_was_filled_in(app: App, chief: TestClient) -> None:
    send(chief)
    (one,) = kept(app)
    assert one.administrators == ("Rektor", "Skoladministratör")
    assert send(chief, "/forteckning/facebook-nasviksskolan").status_code == 303
    assert kept(app) == (one,)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ansvarig": ""}, "Uppgiften måste fyllas i."),
        ({"ansvarig": "ingen"}, "Välj någon som finns"),
        ({"adress": "javascript:alert(1)"}, "går inte att läsa"),
        ({"natverk": "orkut"}, "går inte att läsa"),
        ({"kontonamn": "a\0b"}, "går inte att läsa"),
        ({"adress": "https://x.example/\0"}, "går inte att läsa"),
        ({"oppnat": "2027-01-01"}, "Dagen har inte varit än."),
        ({"oppnat": "i går"}, "går inte att läsa"),
        ({"flode": "polisen"}, "bringar inte bara"),
        ({"skal": " "}, "Skriv varför."),
    ],
)
def test_what_cannot_be_so_is_told_beside_its_field_and_nothing_is_stored(
    app: App, chief: TestClient, changes: dict[str, str], said: str
) -> None:
    answer = send(chief, **changes)
    assert answer.status_code == 400 and said in plain(answer.text)
    assert "Visa skoldagen." in answer.text and kept(app) == ()


def test_the_second_of_two_is_told(app: App, chief: TestClient) -> None:
    enter(app, official())
    shown = chief.get("/forteckning/facebook-smaby").text
    csrf = re.findall(r'name="csrf" value="([^"]+)"', shown)[0]
    enter(app, official(purpose="Annas syfte"))
    seen = re.findall(r'name="sedd" value="(\d+)"', shown)[0]
    answer = chief.post("/forteckning/facebook-smaby", data=FORM | {"csrf": csrf, "sedd": seen, "enhet": ""})
    assert answer.status_code == 409 and "Någon annan hann före" in answer.text
    assert [one.purpose for one in kept(app)] == ["Annas syfte"]


def test_a_communicator_changes_the_own_departments_accounts_alone(app: App, communicator: TestClient) -> None:
    assert send(communicator).status_code == 303
    for unit in ("omsorgen", ""):
        assert send(communicator, enhet=unit, kontonamn="x", adress="https://x.example").status_code == 400
    assert send(communicator, "/forteckning/facebook-nasviksskolan", enhet="").status_code == 400
    enter(app, official())
    shown = communicator.get("/forteckning/facebook-smaby").text
    assert "Du kan läsa men inte ändra" in shown and "<textarea" not in shown
    csrf = re.findall(r'name="csrf" value="([^"]+)"', shown)[0]
    answer = communicator.post("/forteckning/facebook-smaby", data=FORM | {"csrf": csrf, "sedd": "1"})
    assert answer.status_code == 404 and len(kept(app)) == 2


def test_everyone_reads_what_the_policy_makes_public_and_nothing_more(app: App) -> None:
    enter(app, official(source="smabybladet"))
    enter(app, official("gammalt", handle="=2+2", address="https://x.example/g", closed=NOW.date()))
    nobody = seed.browser(app)
    page, table, data = (nobody.get(f"/konton{form}") for form in ("", ".csv", ".json"))
    for answer in (page, table, data):
        assert answer.status_code == 200
        for said in ("Småby kommun", "Kommunikationschef", "Berätta vad som händer i Småby.", "De som bor i Småby"):
            assert said in answer.text
        for inside in ("Webbredaktör", "Skolchef", "Kommundirektör", "besvaras inom", "anna"):
            assert inside not in answer.text
    assert "'=2+2" in table.text
    assert [(one["id"], one["closed"]) for one in data.json()["accounts"]] == [
        ("facebook-smaby", None),
        ("gammalt", "2026-11-21"),
    ]


def test_who_is_responsible_changes_the_account_whosever_it_is(app: App, head: TestClient) -> None:
    enter(app, official(responsible="enhetschef:nasviksskolan"))
    enter(app, official("annat", handle="Annat", address="https://x.example"))
    own = send(head, "/forteckning/facebook-smaby", enhet="", ansvarig="enhetschef:nasviksskolan")
    assert own.status_code == 303
    assert send(head, "/forteckning/facebook-smaby", enhet="omsorgen").status_code == 400
    assert "Du kan läsa men inte ändra" in head.get("/forteckning/annat").text


def test_the_register_itself_is_not_for_administrators(app: App, administrator: TestClient) -> None:
    assert administrator.get("/forteckning").status_code == 404
    assert administrator.get("/konton").status_code == 200


def test_the_history_says_who_changed_what(app: App, chief: TestClient) -> None:
    enter(app, official())
    enter(app, official(purpose="Ett nytt syfte", deputy=None))
    shown = plain(chief.get("/forteckning/facebook-smaby").text)
    assert re.search(r"Ersättare : borttaget Syfte : Ett nytt syfte .*?anna: Därför", shown)


def test_the_plan_is_a_page_and_a_pdf_that_say_the_same(app: App, chief: TestClient) -> None:
    enter(app, official(audience=""))
    shown = plain(chief.get("/forteckning/facebook-smaby/aktivitetsplan").text)
    made = chief.get("/forteckning/facebook-smaby/aktivitetsplan.pdf")
    assert made.headers["content-type"] == "application/pdf"
    printed = pdf.words(made.content)
    for said in ("Berätta vad som händer i Småby.", "Kommunikatör, Webbredaktör", "2026-02-02", "Målgruppen är inte"):
        assert said in shown and said in " ".join(printed.split())


def test_what_people_write_is_never_markup(app: App, chief: TestClient) -> None:
    enter(app, official(handle="<script>x</script>", purpose="<b>fet</b>", goals='"><img src=x>'))
    for path in (
        "/konton",
        "/forteckning",
        "/forteckning/facebook-smaby",
        "/forteckning/facebook-smaby/aktivitetsplan",
    ):
        shown = chief.get(path).text
        assert "<script>x" not in shown and "<b>fet" not in shown and "<img src=x" not in shown


OWN = "polisen"
"""A source that is taken for one of the municipality's own."""


@pytest.fixture
def ours(tmp_path: Path) -> App:
    sources = (one.model_copy(update={"own": one.id == OWN}) for one in builders.smaby().sources)
    return builders.app(tmp_path, builders.config(sources=tuple(sources)))


def test_who_reads_a_part_gives_nobody_the_right_to_read_what_is_written_on_an_account(ours: App) -> None:
    """The source opens its posts to whoever is responsible: it is for those to choose who read everything."""
    head, chief = seed.logged_in(ours, "enhetschef", ["nasviksskolan"]), seed.logged_in(ours)
    refused = send(head, kalla=OWN)
    assert refused.status_code == 400 and "Be kommunikationschefen" in refused.text and kept(ours) == ()
    assert send(chief, kalla=OWN).status_code == 303
    (account,) = kept(ours)
    assert account.source == OWN
    assert send(head, f"/forteckning/{account.id}", kalla=OWN, syfte="Ett annat syfte.").status_code == 303
    assert kept(ours)[0].purpose == "Ett annat syfte."


def test_who_answers_for_an_account_reads_what_is_written_on_it(ours: App) -> None:
    """Also what names no unit of theirs: the mail about it leads somewhere."""
    asked = item(entry("fraga", source_id=OWN, title="", text="När öppnar badet?"), intent="question")
    hers = item(entry("anstalld", source_id=OWN, title="", text="Vi som jobbar här."), by_employee=True)
    builders.save(ours, [asked, hers])
    head, deputy, other = (
        seed.logged_in(ours, "enhetschef", [one]) for one in ("nasviksskolan", "omsorgen", "smabyhus")
    )
    assert head.get("/inlagg/fraga").status_code == 404
    enter(ours, official(source=OWN, responsible="enhetschef:nasviksskolan", deputy="enhetschef:omsorgen"))
    for reader in (head, deputy):
        assert "När öppnar badet?" in reader.get("/inlagg/fraga").text
        assert "/inlagg/fraga" in reader.get("/flode?omfattning=allt").text
        assert "/inlagg/fraga" in reader.get("/flode.csv?omfattning=allt").text
        assert reader.get("/inlagg/anstalld").status_code == 404
    assert other.get("/inlagg/fraga").status_code == 404
    enter(ours, official(source=OWN, responsible="kommunikationschef", deputy=None))
    assert head.get("/inlagg/fraga").status_code == 404
