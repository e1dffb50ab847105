"""Mottagare: who changes what of whom, what it does to the next mail, what is refused, and who is told of it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from pipelines.config import read
from pipelines.config.schema import Receiver
from pipelines.store import outbox
from pipelines.store.engine import reading
from tests.builders import NOW, SMABY, renewed
from tests.dashboards import seed
from tests.dashboards.seed import logged_in
from tests.dashboards.test_pages import plain

SCHOOL, CHIEF, LIBRARY = "enhetschef:nasviksskolan", "kommunikationschef", "enhetschef:smaby-bibliotek"
CHANNELS = f"""
[[channel]]
id = "krok"
kind = "file"
folder = "krok"
receivers = ["{CHIEF}", "{SCHOOL}"]
"""
FORM: dict[str, Any] = {
    "titel": "Rektor",
    "adress": "rektor.nasvik@smaby.example",
    "sammanfattning": "when-something",
    "dagar": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "kanaler": ["krok"],
    "skal": "Ny ordning",
}
ALONE = {key: FORM[key] for key in ("sammanfattning", "dagar", "kanaler", "skal")}
"""What a manager's own form holds."""


@pytest.fixture
def app(tmp_path: Path) -> App:
    folder = Path(shutil.copytree(SMABY, tmp_path / "konfiguration"))
    (folder / "channels.toml").write_text(CHANNELS, "utf-8")
    files = read(folder)
    return replace(seed.world(tmp_path), files=files, config=files.config())


def receiver(app: App, name: str = SCHOOL) -> Receiver:
    found = renewed(app).config.receiver(name)
    assert found is not None
    return found


def channels(app: App) -> dict[str, tuple[str, ...]]:
    return {one.id: one.receivers for one in renewed(app).config.channels}


def press(
    client: TestClient, name: str, form: dict[str, Any], what: str = "", seen: str | None = None
) -> tuple[int, str]:
    page = client.get(f"/mottagare/{name}").text
    if seen is None:
        seen = (re.findall(r'name="sedd" value="(\d+)"', page) or ["0"])[0]
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/hjalp").text)[1]
    answer = client.post(f"/mottagare/{name}{what}", data={"csrf": csrf, "sedd": seen} | form)
    return answer.status_code, answer.text


def test_a_new_manager_gets_the_next_mail_and_the_old_address_is_told(app: App, chief: TestClient) -> None:
    form = FORM | {"titel": "Tf. rektor", "adress": "tf.rektor@smaby.example", "skal": "Byte <b>nu</b>"}
    assert press(chief, SCHOOL, form)[0] == 303
    assert (receiver(app).title, receiver(app).address) == ("Tf. rektor, Näsviksskolan", "tf.rektor@smaby.example")
    with reading(app.engine) as opened:
        rows = opened.exec_driver_sql(
            "SELECT receiver, address, subject, text, html FROM message WHERE kind = 'setting'"
        )
        (mail,) = rows.all()
    assert mail.address == "rektor.nasvik@smaby.example" and mail.receiver == SCHOOL
    assert "tf.rektor@smaby.example" in mail.text and "kommunikationschef" in mail.text
    assert "Byte &lt;b&gt;nu&lt;/b&gt;" in mail.html
    page = plain(chief.get(f"/mottagare/{SCHOOL}").text)
    assert "som i konfigurationen → tf.rektor@smaby.example" in page and "Byte <b>nu</b>" not in page


def test_what_is_as_in_the_files_is_no_change_beside_them(app: App, chief: TestClient) -> None:
    before = renewed(app).config
    assert press(chief, SCHOOL, FORM)[0] == 303
    assert renewed(app).config == before
    press(chief, SCHOOL, FORM | {"titel": "Biträdande"})
    assert press(chief, SCHOOL, FORM)[0] == 303
    assert renewed(app).config == before


def test_a_manager_chooses_days_hours_and_channels_of_their_own(app: App, head: TestClient) -> None:
    page = head.get("/mottagare").text
    assert re.findall(r'href="/mottagare/([^"]+)"', page) == [SCHOOL.replace(":", "%3A")]
    form = ALONE | {"dagar": ["mon", "thu"], "kanaler": [], "tyst": "ja", "tyst_fran": "21:30", "tyst_till": "07:00"}
    assert press(head, SCHOOL, form)[0] == 303
    found = receiver(app)
    assert found.days == ("mon", "thu") and found.quiet and f"{found.quiet.begins:%H:%M}" == "21:30"
    assert channels(app) == {"krok": (CHIEF,)}
    assert press(head, SCHOOL, ALONE)[0] == 303
    assert receiver(app).quiet is None and channels(app) == {"krok": (CHIEF, SCHOOL)}


