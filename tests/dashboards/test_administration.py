"""The administrator's pages: others' accounts, what was done with them, and who is told."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from httpx import Response
from starlette.testclient import TestClient

from pipelines import accounts, administration
from pipelines.accounts import Unfit
from pipelines.administration import page_of
from pipelines.bootstrap import App
from pipelines.roles import ROLES
from pipelines.store import access, account_events
from pipelines.store import accounts as stored
from pipelines.store.accounts import Account
from pipelines.store.engine import reading
from tests import builders
from tests.dashboards.seed import HOST, browser, logged_in
from tests.dashboards.test_account import cheap, with_code  # noqa: F401 - cheap is a fixture
from tests.dashboards.test_pages import plain
from tests.notify import servers

CHIEF = "kommunikationschef ()"
LINK = re.compile(r"http://127\.0\.0\.1:8710(/logga-in/[\w-]{43})")


def field(page: str, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)[0]


def send(client: TestClient, path: str, seen: str | None = None, **form: object) -> Response:
    """A form of the account's page, as it stands now or as it was `seen`."""
    page = client.get("/administration/konto/" + path.split("/")[3] if path.count("/") > 3 else "/administration").text
    known = {"sett": seen or field(page, "sett")} if 'name="sett"' in page else {}
    return client.post(path, data={"csrf": field(page, "csrf")} | known | form)


def another(client: TestClient) -> TestClient:
    """Somebody else's browser, at the same dashboard."""
    return TestClient(client.app, base_url=HOST, follow_redirects=False)


def at(name: str, step: str = "") -> str:
    return f"/administration/konto/{page_of(name)}" + (f"/{step}" if step else "")


def known(app: App, name: str) -> Account:
    with reading(app.engine) as opened:
        return next(one for one in stored.listed(opened) if one.name == name)


def done(app: App, name: str = "") -> list[tuple[str, str]]:
    with reading(app.engine) as opened:
        return [(one.by, one.action) for one in account_events.listed(opened, name)][::-1]


def test_an_invitation_lets_in_once_and_is_written_down(app: App, administrator: TestClient) -> None:
    given = {
        "namn": " rektorn ",
        "roll": "enhetschef",
        "enhet": ["nasviksskolan", "omsorgen"],
        "epost": "R@smaby.example",
    }
    answer = send(administrator, "/administration/konto", **given)
    assert answer.status_code == 200 and "visas bara nu" in answer.text
    (link,) = LINK.findall(answer.text)
    assert another(administrator).post(link).status_code == 303 and another(administrator).post(link).status_code == 410
    assert known(app, "rektorn") == Account("rektorn", "enhetschef", ("nasviksskolan", "omsorgen"), "r@smaby.example")
    assert done(app, "rektorn") == [("administrator ()", "invited")]
    again = send(administrator, "/administration/konto", **given | {"roll": "granskare", "enhet": []})
    assert again.status_code == 409 and "finns redan" in again.text and known(app, "rektorn").role == "enhetschef"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"namn": " "}, "Skriv ett namn"),
        ({"roll": "kejsare"}, "Välj en roll"),
        ({"roll": ""}, "Välj en roll"),
        ({"roll": "enhetschef"}, "Enheterna stämmer inte"),
        ({"roll": "granskare", "enhet": ["omsorgen"]}, "Enheterna stämmer inte"),
        ({"roll": "kommunikator", "enhet": ["nasviksskolan"]}, "Enheterna stämmer inte"),
        ({"roll": "enhetschef", "enhet": ["finns-inte"]}, "Enheterna stämmer inte"),
        ({"epost": "inget"}, "E-postadressen går inte"),
        ({"epost": "upptagen@smaby.example"}, "hör redan till"),
        ({"namn": "x" * 129}, "Det gick inte att förstå"),
    ],
)
def test_an_invitation_that_cannot_hold_keeps_what_was_written(
    app: App, administrator: TestClient, given: dict[str, object], word: str
) -> None:
    accounts.invite(app, "annan", "granskare", email="upptagen@smaby.example")
    form = {"namn": "<i>ny</i>", "roll": "granskare"} | given
    answer = send(administrator, "/administration/konto", **form)
    assert answer.status_code == 400 and word in plain(answer.text) and "<i>" not in answer.text
    if "Inget har ändrats" in answer.text and "namn" not in given:
        assert 'value="&lt;i&gt;ny&lt;/i&gt;"' in answer.text
    assert not LINK.search(answer.text)
    with reading(app.engine) as opened:
        assert {one.name for one in stored.listed(opened)} == {"annan", "administrator ()"}


