"""Part of `make prove-duties`: what is handed to the registrar, and the records that data protection asks for."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tempfile
from datetime import timedelta
from pathlib import Path

from pipelines.duties import folder, handover, recorded, records
from pipelines.duties.propose import Wish, propose, settle
from pipelines.notify.channels.file import FileChannel
from pipelines.notify.deliver import deliver
from pipelines.reports.paper import page, pdf, text
from pipelines.store.engine import reading
from pipelines.store.views import registrations as view
from tests import builders
from tests.builders import EVERYTHING, NOW, config, entry, item, smaby
from tests.prove.table import Table

PROPOSED, REGISTERED = 12, 5


def show(table: Table) -> None:
    with tempfile.TemporaryDirectory() as made:
        _diary(table, Path(made))
        _records(table, Path(made))


def _diary(table: Table, made: Path) -> None:
    head = smaby().receiver("kommunikationschef")
    assert head is not None
    registrator = head.model_copy(update={"id": "registrator", "address": "registrator@smaby.example"})
    app = builders.app(made, config(registrator="registrator", receivers=(*smaby().receivers, registrator)))
    ids = [f"kritik{number}" for number in range(PROPOSED)]
    builders.save(app, [item(entry(id, published=NOW - timedelta(hours=2)), units=("nasviksskolan",)) for id in ids])
    proposed = [propose(app, EVERYTHING, id, Wish(sender="Framgår"), "kc") for id in ids for _ in range(2)]
    mails = deliver(app, FileChannel(made / "mail", app.config.sender, app.clock)).sent
    with reading(app.engine) as opened:
        filed, _ = view.listed(opened, EVERYTHING, ("proposed",))
    out = made / "diarie"
    folder.write(out, handover.files(filed, app.config))
    rows = list(csv.DictReader(io.StringIO((out / handover.INDEX).read_text("utf-8-sig")), delimiter=";"))
    fits = [row for row in rows if hashlib.sha256((out / row["Fil"]).read_bytes()).hexdigest() == row["SHA-256"]]
    for number, one in enumerate(filed[:REGISTERED]):
        settle(app, EVERYTHING, one.registration.id, "registered", f"KS 2026/{number}", "kc", None)
    with reading(app.engine) as opened:
        done, _ = view.listed(opened, EVERYTHING, ("registered",))
    numbers = {one.reference for one in done}
    table.row(
        "each post proposed twice, one proposal of each", len(set(proposed)), holds=len(set(proposed)) == PROPOSED
    )
    table.row("mails to the registrar", mails, holds=mails == PROPOSED)
    table.row("exported registrations whose capture fits its checksum", len(fits), holds=len(fits) == PROPOSED)
    table.row("registered, each with its number", len(numbers), holds=len(numbers) == REGISTERED)
    table.figure("registrations exported", len(fits))


def _records(table: Table, made: Path) -> None:
    app = builders.app(made)
    papers = recorded.present(app)
    whole = all(text(paper) and page(paper) and pdf(paper, NOW).startswith(b"%PDF") for paper in papers.values())
    gaps = [name for name, paper in papers.items() if re.search(r"\{\w*\}", text(paper))]
    recorded.keep(app, "kc")
    again = recorded.keep(app, "kc")
    table.row("records as text, HTML and PDF", len(papers), holds=whole and len(papers) == len(records.NAMES))
    table.row("records with a gap that nothing filled", gaps, holds=not gaps)
    table.row("kept again where nothing has changed", again, holds=again == 0)
    off = [one.name for one in records.measures(app.config) if not one.on]
    table.row("measures that the records tell are off (Småby)", len(off))
    table.figure("records", len(papers))
