"""Every page as it looks on the sample's day, `make page-pictures`: drawn by Chromium light, dark and on a phone into
docs/img/sidor, and weighed; and the overview as a screen reader reads it, into docs/skarmlasare.md.

Pages are taken from the application itself: a new one is drawn without being named. Without Chromium the proof exits
with 3 and says how to get it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from pipelines.bootstrap import App
from pipelines.settings import ROOT
from tests.dashboards.chromium import PHONE, WIDE, chromium_is_missing, enter, launched, served
from tests.dashboards.probing import pages
from tests.dashboards.seed import browser
from tests.prove import picture_world
from tests.prove.table import Table

TARGET = ROOT / "docs" / "img" / "sidor"
READ = ROOT / "docs" / "skarmlasare.md"
FILES = (".csv", ".xlsx", ".svg", ".json", ".pdf", ".zip")
NO_PAGES = ("/sprak",)
NAMES = {"/": "oversikt"}
"""Of the pictures of pages whose address does not say it."""
STATES = {
    "flode-fel": "/flode?sok=(skola",
    "flode-sokt": "/flode?sok=skola ton:negativ",
    "trender-enheter": "/trender?steg=vecka",
    "saknas": "/finns-inte",
}
ONE_OF = {
    "inlagg": ("/flode?flagga=*", "/inlagg/"),
    "mejl": ("/utskick", "/utskick/"),
    "kalla": ("/kallor", "/kallor/"),
    "regel": ("/regler", "/regler/"),
    "mottagare-en": ("/mottagare", "/mottagare/"),
    "forteckning-ett": ("/forteckning", "/forteckning/"),
}
"""Pages of one thing: where its link is found, and how that begins."""
ROLES = {
    "administrator": {"administration": "/administration", "administration-mottagare": "/administration/mottagare"},
    "granskare": {"atkomst": "/atkomst"},
}
"""What only others have."""
OUTSIDE = {"logga-in": "/logga-in", "konton": "/konton"}
"""What whoever comes by can see."""
LOOKS = {"ljus": (WIDE, "light"), "mork": (WIDE, "dark"), "mobil": (PHONE, "light")}
HEAVIEST = 150_000
"""Bytes of a page with all that it asks for."""
TALLEST = 1000
"""Pixels: what is below looks like what is above."""
QUALITY = 60
SIZES = "performance.getEntries().reduce((sum, one) => sum + (one.encodedBodySize || 0), 0)"
LOADED = """new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))
.then(() => Promise.all([...document.images].map(image => image.decode())))"""
"""Waits for the charts of this width and these colours, which are asked for after the next frame."""
HEAD = """# Översikten som en skärmläsare läser den

Sidans tillgänglighetsträd, som Chromium lämnar det till ett hjälpmedel: roll, namn och läge, i den ordning de läses.
Gjort av `make page-pictures` ur exempelvärlden.

"""


def main() -> int:
    if chromium_is_missing():
        return 3
    table = Table()
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    drawn, heaviest = 0, 0
    with (
        tempfile.TemporaryDirectory() as folder,
        picture_world.day(Path(folder), table) as app,
        launched() as chromium,
        served(app) as address,
    ):
        for page, name, path in _visits(chromium, app, address):
            weight = _weighed(page, address + path)
            heaviest = max(heaviest, weight)
            table.row(f"{name}: bytes, at most {HEAVIEST}", weight, holds=weight <= HEAVIEST)
            drawn += _drawn(page, name)
            if path == "/":
                READ.write_text(f"{HEAD}```yaml\n{page.locator('body').aria_snapshot()}\n```\n", "utf-8")
    table.row("pictures", drawn)
    table.figure("pictures", drawn)
    table.figure("heaviest", heaviest)
    return table.close()


def _visits(chromium: Browser, app: App, address: str) -> Iterator[tuple[Page, str, str]]:
    """Who looks, the picture's name and the page's address, for every page there is."""
    outside = chromium.new_page(locale="sv-SE")
    for name, path in OUTSIDE.items():
        yield outside, name, path
    others = {path for paths in ROLES.values() for path in paths.values()}
    head, _ = enter(chromium, app, address, picture_world.WHO, picture_world.WHO)
    for path in pages(browser(app)):
        if not path.endswith(FILES) and path not in (*NO_PAGES, *OUTSIDE.values(), *others):
            yield head, NAMES.get(path) or path.strip("/").replace("/", "-"), path
    for name, path in STATES.items():
        yield head, name, path
    for name, (where, begins) in ONE_OF.items():
        head.goto(address + where)
        link = head.locator(f"main a[href^='{begins}']:not([href^='{begins}ny'])").first
        yield head, name, str(link.get_attribute("href"))
    head.context.close()
    for role, paths in ROLES.items():
        page, _ = enter(chromium, app, address, role, role)
        for name, path in paths.items():
            yield page, name, path
        page.context.close()


def _weighed(page: Page, address: str) -> int:
    """Bytes of the page and of everything that it asks for."""
    _look(page, "ljus")  # not as the page before was left: a phone is sent other charts
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return int(page.evaluate(SIZES))


def _drawn(page: Page, name: str) -> int:
    for look in LOOKS:
        size = _look(page, look)
        page.evaluate(LOADED)
        tall = page.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(tall, TALLEST)}
        path = TARGET / f"{name}-{look}.jpg"
        page.screenshot(path=path, type="jpeg", quality=QUALITY, clip=clip, full_page=True)  # type: ignore[arg-type]
    return len(LOOKS)


def _look(page: Page, look: str) -> dict[str, int]:
    size, scheme = LOOKS[look]
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    return size


if __name__ == "__main__":
    sys.exit(main())