def test_a_link_that_is_mailed_stands_on_no_screen_and_in_no_table(app: App) -> None:
    with servers.mailbox() as box:
        mailing = replace(app, config=builders.config(smtp=servers.settings(box.port)))
        client = browser(mailing)
        client.post(urlsplit(accounts.invite(app, "admin", "administrator")).path)
        form = {"namn": "granskaren", "roll": "granskare", "epost": "g@smaby.example", "mejla": "ja"}
        answer = send(client, "/administration/konto", **form)
    (mail,) = box.mails
    body = mail.get_body(("plain",)).get_content()
    (link,) = LINK.findall(body)
    assert mail["To"] == "g@smaby.example" and link not in answer.text and "skickad till g@smaby.example" in answer.text
    assert link.rpartition("/")[2].encode() not in (app.settings.var / "test.db").read_bytes()
    assert another(client).post(link).status_code == 303


def test_a_mail_that_is_refused_shows_the_link_instead(app: App) -> None:
    with servers.mailbox(RCPT=["550 no such mailbox"]) as box:
        mailing = replace(app, config=builders.config(smtp=servers.settings(box.port)))
        client = browser(mailing)
        client.post(urlsplit(accounts.invite(app, "admin", "administrator")).path)
        form = {"namn": "granskaren", "roll": "granskare", "epost": "g@smaby.example", "mejla": "ja"}
        answer = send(client, "/administration/konto", **form)
    assert "tog inte emot" in answer.text and LINK.search(answer.text)


def test_other_rights_end_the_sessions_and_are_written_down(
    app: App, administrator: TestClient, chief: TestClient
) -> None:
    answer = send(administrator, at(CHIEF, "andra"), roll="kommunikator", enhet=["omsorgen"], epost="")
    assert answer.status_code == 303 and known(app, CHIEF).units == ("omsorgen",)
    assert chief.get("/").status_code == 303
    page = plain(administrator.get(at(CHIEF)).text)
    assert "Kommunikationschef → Förvaltningens kommunikatör" in page and "Enheter: Omsorgskontoret" in page
    with reading(app.engine) as opened:
        lines, _ = access.listed(opened)
    assert [(line.account, line.action, line.place) for line in lines] == [
        ("administrator ()", "changed", "/administration/konto/{konto}/andra")
    ]


def test_the_second_of_two_is_told_and_nothing_is_lost(app: App, administrator: TestClient, chief: TestClient) -> None:
    other = another(administrator)
    other.post(urlsplit(accounts.invite(app, "bo", "administrator")).path)
    seen = field(administrator.get(at(CHIEF)).text, "sett")
    assert send(other, at(CHIEF, "andra"), roll="granskare").status_code == 303
    late = send(administrator, at(CHIEF, "andra"), seen, roll="enhetschef", enhet=["omsorgen"], epost="c@smaby.example")
    said = plain(late.text)
    assert (
        late.status_code == 409
        and "Någon annan har ändrat kontot" in said
        and "Roll: Kommunikationschef → Granskare" in said
    )
    assert known(app, CHIEF).role == "granskare"
    assert 'value="enhetschef" selected' in late.text and 'value="omsorgen" checked' in late.text
    assert 'value="c@smaby.example"' in late.text
    for step in ("stang", "sessioner", "lank"):
        assert send(administrator, at(CHIEF, step), seen).status_code == 409
    assert known(app, CHIEF).disabled_at is None
    now = field(late.text, "sett")
    assert send(administrator, at(CHIEF, "andra"), now, roll="enhetschef", enhet=["omsorgen"]).status_code == 303


def test_the_same_form_twice_is_done_once(app: App, administrator: TestClient, chief: TestClient) -> None:
    seen = field(administrator.get(at(CHIEF)).text, "sett")
    assert [send(administrator, at(CHIEF, "stang"), seen).status_code for _ in range(2)] == [303, 409]
    assert [action for _, action in done(app, CHIEF)] == ["invited", "closed"]


def test_closing_and_opening(app: App, administrator: TestClient, chief: TestClient) -> None:
    assert send(administrator, at(CHIEF, "stang")).status_code == 303
    assert chief.get("/").status_code == 303 and known(app, CHIEF).disabled_at
    assert "släpper inte in någon" in administrator.get(at(CHIEF)).text
    assert send(administrator, at(CHIEF, "lank")).status_code == 404
    send(administrator, at(CHIEF, "andra"), roll="granskare", epost="c@smaby.example")
    assert known(app, CHIEF).email == "c@smaby.example"
    send(administrator, at(CHIEF, "andra"), roll="granskare", epost="")
    assert known(app, CHIEF).email is None
    assert known(app, CHIEF).disabled_at and known(app, CHIEF).role == "granskare"  # other rights open nothing
    assert send(administrator, at(CHIEF, "oppna")).status_code == 303 and known(app, CHIEF).disabled_at is None
    (link,) = LINK.findall(send(administrator, at(CHIEF, "lank")).text)
    assert another(administrator).post(link).headers["location"] == "/"