def test_a_manager_can_neither_move_the_mails_nor_touch_anyone_elses(app: App, head: TestClient) -> None:
    before = renewed(app).config
    smuggled = ALONE | {
        "titel": "Kung",
        "adress": "jag@annan.example",
        "ersattare_titel": "X",
        "ersattare_adress": "x@x.example",
    }
    assert press(head, SCHOOL, smuggled)[0] == 303
    assert renewed(app).config == before
    for name in (LIBRARY, CHIEF, "enhetschef:skolkontoret", "finns-inte"):
        assert head.get(f"/mottagare/{name}").status_code == 404
        assert press(head, name, ALONE)[0] == press(head, name, {"skal": "x"}, "/angra")[0] == 404
    assert press(head, SCHOOL, ALONE | {"sammanfattning": "never"})[0] == 400
    assert renewed(app).config == before
    assert "jag@annan.example" not in head.get(f"/mottagare/{SCHOOL}").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"titel": " "}, "Skriv vilken roll"),
        ({"adress": "rektor"}, "går inte att skicka till"),
        ({"adress": "a@b.example\r\nBcc: x@y.example"}, "går inte att skicka till"),
        ({"ersattare_titel": "Biträdande"}, "både roll och en giltig"),
        ({"dagar": []}, "minst en dag"),
        ({"tyst": "ja", "tyst_fran": "06:00", "tyst_till": "06:00"}, "två olika tider"),
        ({"tyst": "ja", "tyst_fran": "", "tyst_till": "06:00"}, "två olika tider"),
        ({"tyst": "ja", "tyst_fran": "25:00", "tyst_till": "06:00"}, "två olika tider"),
        ({"skal": " "}, "Skriv varför"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_and_the_form_keeps_what_it_held(
    app: App, chief: TestClient, changed: dict[str, Any], said: str
) -> None:
    before = renewed(app).config
    code, page = press(chief, SCHOOL, FORM | {"titel": "Tf. rektor"} | changed)
    assert code == 400 and said in page and "Inget har ändrats." in page
    assert renewed(app).config == before
    if "titel" not in changed:
        assert 'value="Tf. rektor"' in page


def test_nobody_is_told_of_accusations_against_themselves(app: App, chief: TestClient) -> None:
    """The configuration's own check, which no page may pass by."""
    root = receiver(app, CHIEF).address
    code, page = press(chief, SCHOOL, FORM | {"adress": root})
    assert code == 400 and "går inte ihop med resten" in page and "key &#34;hr&#34;" in page
    assert receiver(app).address != root


def test_a_deputy_is_named_for_a_unit_and_for_a_role(app: App, chief: TestClient) -> None:
    form = FORM | {"ersattare_titel": "Biträdande rektor", "ersattare_adress": "bitr@smaby.example"}
    assert press(chief, SCHOOL, form)[0] == 303
    assert receiver(app, "ersattare:nasviksskolan").address == "bitr@smaby.example"
    own = {"titel": "Kommunikationschef", "adress": receiver(app, CHIEF).address, "sammanfattning": "always"}
    assert press(chief, CHIEF, FORM | own | {"ersattare": LIBRARY})[0] == 303
    assert receiver(app, CHIEF).deputy == LIBRARY
    assert press(chief, CHIEF, FORM | own | {"ersattare": "finns-inte"})[0] == 400


def test_the_last_who_gets_a_channel_cannot_leave_it(app: App, chief: TestClient) -> None:
    assert press(chief, SCHOOL, FORM | {"kanaler": []})[0] == 303
    own = {"titel": "Kommunikationschef", "adress": receiver(app, CHIEF).address, "sammanfattning": "always"}
    assert press(chief, CHIEF, FORM | own | {"kanaler": []})[0] == 400
    assert channels(app) == {"krok": (CHIEF,)}


def test_the_last_change_is_undone_but_not_by_who_could_not_have_made_it(
    app: App, chief: TestClient, head: TestClient
) -> None:
    before = renewed(app).config
    press(head, SCHOOL, ALONE | {"dagar": ["mon"]})
    assert press(head, SCHOOL, {"skal": "Ångrar mig"}, "/angra")[0] == 303
    assert renewed(app).config == before
    press(chief, SCHOOL, FORM | {"adress": "ny@smaby.example"})
    code, page = press(head, SCHOOL, {"skal": "Tillbaka"}, "/angra")
    assert code == 400 and "inte ändrar själv" in page and receiver(app).address == "ny@smaby.example"
    assert press(chief, SCHOOL, {"skal": "Fel adress"}, "/angra")[0] == 303
    assert renewed(app).config == before
    with reading(app.engine) as opened:
        assert outbox.has(opened, f"setting:{SCHOOL}:ny@smaby.example:{NOW.isoformat()}")


def test_the_second_is_told_what_the_first_has_done(app: App, chief: TestClient, head: TestClient) -> None:
    assert press(chief, SCHOOL, FORM | {"dagar": ["fri"], "skal": "Chefens skäl"})[0] == 303
    code, page = press(head, SCHOOL, ALONE | {"dagar": ["mon"], "skal": "Mitt skäl"}, seen="0")
    assert code == 409 and "Någon annan hann före" in page and "Chefens skäl" in page and 'value="Mitt skäl"' in page
    assert receiver(app).days == ("fri",)


def test_an_administrator_looks_after_the_roster_and_others_have_no_such_page(app: App) -> None:
    client = logged_in(app, "administrator")
    assert press(client, SCHOOL, FORM | {"dagar": ["fri"]})[0] == 303 and receiver(app).days == ("fri",)
    for role, units in (("kommunikator", ["skolkontoret"]), ("granskare", [])):
        assert logged_in(app, role, units).get("/mottagare").status_code == 404


def test_what_the_operator_has_taken_out_no_longer_holds_and_stops_nothing(app: App, chief: TestClient) -> None:
    assert press(chief, LIBRARY, FORM | {"titel": "Bibliotekarie", "kanaler": []})[0] == 303
    units = app.settings.var / "konfiguration" / "units.toml"
    text = units.read_text("utf-8")
    units.write_text(text.replace('"smaby-bibliotek"', '"biblioteket"'), "utf-8")
    later = renewed(replace(app, files=read(units.parent), changed=0))
    assert [one.name for one in later.unfit] == [LIBRARY]
    assert later.config.receiver("enhetschef:biblioteket") is not None
