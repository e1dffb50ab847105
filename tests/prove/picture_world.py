"""The sample's day for those who draw it: collected, understood, told; and what people would have done by noon."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from pipelines import bootstrap
from pipelines.bootstrap import App
from pipelines.duties.propose import Wish, propose
from pipelines.housekeeping import hold
from pipelines.notify import settings as own_settings
from pipelines.register.official import Official
from pipelines.settings import OVERLAY, ROOT, VAR, read
from pipelines.store import register
from pipelines.store.engine import reading
from pipelines.store.views import Scope
from pipelines.store.views.entries import Filters, find
from tests.prove.plain import without_airflow
from tests.prove.table import Table

WHO = "kommunikationschef"
ACCOUNTS = (
    Official(
        id="facebook-botkyrka",
        network="facebook",
        handle="Botkyrka kommun",
        address="https://facebook.example/botkyrka",
        responsible=WHO,
        deputy="enhetschef:utbildning",
        communicator="Kommunikatör, utbildningsförvaltningen",
        administrators=("Kommunikatör", "Webbredaktör"),
        purpose="Berätta vad som händer i kommunen och svara på frågor.",
        audience="De som bor eller arbetar i Botkyrka",
        goals="Alla frågor besvaras inom två dygn.",
        ordered_by="Kommundirektör",
        approved_by="Kommunikationschef",
        approved_on=date(2026, 2, 2),
        opened=date(2026, 2, 3),
    ),
    Official(
        id="instagram-fittjaskolan",
        network="instagram",
        handle="fittjaskolan",
        address="https://instagram.example/fittjaskolan",
        responsible="enhetschef:fittjaskolan",
        administrators=("Rektor",),
        purpose="Visa skolans vardag.",
    ),
)
"""One that lacks little, and one that lacks much."""


@contextmanager
def day(folder: Path, table: Table) -> Iterator[App]:
    """The application on the sample's day, in a folder that holds nothing else."""
    around = {**os.environ, VAR: str(folder), OVERLAY: str(folder / "config")}
    without_airflow(table, ROOT, around, folder)
    app = bootstrap.build(read(around))
    try:
        _people(app)
        yield app
    finally:
        app.engine.dispose()
        shutil.rmtree(folder, ignore_errors=True)


def _people(app: App) -> None:
    """Accounts registered, a rule silenced, a source held, the newest criticism proposed for the diary."""
    now = app.clock()
    with app.engine.begin() as opened:
        for one in ACCOUNTS:
            register.change(opened, one, seen=0, by=WHO, reason="Finns sedan tidigare.", now=now)
        silence = {"rule": app.config.rules[-1].id, "until": now + timedelta(days=3)}
        own_settings.add_silence(opened, app.config, silence, "Kampanj om just detta till fredag.", WHO, now)
        last = (now + timedelta(days=90)).date()
        held = app.config.sources[0].id
        hold.add(opened, app.config, "source", held, last=last, reason="Begäran om handlingar.", by=WHO, now=now)
    everything = Scope(units=None, receivers=None, flagged_texts=True)
    with reading(app.engine) as opened:
        found = find(opened, everything, Filters(stance="critical")).items
    propose(app, everything, found[0].entry.id, Wish(), WHO)
