"""Every page as it looks, `make page-pictures`: drawn by Chromium light, dark and on a phone into docs/img/sidor, and
weighed; and the overview as a screen reader reads it, into docs/skarmlasare.md.

Without Chromium the proof exits with 3 and says how to get it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page

from pipelines.bootstrap import App
from pipelines.config import Config
from pipelines.duties.propose import Wish, propose
from pipelines.housekeeping import hold
from pipelines.notify import clock
from pipelines.settings import ROOT
from pipelines.store import cases, register
from tests.builders import EVERYTHING, NOW, official
from tests.dashboards import seed
from tests.dashboards.chromium import CHROMIUM, PHONE, WIDE, enter, launched, served
from tests.dashboards.seed import DIGEST
from tests.prove.table import Table

TARGET = ROOT / "docs" / "img" / "sidor"
READ = ROOT / "docs" / "skarmlasare.md"
PAGES = {
    "kommunikationschef": {
        "oversikt": "/",
        "flode": "/flode",
        "flode-fel": "/flode?sok=(skola",
        "sparade": "/flode/sparade",
        "inlagg": "/inlagg/hot",
        "arenden": "/arenden",
        "utskick": "/utskick",
        "mejl": f"/utskick/{DIGEST.key}",
        "kallor": "/kallor",
        "tackning": "/tackning",
        "regler": "/regler",
        "installningar": "/installningar",
        "konto": "/konto",
        "hjalp": "/hjalp",
        "sakert": "/hjalp/sa-sakert",
        "trender": "/trender",
        "rapporter": "/rapporter",
        "forteckning": "/forteckning",
        "aktivitetsplan": f"/forteckning/{official().id}/aktivitetsplan",
        "konton": "/konton",
        "diarieforing": "/diarieforing",
        "gallring": "/gallring?visa=provkorning",
        "dataskydd": "/dataskydd?visa=konsekvensbedomning",
        "borttagning": "/inlagg/hot#gallra",
        "saknas": "/finns-inte",
    },
    "granskare": {"atkomst": "/atkomst"},
}
LOOKS = {"ljus": (WIDE, "light"), "mork": (WIDE, "dark"), "mobil": (PHONE, "light")}
HEAVIEST = 150_000
"""Bytes of a page with all that it asks for."""
TALLEST = 1300
"""Pixels: what is below looks like what is above."""
SIZES = "performance.getEntries().reduce((sum, one) => sum + (one.encodedBodySize || 0), 0)"
HEAD = """# Översikten som en skärmläsare läser den

Sidans tillgänglighetsträd, som Chromium lämnar det till ett hjälpmedel: roll, namn och läge, i den ordning de läses.
Gjort av `make page-pictures` ur den lilla påhittade världen i testerna.

"""


def main() -> int:
    if not CHROMIUM.exists():
        print("chromium is missing. Install Debian's package: apt-get install chromium", file=sys.stderr)
        return 3
    table = Table()
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    drawn, heaviest = 0, 0
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        app = seed.world(Path(folder), seed.TRIAGE)
        seed.open_cases(app, seed.TRIAGE)
        _duties(app)
        with served(app) as address:
            for role, pages in PAGES.items():
                page, _ = enter(browser, app, address, role, role)
                for name, path in pages.items():
                    weight = _weighed(page, address + path)
                    heaviest = max(heaviest, weight)
                    table.row(f"{name}: bytes, at most {HEAVIEST}", weight, holds=weight <= HEAVIEST)
                    drawn += _drawn(page, name)
                    if name == "oversikt":
                        READ.write_text(f"{HEAD}```yaml\n{page.locator('body').aria_snapshot()}\n```\n", "utf-8")
                page.context.close()
    table.row("pictures", drawn)
    table.figure("pictures", drawn)
    table.figure("heaviest", heaviest)
    return table.close()


def _duties(app: App) -> None:
    """An official account, an unsuitable post, a proposal to the diary, and something that is held."""
    with app.engine.begin() as opened:
        ours = official(source="smabybladet", deputy=None)
        register.change(opened, ours, seen=0, by="kommunikationschef", reason="Nytt konto", now=NOW)
        (unsuitable,) = clock.cases(seed.THREAT, (), _own(app.config), NOW, ours)
        cases.open_case(opened, unsuitable)
        last = NOW.date() + timedelta(days=200)
        given = {"last": last, "reason": "Tvist om skolskjuts", "by": "Jurist", "now": NOW}
        hold.add(opened, app.config, "post", "kritik", **given)  # type: ignore[arg-type]
    propose(app, EVERYTHING, "kritik", Wish(sender="Framgår av originalet"), "kommunikationschef")


def _own(config: Config) -> Config:
    """The configuration, with the paper's page taken for one of our own accounts."""
    sources = (one.model_copy(update={"own": one.id == "smabybladet"}) for one in config.sources)
    return config.model_copy(update={"sources": tuple(sources)})


def _weighed(page: Page, address: str) -> int:
    """Bytes of the page and of everything that it asks for."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return int(page.evaluate(SIZES))


def _drawn(page: Page, name: str) -> int:
    for look, (size, scheme) in LOOKS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        tall = page.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(tall, TALLEST)}
        page.screenshot(path=TARGET / f"{name}-{look}.png", clip=clip, full_page=True)  # type: ignore[arg-type]
    return len(LOOKS)


if __name__ == "__main__":
    sys.exit(main())
