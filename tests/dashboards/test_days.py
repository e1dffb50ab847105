"""A day of each role in a real Chromium, by keyboard alone: what they come for, and what is none of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from pipelines.bootstrap import App
from pipelines.store import access, cases, overlay
from pipelines.store.engine import reading
from tests.dashboards import seed
from tests.dashboards.chromium import NEEDS_CHROMIUM, enter, tab_to
from tests.dashboards.seed import SECRET, TRIAGE
from tests.dashboards.test_corrections import said

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.timeout(400)]
LIST = "**/flode**"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """Ten posts to go through; the questions and the threat, on an account of ours, are cases."""
    made = seed.world(tmp_path, TRIAGE)
    seed.open_cases(made, TRIAGE)
    yield made
    made.engine.dispose()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def follow(page: Page, name: str, to: str) -> None:
    """By Tab to the link or button of that name, and through it."""
    tab_to(page, name)
    page.keyboard.press("Enter")
    page.wait_for_url(to)


def here(page: Page) -> str:
    """The headline that has the focus."""
    return str(page.evaluate("document.activeElement.textContent"))


def do(page: Page, *keys: str, says: str) -> None:
    """What the keys do is told by the page, and read out."""
    before = page.url
    press(page, *keys)
    page.wait_for_url(lambda url: url != before)
    page.locator("#utfall", has_text=says).wait_for()
    page.wait_for_function("words => document.getElementById('sagt').textContent.includes(words)", arg=says)


def states(app: App) -> dict[str, str]:
    with reading(app.engine) as opened:
        found = cases.waiting_for(opened, "", all_of_them=True)
        return {one.entry_id: one.state for one in found}


def test_the_head_of_communications(app: App, address: str, chromium: Browser) -> None:
    page, complaints = enter(chromium, app, address)
    follow(page, "Flöde", LIST)
    press(page, "j")
    assert here(page) == "Tack biblioteket"
    do(page, "e", says="Ett inlägg är klart.")  # 1
    assert here(page) == "Näsviksskolan igen"
    do(page, "t", says="Du har tagit hand om ärendet")  # 2
    assert here(page) == "När börjar höstlovet?"
    do(page, "b", says="besvarat")  # 3
    do(page, "i", says="inte om oss")  # 4, which leaves the list
    assert here(page) == "Biblioteket stänger tidigare" and len(said(app, "fråga1")) == 1
    do(page, "z", says="Ett inlägg är som det var.")
    assert [one[0] for one in said(app, "fråga1")] == ["not-about", "about"]
    press(page, "j", "j", "j", "k")
    chosen = here(page)
    press(page, "x", "ArrowDown", "x", "k", "k", "x")
    do(page, "e", says="3 inlägg är klara.")  # 5, 6, 7
    do(page, "z", says="3 inlägg är som de var.")
    press(page, "a")
    do(page, "e", says="inlägg är klara.")  # all ten, those that were so already told apart
    assert page.locator(".bricka-klar").count() == page.locator("#urval .inlagg").count() == 10 and chosen
    assert states(app)["hot"] == "acknowledged" and "fråga0" not in states(app)

    press(page, "k", "r")  # correct one
    page.wait_for_url("**/inlagg/kopia#svar")
    page.wait_for_function("document.activeElement.id === 'svar'")
    page.keyboard.type("Inte")
    tab_to(page, "Spara")
    page.keyboard.press("Enter")
    page.wait_for_url("**#rattelser")
    assert said(app, "kopia")[-1] == ("not-negative", "", "chefen")

    page.go_back()
    follow(page, "Flöde", LIST)
    press(page, "/")
    page.keyboard.type("hundar")
    page.keyboard.press("Enter")
    page.wait_for_url("**/flode?sok=hundar**")
    page.get_by_role("heading", name="Ett inlägg").wait_for()
    press(page, "j", "x")
    tab_to(page, "Hämta CSV")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert "hundar" in Path(download.value.path()).read_text("utf-8-sig")

    follow(page, "Inställningar", "**/installningar")
    tab_to(page, "Regel")
    page.keyboard.press("ArrowDown")
    page.get_by_label("Till och med").first.fill("2026-12-01")
    page.get_by_label("Varför").first.focus()
    page.keyboard.type("Övning i skolan")
    page.keyboard.press("Enter")
    page.get_by_text("Övning i skolan").first.wait_for()
    with reading(app.engine) as opened:
        assert [one.reason for one in overlay.current(opened, "silence")] == ["Övning i skolan"]
    assert complaints == []
    page.context.close()


def test_shortcuts_can_be_turned_off_and_stay_so(app: App, address: str, chromium: Browser) -> None:
    page, _ = enter(chromium, app, address)
    page.goto(f"{address}/flode")
    press(page, "?")
    tab_to(page, "Slå av kortkommandon")
    page.keyboard.press("Enter")
    for _ in range(2):
        before = page.evaluate("document.activeElement.textContent")
        press(page, "j", "e", "a")
        assert page.evaluate("document.activeElement.textContent") == before and "utfall" not in page.url
        assert page.locator("input[name=inlagg]:checked").count() == 0
        page.goto(f"{address}/flode")
    page.get_by_label("Sök", exact=True).focus()
    page.keyboard.type("je?")
    assert page.get_by_label("Sök", exact=True).input_value() == "je?"
    page.context.close()


def test_a_shortcut_in_a_field_is_a_letter(app: App, address: str, chromium: Browser) -> None:
    page, _ = enter(chromium, app, address)
    page.goto(f"{address}/flode")
    press(page, "/")
    page.keyboard.type("je?x/")
    assert page.get_by_label("Sök", exact=True).input_value() == "je?x/"
    assert page.locator("input[name=inlagg]:checked").count() == 0
    page.context.close()


def test_without_scripts_the_same_is_done_by_form(app: App, address: str, chromium: Browser) -> None:
    page, _ = enter(chromium, app, address, java_script_enabled=False)
    page.goto(f"{address}/flode")
    for name in ("Välj: Ny bokbuss", "Välj: Läxhjälp på torsdagar"):
        page.get_by_label(name).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Klart").focus()
    page.keyboard.press("Enter")
    page.get_by_text("2 inlägg är klara.").wait_for()
    page.get_by_role("button", name="Ångra").focus()
    page.keyboard.press("Enter")
    page.get_by_text("2 inlägg är som de var.").wait_for()
    assert page.locator("#kortkommandon").is_hidden() and page.locator(".bricka-klar").count() == 0
    page.context.close()


def test_a_departments_communicator(app: App, address: str, chromium: Browser) -> None:
    page, _ = enter(chromium, app, address, "kia", "kommunikator", ["skolkontoret"])
    follow(page, "Flöde", LIST)
    assert page.get_by_text("omsorgens växel").count() == 0
    press(page, "j", "j")
    do(page, "t", says="Du har tagit hand om ärendet")
    assert states(app)["hot"] == "acknowledged"
    assert page.get_by_role("link", name="Utskick").count() == 0
    assert page.goto(f"{address}/utskick").status == 404
    assert page.goto(f"{address}/inlagg/fråga").status == 404
    page.context.close()


def test_a_manager_of_a_unit(app: App, address: str, chromium: Browser) -> None:
    """From the mail: the post, the case, the answer; then the mails that came."""
    page, _ = enter(chromium, app, address, "rektorn", "enhetschef", ["nasviksskolan"])
    page.goto(f"{address}/inlagg/hot#arende")
    tab_to(page, "Jag tar hand om det")
    page.keyboard.press("Enter")
    page.get_by_text("Kvitterad.").wait_for()
    page.get_by_label("Anteckning").focus()
    page.keyboard.type("Dnr 12")
    tab_to(page, "Diarieförd")
    page.keyboard.press("Enter")
    page.get_by_text("Diarieförd.").first.wait_for()
    assert "hot" not in states(app)
    page.goto(f"{address}/")
    follow(page, "Utskick", "**/utskick")
    follow(page, "Larm: Hot", "**/utskick/**")
    assert page.goto(f"{address}/inlagg/beröm").status == 404
    page.context.close()


def test_the_auditor(app: App, address: str, chromium: Browser) -> None:
    reader, _ = enter(chromium, app, address)
    reader.goto(f"{address}/inlagg/hot")
    reader.context.close()
    page, _ = enter(chromium, app, address, "revisorn", "granskare")
    page.wait_for_url("**/atkomst")
    page.get_by_label("Konto").focus()
    page.keyboard.type("chefen")
    page.keyboard.press("Enter")
    page.wait_for_url("**konto=chefen**")
    assert page.get_by_role("rowheader", name="chefen").count() > 0 and SECRET not in page.content()
    assert page.goto(f"{address}/flode").status == 404 and page.goto(f"{address}/inlagg/hot").status == 404
    with reading(app.engine) as opened:
        lines, _ = access.listed(opened, account="revisorn", limit=5)
    assert {line.place for line in lines} == {"/atkomst"}
    page.context.close()


def test_the_administrator(app: App, address: str, chromium: Browser) -> None:
    page, _ = enter(chromium, app, address, "drift", "administrator")
    follow(page, "Bevakning", "**/kallor")
    page.get_by_text("Polisen svarar inte.").wait_for()
    follow(page, "Inställningar", "**/installningar")
    tab_to(page, "Den som är borta")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Ersättare")
    press(page, "ArrowDown", "ArrowDown")
    for label in ("Från och med", "Till och med"):
        page.get_by_label(label).last.fill("2026-12-01")
    page.get_by_label("Varför", exact=True).last.focus()
    page.keyboard.type("Semester")
    page.keyboard.press("Enter")
    page.get_by_text("Semester").first.wait_for()
    with reading(app.engine) as opened:
        assert len(overlay.current(opened, "deputy")) == 1
    page.goto(f"{address}/flode")
    assert page.get_by_text("Näsviksskolan igen").count() == 0 and page.goto(f"{address}/inlagg/hot").status == 404
    page.context.close()
