"""The pages in a real Chromium: logging in, every page in light, dark and on a phone, by keyboard, without scripts.

Screenshots land in the folder that SCREENSHOTS names, or nowhere.
"""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from dashboards.app import build_app
from pipelines.accounts import invite
from pipelines.bootstrap import App
from pipelines.config.schema import Dashboard, Oidc, OidcGroup
from pipelines.settings import OIDC_SECRET
from tests.builders import Clock
from tests.dashboards.chromium import NEEDS_CHROMIUM, enter
from tests.dashboards.seed import DIGEST, HOST
from tests.dashboards.test_corrections import link
from tests.oidc_provider import CLIENT, SECRET, provider, served

LOOKS = {
    "ljus": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "mork": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "mobil": {"viewport": {"width": 375, "height": 740}, "color_scheme": "light"},
    "zoom": {"viewport": {"width": 640, "height": 450}, "color_scheme": "light"},  # 1280 wide at 200 %
}
PAGES = {
    "oversikt": "/",
    "flode": "/flode?hallning=critical",
    "sparade": "/flode/sparade",
    "inlagg": "/inlagg/hot",
    "trender": "/trender",
    "rapport": "/rapporter",
    "arenden": "/arenden",
    "utskick": "/utskick",
    "mejl": f"/utskick/{DIGEST.key}",
    "kallor": "/kallor",
    "regler": "/regler",
    "regel": "/regler/bullied",
    "kalla": "/kallor/smabybladet",
    "ny-kalla": "/kallor/ny",
    "mottagare": "/mottagare",
    "en-mottagare": "/mottagare/enhetschef:nasviksskolan",
    "installningar": "/installningar",
    "konto": "/konto",
    "hjalp": "/hjalp",
    "sakert": "/hjalp/sa-sakert",
}
pytestmark = NEEDS_CHROMIUM


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_fits_and_nothing_is_blocked(app: App, address: str, chromium: Browser, look: str) -> None:
    page, complaints = enter(chromium, app, address, **LOOKS[look])
    for name, path in PAGES.items():
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{look}.png", full_page=True)
        assert page.locator("h1").count() == 1, name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)"), name
    assert complaints == []


def test_the_day_of_a_manager_by_keyboard(app: App, address: str, chromium: Browser) -> None:
    page, _ = enter(chromium, app, address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Hoppa till innehållet"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innehall"
    page.get_by_role("link", name="Flöde", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Sök", exact=True).fill("oplogad")
    page.keyboard.press("Enter")
    page.wait_for_url("**/flode?sok=oplogad**")
    page.get_by_role("link", name="Snön ligger kvar på gångvägarna").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/inlagg/**")
    page.get_by_role("link", name="Läs hos").focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.get_by_role("button", name="Logga ut").click()
    page.wait_for_url("**/logga-in")
    page.goto(address + "/flode")
    assert page.url == f"{address}/logga-in?till=/flode"


def test_a_link_on_another_site_arrives_logged_in(app: App, address: str, chromium: Browser) -> None:
    """The session's cookie is not sent along from there: a page of ours leads on, and then it is."""
    page, _ = enter(chromium, app, address)
    page.goto(address.replace("127.0.0.1", "localhost") + "/logga-in")
    page.evaluate(f"document.body.innerHTML = '<a href={address}/inlagg/hot>Läs</a>'")
    page.get_by_role("link", name="Läs").click()
    page.wait_for_url("**/inlagg/hot?vidare=1")
    assert page.get_by_role("heading", level=1).text_content() == "Näsviksskolan igen"


def test_a_link_in_a_mail_corrects_with_one_press_and_without_scripts(
    app: App, address: str, chromium: Browser
) -> None:
    page = chromium.new_context(locale="sv-SE", java_script_enabled=False, **LOOKS["mobil"]).new_page()  # type: ignore[arg-type]
    page.goto(address + link(app, "Inte hot"))
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "ratta.png", full_page=True)
    page.get_by_role("button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).text_content() == "Tack, det väntar på bekräftelse"
    page.go_back()
    page.reload()
    assert page.get_by_role("heading", level=1).text_content() == "Redan noterat"
    assert page.locator("button").count() == 0


def test_the_form_corrects_by_keyboard(app: App, address: str, chromium: Browser) -> None:
    page, _ = enter(chromium, app, address)
    page.goto(f"{address}/inlagg/kritik")
    page.get_by_label("Vad stämmer?").select_option("not-negative")
    page.get_by_role("button", name="Spara").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/inlagg/kritik#rattelser")
    assert page.get_by_text("rättat av chefen").is_visible()


def test_a_mail_is_shown_in_its_frame(app: App, address: str, chromium: Browser) -> None:
    page, _ = enter(chromium, app, address)
    page.goto(f"{address}/utskick/{DIGEST.key}")
    assert page.frame_locator("iframe").locator("b").text_content() == "kommunen"


def test_all_of_it_works_without_scripts(app: App, address: str, chromium: Browser) -> None:
    page = chromium.new_context(locale="sv-SE", java_script_enabled=False).new_page()
    page.goto(invite(app, "chefen", "kommunikationschef").replace(app.config.dashboard.base_url, address))
    page.get_by_role("button", name="Logga in").click()
    page.get_by_text("Visa siffrorna som tabell").click()
    assert page.get_by_role("cell", name="1", exact=True).first.is_visible()


def test_the_municipalitys_login_on_another_site_leads_to_the_page_that_was_asked_for(
    app: App, chromium: Browser
) -> None:
    """There and back with both cookies as a real browser sends them: `localhost` is another site than 127.0.0.1."""
    with provider(Clock(), "localhost") as by, socket.create_server(("127.0.0.1", 0)) as listening:
        place = f"{HOST}:{listening.getsockname()[1]}"
        group = OidcGroup(group="Kommunikation", role="kommunikationschef")
        given = Oidc(name="Småby", issuer=by.issuer, client_id=CLIENT, allow_private=True, group=(group,))
        config = app.config.model_copy(update={"dashboard": Dashboard(base_url=place, oidc=given)})
        with served(build_app(replace(app, config=config, environment={OIDC_SECRET: SECRET})), listening):
            page = chromium.new_context(locale="sv-SE", java_script_enabled=False).new_page()
            page.goto(f"{place}/inlagg/hot")
            page.get_by_role("link", name="Logga in med Småby").click()
            page.wait_for_url(f"{place}/inlagg/hot")
            assert page.get_by_role("heading", level=1).text_content() == "Näsviksskolan igen"
            page.get_by_role("button", name="Logga ut").click()
            assert page.get_by_role("heading", level=1).text_content() == "Du är utloggad"
