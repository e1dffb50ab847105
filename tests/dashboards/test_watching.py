"""Källor as someone changes them: tried, added, paused, resumed, removed, undone; what is refused, and by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from pipelines.collect import phase, wording
from pipelines.collect.newcomer import refused
from pipelines.store import overlay
from pipelines.store.engine import reading
from tests.builders import renewed
from tests.collect.conftest import Page, World
from tests.collect.feeds import item, rss
from tests.dashboards.seed import logged_in
from tests.dashboards.test_pages import plain


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.pages["/flode"] = Page(rss(item(1, title="Snö & kyla i Småby"), item(2)).encode())
    made.pages["/tom"] = Page(b"<!doctype html><html><body>Hej</body></html>")
    yield made
    made.close()


def press(client: TestClient, path: str, **form: str) -> tuple[int, str]:
    page = client.get("/hjalp").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    answer = client.post(path, data={"csrf": csrf} | form)
    return answer.status_code, answer.text if answer.status_code != 303 else answer.headers["location"]


def sources(app: App) -> dict[str, bool]:
    return {one.id: one.enabled for one in renewed(app).config.sources}


def seen(client: TestClient, path: str, form: str) -> str:
    """What the page's form brings along."""
    part = client.get(path).text.partition(f'action="{path}/{form}"')[2]
    return re.search(r'name="sedd" value="(\d+)"', part)[1]


def added(chief: TestClient, world: World, **form: str) -> str:
    code, there = press(chief, "/kallor", adress=world.url("/flode"), namn="Snöbloggen", skal="Skriver om oss", **form)
    assert code == 303
    return there


def test_an_address_is_tried_before_it_is_a_source_and_nothing_is_stored(
    app: App, chief: TestClient, world: World
) -> None:
    code, page = press(chief, "/kallor/prova", adress=world.url("/flode"), slag="blog")
    assert code == 200 and "Snö &amp; kyla i Småby" in page and "Lägg till källan" in page
    assert f'name="adress" value="{world.url("/flode")}"' in page
    assert sources(app).keys() == {one.id for one in app.config.sources}


def test_what_is_added_is_collected_at_the_next_round(app: App, chief: TestClient, world: World) -> None:
    there = added(chief, world, slag="blog")
    assert there == "/kallor/snobloggen" and sources(app)["snobloggen"]
    page = plain(chief.get(there).text)
    assert "Snöbloggen" in page and "Tillagd" in page and "Skriver om oss" in page and "kommunikationschef" in page
    assert "Snöbloggen" in chief.get("/kallor").text
    found = renewed(app)
    asked = len(world.asked)
    assert phase.run(found, only=["snobloggen"]).by_source["snobloggen"].new == 2
    assert len(world.asked) > asked


def test_a_source_is_paused_and_asked_again_whoever_added_it(app: App, chief: TestClient, world: World) -> None:
    added(chief, world)
    for path in ("/kallor/snobloggen", "/kallor/smabybladet"):
        name = path.rpartition("/")[2]
        code, page = press(chief, f"{path}/paus", skal=" ", sedd=seen(chief, path, "paus"))
        assert code == 400 and "Skriv varför" in page and sources(app)[name]
        assert press(chief, f"{path}/paus", skal="Bara reklam", sedd=seen(chief, path, "paus"))[0] == 303
        assert not sources(app)[name]
        assert "Pausad av kommunikationschef" in plain(chief.get("/kallor").text)
        assert press(chief, f"{path}/ater", skal="Bättre nu", sedd=seen(chief, path, "ater"))[0] == 303
        assert sources(app)[name]
    assert plain(chief.get("/kallor/smabybladet").text).count("Bara reklam") == 1


