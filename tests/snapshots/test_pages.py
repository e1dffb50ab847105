"""The pages: what is shown and to whom, a picture uploaded and kept but never shown, and the delivery recorded once."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from dashboards.bodies import FORM
from pipelines.bootstrap import App
from pipelines.store import snapshots
from pipelines.store.engine import reading
from tests.builders import official
from tests.dashboards import seed
from tests.dashboards.chromium import NEEDS_CHROMIUM, enter, served
from tests.dashboards.test_axe import visited
from tests.snapshots.test_phase import THAT_NIGHT, run
from tests.snapshots.test_phase import enter as put_in

if TYPE_CHECKING:
    from starlette.responses import Response

PICTURE = b"%PDF-1.4 <script>alert(1)</script>\n%%EOF\n"
SCHOOL = official("skolan", handle="Skolan", address="https://konto.example/skolan", unit="nasviksskolan")
WHOLE = official("kommunen", handle="Kommunen", address="https://konto.example/kommunen")


@pytest.fixture
def app(tmp_path: Path) -> App:
    """The municipality's account has a picture, the school's has a login before it."""
    made = seed.world(tmp_path)
    made.clock.now = THAT_NIGHT  # type: ignore[attr-defined]
    put_in(made, WHOLE)
    run(made)
    put_in(made, SCHOOL)
    run(made, "login")
    return made


@pytest.fixture
def chief(app: App) -> TestClient:
    return seed.logged_in(app)


def csrf(client: TestClient) -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', client.get("/hjalp").text)[0]


def send(client: TestClient, content: bytes, account: str = "skolan", **form: str) -> Response:
    given = {"csrf": csrf(client)} | form
    files = {"bild": ("../../x.html", content, "text/html")}
    return client.post(f"/forteckning/{account}/ogonblicksbild", data=given, files=files, follow_redirects=False)


def deliver(client: TestClient, **form: str) -> Response:
    shown = client.get("/ogonblicksbilder").text
    sums = re.findall(r'name="summa" value="([0-9a-f]{64})"', shown) or [""]
    given = {"csrf": csrf(client), "summa": sums[0], "mottagare": "Kommunarkivet"} | form
    return client.post("/ogonblicksbilder/2026-06-30/leverans", data=given, follow_redirects=False)


def test_the_page_says_what_there_is_and_why_the_rest_is_not(chief: TestClient) -> None:
    shown = chief.get("/ogonblicksbilder").text
    for said in (
        "1 av 2 konton har en bild",
        "Sidan kräver inloggning eller samtycke",
        "PDF, inte PDF/A",
        "31 december",
    ):
        assert said in shown
    assert "apt-get install ghostscript" in shown and "inte validerad" not in shown
    assert "Sidan visar en inloggning" in chief.get("/forteckning/skolan").text


def test_a_picture_is_uploaded_and_comes_back_as_a_file_only(app: App, chief: TestClient) -> None:
    assert send(chief, PICTURE).status_code == 303
    link = re.findall(r'href="(/ogonblicksbilder/[0-9a-f]+/fil)"', chief.get("/forteckning/skolan").text)[0]
    answer = chief.get(link)
    assert answer.content == PICTURE
    assert answer.headers["content-disposition"] == 'attachment; filename="skolan_2026-06-30.pdf"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Sidan visar en inloggning" not in chief.get("/forteckning/skolan").text
    with zipfile.ZipFile(io.BytesIO(chief.get("/ogonblicksbilder/2026-06-30/paket.zip").content)) as whole:
        assert whole.read("ogonblicksbilder-2026-06-30/skolan_2026-06-30.pdf") == PICTURE


@pytest.mark.parametrize(("content", "said"), [(b"", "Den är tom"), (b"<svg onload=x>", "varken en hel PDF")])
def test_what_cannot_be_used_is_told_on_the_page(chief: TestClient, content: bytes, said: str) -> None:
    answer = send(chief, content)
    assert answer.status_code == 400 and said in answer.text


def test_a_form_without_a_file_is_told_the_same(chief: TestClient) -> None:
    answer = chief.post("/forteckning/skolan/ogonblicksbild", data={"csrf": csrf(chief)})
    assert answer.status_code == 400 and "Den är tom" in answer.text


def test_what_is_too_large_is_refused_before_it_is_read(app: App, chief: TestClient) -> None:
    most = app.config.snapshots.upload_megabytes << 20
    token = csrf(chief)
    given = {"bild": ("x.pdf", b"%PDF-" + b"x" * (most + (1 << 17)), "application/pdf")}
    path = "/forteckning/skolan/ogonblicksbild"
    assert chief.post(path, data={"csrf": token}, files=given).status_code == 413
    pieces = (b"x" * (1 << 20) for _ in range((FORM >> 20) + 2))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert chief.post("/forteckning", content=pieces, headers=form).status_code == 413


def test_who_may_change_the_account_uploads_and_who_answers_for_all_delivers(app: App) -> None:
    school = seed.logged_in(app, "enhetschef", ["nasviksskolan"])
    care = seed.logged_in(app, "enhetschef", ["omsorgen"])
    machine = seed.logged_in(app, "administrator")
    assert send(school, PICTURE).status_code == 303
    assert [send(one, PICTURE).status_code for one in (care, machine)] == [404, 404]
    assert send(school, PICTURE, "kommunen").status_code == 404
    assert send(school, PICTURE, csrf="x").status_code == 403
    assert "Skriv in leveransen" not in school.get("/ogonblicksbilder").text
    assert [deliver(one).status_code for one in (school, care, machine)] == [404, 404, 404]


def test_a_delivery_is_recorded_as_it_was_seen(app: App, chief: TestClient) -> None:
    assert deliver(chief, mottagare=" ").status_code == 400
    assert deliver(chief, summa="0" * 64).status_code == 409
    assert deliver(chief).status_code == 303
    shown = chief.get("/ogonblicksbilder").text
    assert "till Kommunarkivet av " in shown and ": 1 bild." in shown
    assert "tillkommit efter leveransen" not in shown
    send(chief, PICTURE)
    assert "tillkommit efter leveransen" in chief.get("/ogonblicksbilder").text
    with reading(app.engine) as opened:
        assert len(snapshots.deliveries(opened)) == 1


@pytest.mark.parametrize(
    "path", ["/ogonblicksbilder/x/paket.zip", "/ogonblicksbilder/2020-06-30/paket.zip", "/ogonblicksbilder/x/fil"]
)
def test_what_is_not_there_is_not_found(chief: TestClient, path: str) -> None:
    assert chief.get(path).status_code == 404


@NEEDS_CHROMIUM[0]
@NEEDS_CHROMIUM[1]
@pytest.mark.slow
def test_both_pages_under_axe(app: App, chief: TestClient, chromium: Browser) -> None:
    deliver(chief)
    with served(app) as address:
        page, _ = enter(chromium, app, address)
        assert visited(page, address, ["/ogonblicksbilder", "/forteckning/skolan"]) == []
