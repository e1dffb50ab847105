"""Snapshots of the official accounts: part of `make prove-duties`.

A simulated year: accounts of the sample world whose pages lie on loopback, kept at both half-years by a real Chromium,
made PDF/A by Ghostscript, delivered as packages that are looked at by `sha256sum` and qpdf. PDF/A conformance is not
claimed: no validator is run.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from pipelines.bootstrap import App
from pipelines.config import load
from pipelines.config.schema import Snapshots
from pipelines.duties import folder
from pipelines.housekeeping import phase as housekeeping
from pipelines.register.official import Official
from pipelines.snapshots import browser, package, phase, stored
from pipelines.snapshots.archive import Tools, tools
from pipelines.snapshots.upload import upload
from pipelines.store import register
from tests import builders
from tests.builders import Clock, official
from tests.prove.table import Table
from tests.snapshots import reading
from tests.snapshots.site import Site, served

PACKAGES = {"chromium": "chromium", "gs": "ghostscript", "qpdf": "qpdf"}
SAMPLE = Path(__file__).parents[2] / "config" / "botkyrka"
"""Whose town the sample world is."""
NIGHTS = (datetime(2026, 6, 30, 1, 15, tzinfo=UTC), datetime(2026, 12, 31, 2, 15, tzinfo=UTC))
"""03.15 in Stockholm, in summer time and out of it."""
HAND = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
PAGES = ("kommun", "bibliotek", "skola")
UNKIND = {"vagg": "login", "samtycke": "login", "borta": "gone", "internt": "refused", "stor": "large"}


def show(table: Table) -> None:
    found = _installed()
    with tempfile.TemporaryDirectory() as name, served() as site:
        app = _app(Path(name), site)
        for night in NIGHTS:
            app.clock.now = night  # type: ignore[attr-defined]
            _half_year(table, app, found, Path(name))
        _gone(table, app)
        app.engine.dispose()


def _installed() -> Tools:
    """What Debian's packages bring, installed first where they are missing. Exits with 3 where that cannot be done."""
    missing = [package for program, package in PACKAGES.items() if shutil.which(program) is None]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-q"], ["install", "-qy", "--no-install-recommends", *missing]):
            subprocess.run(["apt-get", *command], check=False, env=environment, stdout=sys.stderr)
    found = tools(browser.program())
    if found.missing:
        sys.stderr.write(f"missing: install Debian's packages: apt-get install {' '.join(found.missing)}\n")
        sys.exit(3)
    return found


def _app(place: Path, site: Site) -> App:
    limits = Snapshots(page_seconds=10, page_megabytes=8)
    using = load(SAMPLE).model_copy(update={"snapshots": limits})
    app = replace(builders.app(place, using, Clock(NIGHTS[0])), allow_private=True)
    with app.engine.begin() as connection:
        for id in (*PAGES, *UNKIND):
            register.change(connection, _account(id, site, app), seen=0, by="x", reason="x", now=NIGHTS[0])
    return app


def _account(id: str, site: Site, app: App) -> Official:
    root = app.config.root
    return official(id, handle=id, address=site.url(f"/konto/{id}"), responsible=root, deputy=None)


def _half_year(table: Table, app: App, found: Tools, place: Path) -> None:
    """The night, run twice; pictures by hand; the package, looked at from outside."""
    report, again = phase.run(app, tools=found), phase.run(app, tools=found)
    period = app.clock().date()
    of_all = package.standing(app, period)
    outcomes = {one.account: one.outcome for one in of_all}
    table.row(f"{period}: taken of {report.due} accounts", report.taken, holds=report.taken == len(PAGES))
    told = {id: outcomes[id] for id in UNKIND}
    table.row(f"{period}: what stands in the way, and is said", told, holds=told == UNKIND)
    table.row(f"{period}: mails that ask for a picture", report.asked, holds=report.asked == len(UNKIND))
    table.row(f"{period}: taken once more by a second run", again.taken, holds=again == phase.SnapshotReport())
    with app.engine.connect() as connection:
        wall = register.one(connection, "vagg")
    assert wall is not None
    upload(app, wall, HAND, "kommunikatör")
    made = package.package(app, period)
    out = place / f"paket-{period}"
    folder.write(out, made.files)
    _verified(table, out, found, made)
    given = package.deliver(app, period, "Kommunarkivet", "kommunikatör", package.sums_of(out))
    table.row(
        f"{period}: delivery recorded, with the package's checksum", given and given.sha256[:16], holds=bool(given)
    )


def _verified(table: Table, out: Path, found: Tools, made: package.Package) -> None:
    period = made.period
    command = ["sha256sum", "--strict", "--quiet", "-c", package.SUMS]
    fits = subprocess.run(command, cwd=out, check=False, capture_output=True).returncode == 0
    table.row(f"{period}: sha256sum -c, {len(made.files) - 1} files", "fits" if fits else "differs", holds=fits)
    pages = [out / f"{id}_{period}.pdf" for id in PAGES]
    assert found.qpdf is not None
    sound = sum(
        subprocess.run([found.qpdf, "--check", page], check=False, capture_output=True).returncode == 0
        for page in pages
    )
    table.row(f"{period}: structure sound by qpdf --check", sound, holds=sound == len(pages))
    marked = sum(b"pdfaid" in page.read_bytes() for page in pages)
    table.row(f"{period}: made as PDF/A-2b by Ghostscript, not validated", marked, holds=marked == len(pages))
    said = sum(_says(page, f"Inlägg {4} från kommunen.", f"Tagen: {period}") for page in pages)
    table.row(f"{period}: say where and when, and show the page", said, holds=said == len(pages))
    rows = list(csv.DictReader((out / package.CSV).read_text("utf-8-sig").splitlines(), delimiter=";"))
    marks = ElementTree.parse(out / package.XML).getroot()
    same = [row["SHA-256"] for row in rows] == [one.findtext("sha256") or "" for one in marks]
    table.row(
        f"{period}: rows of the index, CSV as XML", len(rows), holds=same and len(rows) == len(PAGES) + len(UNKIND)
    )
    read_me = (out / package.READ_ME).read_text("utf-8")
    table.row(f"{period}: claims no archive standard", "varken FGS, METS", holds="varken FGS, METS, PREMIS" in read_me)
    counts = Counter(table.figures.get("snapshot packages", {}))  # type: ignore[arg-type]
    counts.update({"packages": 1, "pictures": made.held, "sound": sound, "pdfa": marked})
    table.figure("snapshot packages", dict(counts))


def _says(page: Path, *wanted: str) -> bool:
    said = reading.words(page.read_bytes())
    return all(words in said for words in wanted)


def _gone(table: Table, app: App) -> None:
    """Long after the delivery."""
    app.clock.forward(days=app.config.retention.delivered_days + 1)  # type: ignore[attr-defined]
    for path in stored.all_files(app.settings):
        os.utime(path, (0, 0))
    before = len(list(stored.all_files(app.settings)))
    housekeeping.run(app)
    after = len(list(stored.all_files(app.settings)))
    table.row(
        f"files kept {timedelta(days=app.config.retention.delivered_days).days} days after delivery",
        after,
        holds=before > 0 == after,
    )