def test_only_what_was_added_here_is_removed_and_comes_back_the_same(app: App, chief: TestClient, world: World) -> None:
    path = added(chief, world)
    assert "Ta bort källan" not in chief.get("/kallor/smabybladet").text
    assert press(chief, "/kallor/smabybladet/bort", skal="Nej", sedd="0")[0] == 409
    before = renewed(app).config.source("snobloggen")
    press(chief, f"{path}/paus", skal="Först så", sedd=seen(chief, path, "paus"))
    assert press(chief, f"{path}/bort", skal="Nedlagd", sedd=seen(chief, path, "bort"))[0] == 303
    assert "snobloggen" not in sources(app) and "smabybladet" in sources(app)
    assert "borttagen" in chief.get(path).text and "Snöbloggen" not in chief.get("/kallor").text
    assert press(chief, f"{path}/ater", skal="Ångrade mig", sedd=seen(chief, path, "ater"))[0] == 303
    assert renewed(app).config.source("snobloggen") == before
    with reading(app.engine) as opened:
        assert [one.value is not None for one in overlay.history(opened, "source")] == [True, False, True]


def test_the_second_who_changes_is_told_and_nothing_is_lost(app: App, chief: TestClient) -> None:
    other = logged_in(app, "administrator")
    old = seen(chief, "/kallor/smabybladet", "paus")
    assert press(other, "/kallor/smabybladet/paus", skal="Min paus", sedd=old)[0] == 303
    press(other, "/kallor/smabybladet/ater", skal="Åter", sedd=seen(other, "/kallor/smabybladet", "ater"))
    code, page = press(chief, "/kallor/smabybladet/paus", skal="Mitt skäl", sedd=old)
    assert code == 409 and "Någon annan hann före" in page and 'value="Mitt skäl"' in page and "Min paus" in page
    assert sources(app)["smabybladet"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", wording.NO_ADDRESS),
        ("ftp://blogg.example/x", wording.NO_ADDRESS),
        ("javascript:alert(1)", wording.BAD_ADDRESS),
        ("https://", wording.NO_ADDRESS),
        ("https://[::1", wording.BAD_ADDRESS),
        ("https://vem:ord@blogg.example/", wording.HOLDS_LOGIN),
        ("https://blogg.example/?api_key=abc", wording.HOLDS_KEY),
        ("https://blogg.example/?x=f81d4fae7dec11d0a765", wording.HOLDS_KEY),
        ("http://169.254.169.254/latest", wording.FORBIDDEN_ADDRESS),
        ("https://smabybladet.example/rss", "bevakas redan som Småbybladet"),
    ],
)
def test_what_cannot_be_a_source_is_refused_with_a_sentence(
    app: App, chief: TestClient, address: str, said: str
) -> None:
    if "smabybladet" in address:
        address = app.config.source("smabybladet").url.replace("http://", "https://www.") + "/"
    for path in ("/kallor/prova", "/kallor"):
        code, page = press(chief, path, adress=address, namn="X", skal="x")
        assert code == 400 and said in page
    assert sources(app).keys() == {one.id for one in app.config.sources}


def test_a_page_without_feed_is_no_source(app: App, chief: TestClient, world: World) -> None:
    for path in ("/kallor/prova", "/kallor"):
        code, page = press(chief, path, adress=world.url("/tom"), namn="X", skal="x")
        assert code == 400 and "Sidan anger inget flöde" in page
    assert len(sources(app)) == len(app.config.sources)


def test_an_address_with_plain_words_in_it_is_no_secret(app: App) -> None:
    for address in ("https://blogg.example/?feed=rss2&cat=12", "https://blogg.example/?monkey=1&tema=kommunpolitik"):
        assert refused(address, app.config.sources) is None


@pytest.mark.parametrize("role", ["enhetschef", "kommunikator", "granskare"])
def test_who_only_looks_has_no_such_pages(app: App, role: str) -> None:
    client = logged_in(app, role, {"enhetschef": ["nasviksskolan"], "kommunikator": ["skolkontoret"]}.get(role, []))
    for path in ("/kallor/ny", "/kallor/smabybladet"):
        assert client.get(path).status_code == 404
    for path in ("/kallor", "/kallor/prova", "/kallor/smabybladet/paus"):
        assert press(client, path, adress="https://blogg.example/", skal="x")[0] == 404
    if role != "granskare":
        assert "/kallor/ny" not in client.get("/kallor").text
    assert sources(app)["smabybladet"]
