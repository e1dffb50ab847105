"""The mails as they look: each golden mail drawn by Chromium, `make pictures`.

At 600 px, as Outlook's reading pane, and at a phone's width, light and dark; saved under docs/img/mejl with the text
part beside. Without Chromium the proof exits with 3 and says how to get it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from pipelines.settings import ROOT
from tests.dashboards.chromium import chromium_is_missing, launched
from tests.prove.table import Table

GOLDEN = ROOT / "tests" / "golden"
TARGET = ROOT / "docs" / "img" / "mejl"
WIDTHS = {"": 600, "-mobil": 375}
DARK = "alert"
"""The mail that is drawn dark too."""
LARGEST = 120_000
"""Bytes of a picture."""
TALLEST = 1300
"""Pixels: what is below says how, not what."""


def main() -> int:
    if chromium_is_missing():
        return 3
    table = Table()
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with launched() as browser:
        pictures = [one for mail in sorted(GOLDEN.glob("*.html")) for one in _drawn(browser, mail, table)]
    largest = max(path.stat().st_size for path in pictures)
    table.row("pictures", len(pictures))
    table.row(f"bytes of the largest, at most {LARGEST}", largest, holds=largest <= LARGEST)
    table.figure("pictures", len(pictures))
    return table.close()


def _drawn(browser: Browser, mail: Path, table: Table) -> Iterator[Path]:
    shutil.copy(mail.with_suffix(".txt"), TARGET)
    looks = [(suffix, width, "light") for suffix, width in WIDTHS.items()]
    if mail.stem == DARK:
        looks.append(("-mork", WIDTHS[""], "dark"))
    for suffix, width, scheme in looks:
        path = TARGET / f"{mail.stem}{suffix}.png"
        page = browser.new_page(viewport={"width": width, "height": 400}, color_scheme=scheme)  # type: ignore[arg-type]
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.set_content(mail.read_text("utf-8"))
        wide, tall = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        page.screenshot(path=path, clip={"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST)}, full_page=True)
        page.close()
        good = wide <= width and not asked
        table.row(f"{path.stem}: no wider than {width} px, asks for nothing", (wide, asked), holds=good)
        yield path


if __name__ == "__main__":
    sys.exit(main())
