"""The dashboard in a real Chromium: served, entered, gone through by keyboard, and looked at by axe-core."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from dashboards.app import build_app
from pipelines.accounts import invite
from pipelines.bootstrap import App
from tests.dashboards.seed import HOST

CHROMIUM = Path("/usr/bin/chromium")
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's package chromium"),
]
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
WIDE, PHONE, ZOOMED = {"width": 1280, "height": 900}, {"width": 375, "height": 740}, {"width": 320, "height": 256}
"""The last is 1280 by 1024 at 400 %, the reflow that WCAG 1.4.10 asks for; 200 % is less."""
FURTHEST = 200
"""Presses of Tab after which what is sought cannot be reached."""

FOCUSED = """(() => {
  const on = document.activeElement, style = getComputedStyle(on);
  return [on.labels?.[0]?.innerText ?? on.innerText ?? "", style.outlineStyle, parseFloat(style.outlineWidth)];
})()"""
"""The name of what has the focus, and how that is shown."""


@contextmanager
def served(app: App) -> Iterator[str]:
    """The address of the dashboard, on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(build_app(app), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"{HOST}:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def chromium_is_missing() -> bool:
    """Said with its remedy, for what cannot do without."""
    if CHROMIUM.exists():
        return False
    print("chromium is missing. Install Debian's package: apt-get install chromium", file=sys.stderr)
    return True


@contextmanager
def launched() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


def enter(
    browser: Browser,
    app: App,
    address: str,
    name: str = "chefen",
    role: str = "kommunikationschef",
    units: Sequence[str] = (),
    **look: object,
) -> tuple[Page, list[str]]:
    """A page that is logged in, and the list its complaints end up in: blocked content, failed requests, errors."""
    page = browser.new_context(locale="sv-SE", **look).new_page()  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(address) else complaints.append(asked.url))
    page.goto(invite(app, name, role, units).replace(app.config.dashboard.base_url, address))
    page.get_by_role("button", name="Logga in").press("Enter")
    page.wait_for_url(lambda url: "/logga-in" not in url)
    return page, complaints


def tab_to(page: Page, name: str) -> None:
    """Go on by Tab until what is called so has the focus, which must be to be seen."""
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here[0].strip().startswith(name):
            assert here[1] == "solid" and here[2] >= 2, f"{name} has the focus, and nothing shows it"
            return
    raise AssertionError(f"{name} cannot be reached by Tab from where one was")


def violations(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """What axe-core finds wrong with the page as it stands: rule and place."""
    page.evaluate(_axe())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, iframes: false}).then(found => found.violations)", list(rules)
    )
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


@cache
def _axe() -> str:
    """The script of axe-core (Deque, MPL-2.0), as the package axe-playwright-python brings it along."""
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8") + ";0"


def fits(page: Page) -> bool:
    """Whether nothing must be scrolled sideways to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