def test_a_lost_telephone_and_every_session(app: App, administrator: TestClient) -> None:
    client, _ = with_code(app)
    assert send(administrator, at(CHIEF, "kod")).status_code == 303
    assert not known(app, CHIEF).has_code and known(app, CHIEF).has_password
    assert client.get("/").status_code == 200
    assert send(administrator, at(CHIEF, "sessioner")).status_code == 303
    assert client.get("/").status_code == 303 and known(app, CHIEF).disabled_at is None


def test_the_last_administrator_stays(app: App, administrator: TestClient) -> None:
    own = "administrator ()"
    for step, form in (("stang", {}), ("andra", {"roll": "granskare"})):
        answer = send(administrator, at(own, step), **form)
        assert answer.status_code == 409 and "sista administratören" in answer.text
    accounts.invite(app, "stängd", "administrator")
    accounts.close(app, "stängd")
    assert send(administrator, at(own, "stang")).status_code == 409
    accounts.invite(app, "bo", "administrator")
    assert send(administrator, at(own, "andra"), roll="granskare").status_code == 303
    assert known(app, own).role == "granskare" and administrator.get("/administration").status_code == 303


def test_an_account_of_the_municipalitys_login_is_closed_here_and_ruled_there(
    app: App, administrator: TestClient
) -> None:
    with app.engine.begin() as opened:
        stored.bind(opened, "alva.ek", ("https://id.smaby.example", "s-1"), "granskare", (), app.clock())
    page = plain(administrator.get(at("alva.ek")).text)
    assert "följer grupperna" in page and "Gör en ny länk" not in page
    for step, form in (("andra", {"roll": "administrator"}), ("lank", {})):
        answer = send(administrator, at("alva.ek", step), **form)
        assert answer.status_code == 400 and "följer kommunens inloggning" in answer.text
    assert send(administrator, at("alva.ek", "stang")).status_code == 303 and known(app, "alva.ek").disabled_at


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"administrator"}))
def test_nobody_else_has_the_pages(app: App, role: str) -> None:
    units = ["omsorgen"] if ROLES[role].tied_to != "nothing" else []
    client = logged_in(app, role, units)
    assert "/administration" not in client.get("/hjalp").text
    nothing = client.get("/finns-inte")
    for path in ("/administration", "/administration/mottagare", at(f"{role} {units}"), at("finns inte")):
        assert (client.get(path).status_code, nothing.status_code) == (404, 404)
    csrf = field(client.get("/konto").text, "csrf")
    for path in ("/administration/konto", at(f"{role} {units}", "andra"), at(f"{role} {units}", "stang")):
        form = {"csrf": csrf, "namn": "ny", "roll": "administrator", "sett": 1}
        assert client.post(path, data=form).status_code == 404
    assert len(done(app)) == 1


def test_what_is_not_there(administrator: TestClient) -> None:
    csrf = field(administrator.get("/administration").text, "csrf")
    assert administrator.get(at("finns inte")).status_code == 404
    for path in (at("finns inte", "stang"), at("finns inte", "andra"), at("finns inte", "lank"), at(CHIEF, "annat")):
        assert administrator.post(path, data={"csrf": csrf, "sett": 0}).status_code in (400, 404), path
    assert administrator.post(at(CHIEF, "stang"), data={"csrf": csrf, "sett": "9" * 30}).status_code == 400


def test_names_are_escaped_and_never_in_an_address(app: App, administrator: TestClient) -> None:
    accounts.invite(app, "<script>x</script>/..", "granskare")
    page = administrator.get("/administration").text
    assert (
        "<script>" not in page
        and "&lt;script&gt;" in page
        and "script" not in "".join(re.findall(r'href="([^"]*)"', page))
    )
    assert "<script>" not in administrator.get(at("<script>x</script>/..")).text


def test_who_is_told_stands_with_where_it_comes_from(app: App, administrator: TestClient) -> None:
    page = plain(administrator.get("/administration/mottagare").text)
    for unit in app.config.units:
        assert unit.name in page and unit.id in page
        assert unit.manager is None or unit.manager.address in page
    for receiver in app.config.receivers:
        assert receiver.address in page
    assert "routes.toml" in page and "units.toml" in page


def test_two_that_take_away_each_other_leave_one(app: App) -> None:
    for name in ("a", "b"):
        accounts.invite(app, name, "administrator")
    with reading(app.engine) as opened:
        seen = {name: account_events.last(opened, name) for name in ("a", "b")}
    administration.step(app, "a", "b", seen["b"], "closed")
    with pytest.raises(Unfit, match="last"):
        administration.step(app, "b", "a", seen["a"], "closed")


def test_what_the_command_line_does_is_written_down_too(app: App) -> None:
    accounts.invite(app, "a", "granskare")
    accounts.invite(app, "a", "kommunikationschef")
    accounts.close(app, "a")
    assert done(app, "a") == [("", "invited"), ("", "link"), ("", "closed")]
