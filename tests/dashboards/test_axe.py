"""Every page and every state under axe-core, light, dark and on a phone: nothing that WCAG 2.1 A and AA forbid; and
nothing to scroll sideways for where the page is enlarged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from pipelines.bootstrap import App
from pipelines.notify import clock
from pipelines.store import cases
from tests import builders
from tests.builders import NOW, smaby
from tests.dashboards import seed
from tests.dashboards.chromium import NEEDS_CHROMIUM, PHONE, WIDE, ZOOMED, enter, fits, served, tab_to, violations
from tests.dashboards.probing import pages
from tests.dashboards.seed import DIGEST, QUESTION

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.timeout(400)]
FILES = (".csv", ".xlsx", ".svg", ".json", ".pdf", ".zip")
ONE = ("/inlagg/hot", "/inlagg/kritik", f"/utskick/{DIGEST.key}")
MISTAKES = ("/flode?sok=(skola", "/flode?sok=finnsinte", "/flode?fran=x", "/finns-inte", "/arenden?visa=avslutade")
ROLES = {"kommunikationschef": (), "granskare": (), "administrator": (), "enhetschef": ("nasviksskolan",)}


def looked_at(page: Page, name: str) -> Iterator[str]:
    """What is wrong with the page as it stands, in every look."""
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    yield from (f"{name}: {one}" for one in violations(page))
    page.emulate_media(color_scheme="dark")
    yield from (f"{name}, dark: {one}" for one in violations(page, ["color-contrast"]))
    page.emulate_media(color_scheme="light")
    for size in (PHONE, ZOOMED):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        if not fits(page):
            yield f"{name}: must be scrolled sideways at {size['width']}"
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    yield from (f"{name}, phone: {one}" for one in violations(page))
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def paths(app: App) -> list[str]:
    """Of the pages without parameters, those that a reader looks at."""
    return [path for path in pages(seed.browser(app)) if not path.endswith(FILES)]


def visited(page: Page, address: str, wanted: Sequence[str]) -> list[str]:
    wrong = []
    for path in wanted:
        page.goto(address + path)
        wrong += looked_at(page, path)
    return wrong


def test_what_is_wrong_would_be_seen(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<img src=x><p style='color:#aaa'>blekt</p><div style='width:2000px'>bred</div>")
    found = " ".join(looked_at(page, "x"))
    assert all(rule in found for rule in ("image-alt", "color-contrast", "html-has-lang", "sideways at 375"))
    page.close()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_every_role(app: App, address: str, chromium: Browser, role: str) -> None:
    page, _ = enter(chromium, app, address, role, role, ROLES[role])
    wanted = paths(app) if role == "kommunikationschef" else ["/", "/flode", "/installningar", "/atkomst", "/konto"]
    mine = [*ONE, *MISTAKES] if role == "kommunikationschef" else []
    assert visited(page, address, [*wanted, *mine]) == []
    page.context.close()


def test_where_there_is_nothing_yet(tmp_path: Path, chromium: Browser) -> None:
    app = builders.app(tmp_path)
    with served(app) as address:
        page, _ = enter(chromium, app, address)
        assert visited(page, address, ["/", "/flode", "/arenden", "/utskick", "/kallor", "/flode/sparade"]) == []
        page.context.close()


def test_after_a_press_and_a_mistake(app: App, address: str, chromium: Browser) -> None:
    """What only an answer to a form looks like."""
    (made,) = clock.cases(QUESTION, (), smaby(), NOW)
    with app.engine.begin() as opened:
        cases.open_case(opened, made)
    page, _ = enter(chromium, app, address)
    wrong = []
    page.goto(f"{address}/flode")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_url("**/flode?utfall=**")
    page.keyboard.press("?")
    wrong += looked_at(page, "a post done, the shortcuts open")
    page.goto(f"{address}/konto")
    page.get_by_label("Nytt lösenord", exact=True).fill("aaaaaaaaaaaaaa")
    page.get_by_label("Nytt lösenord en gång till").fill("aaaaaaaaaaaaaa")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    wrong += looked_at(page, "a password that is too simple")
    page.goto(f"{address}/inlagg/fråga")
    with app.engine.begin() as opened:
        cases.decide(opened, made.id, "answered", by="bo", via="dashboard", now=NOW)
    page.get_by_role("button", name="Diarieförd").click()
    wrong += looked_at(page, "someone else was there first")
    page.get_by_role("button", name="Logga ut").click()
    wrong += looked_at(page, "logged out")
    page.get_by_label("Lösenord").fill("fel lösenord här")
    page.get_by_label("E-postadress eller kontonamn").fill("ingen")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    wrong += looked_at(page, "let in no one")
    page.goto(f"{address}/logga-in/finns-inte")
    wrong += looked_at(page, "a link")
    tab_to(page, "Logga in")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    wrong += looked_at(page, "a link that is spent")
    assert wrong == []
    page.context.close()
