"""A small world to look at: what three roles may and may not see, and a browser that has logged in."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.testclient import TestClient

from dashboards.app import build_app
from pipelines.accounts import invite
from pipelines.bootstrap import App
from pipelines.config import Config
from pipelines.notify import clock
from pipelines.store import cases, issues, notices, outbox, sources
from pipelines.store.sources import Poll, SourceState
from pipelines.types import Issue, Item, Mention, Notice, Stance
from sentiment import Span
from tests import builders
from tests.builders import NOW, entry, flag, item, message, tone

HOST = "http://127.0.0.1"
BUILT: deque[tuple[App, FastAPI]] = deque(maxlen=4)
SECRET = "rektorn ska få det han förtjänar"
"""In the text of the flagged entry only."""

THREAT = item(
    entry("hot", title="Näsviksskolan igen", text=f"Snart, {SECRET}.", published=NOW - timedelta(hours=3)),
    units=("nasviksskolan",),
    tone=tone("negative"),
    mentions=(Mention("unit", "nasviksskolan", Span(0, 13, "Näsviksskolan"), 0.9, "namn"),),
    flags=(flag("threat", evidence=(Span(26, 58, SECRET),), reason="Texten säger att någon ska skadas."),),
    alert=True,
    alert_reasons=("act",),
)
CRITICISM = item(
    entry("kritik", published=NOW - timedelta(hours=30)),
    story="s-snö",
    units=("nasviksskolan",),
    tone=tone("negative", ("Snön", -0.4)),
    stance=Stance("critical", 0.8),
    intent="criticism",
)
COPY = item(
    entry("kopia", source_id="rikstidningen", published=NOW - timedelta(hours=29)),
    story="s-snö",
    units=("nasviksskolan",),
    tone=tone("negative"),
)
PRAISE = item(
    entry("beröm", title="Tack biblioteket", text="Fin sagostund.", published=NOW - timedelta(hours=2)),
    units=("smaby-bibliotek",),
    tone=tone("positive"),
    intent="praise",
)
QUESTION = item(
    entry("fråga", title="", text="När öppnar omsorgens växel?", url=None, published=NOW - timedelta(days=9)),
    units=("omsorgen",),
    intent="question",
)
ELSEWHERE = item(entry("annat", title="Regn i Kiruna", text="Det regnar."), about=False)
WORLD = (THREAT, CRITICISM, COPY, PRAISE, QUESTION, ELSEWHERE)

TRIAGE = (
    *WORLD,
    *(
        item(
            entry(f"fråga{number}", title="", text=text, published=NOW - timedelta(hours=10 + number)),
            units=("nasviksskolan",),
            intent="question",
        )
        for number, text in enumerate(("När börjar höstlovet?", "Får hundar vara på skolgården?"))
    ),
    *(
        item(entry(f"nyhet{hours}", title=title, published=NOW - timedelta(hours=hours)), units=("smaby-bibliotek",))
        for hours, title in ((12, "Biblioteket stänger tidigare"), (13, "Läxhjälp på torsdagar"), (14, "Ny bokbuss"))
    ),
)
"""What waits in Flöde of a morning: ten posts about the municipality, and one that is not."""

ALERT = message("alert:s-hot:threat:enhetschef:nasviksskolan", receiver="enhetschef:nasviksskolan", subject="Larm: Hot")
DIGEST = message(
    "digest:kommunikationschef:2026-11-21",
    kind="digest",
    subject="Mediebevakning lördag",
    html="<html><head></head><body><p>Allt om <b>kommunen</b></p></body></html>",
)


def world(folder: Path, items: Sequence[Item] = WORLD, using: Config | None = None) -> App:
    """The application with the world stored in it."""
    app = builders.app(folder, using)
    builders.save(app, items)
    with app.engine.begin() as connection:
        for number, mail in enumerate((ALERT, DIGEST)):
            outbox.put(connection, mail, NOW - timedelta(minutes=number))
        told = Notice(THREAT.story_id, "hot", "enhetschef:nasviksskolan", "larm", "threat", urgent=True)
        if THREAT in items:
            notices.save(connection, THREAT, [told], NOW)
            notices.told_at_once(connection, [one.id for one in notices.untold(connection)], ALERT.key)
        sources.save_states(
            connection, [SourceState("smabybladet", last_tried_at=NOW, last_ok_at=NOW, last_new_at=NOW)]
        )
        sources.log(connection, Poll("smabybladet", NOW, "ok", new=3))
        sources.save_states(connection, [SourceState("polisen", last_tried_at=NOW, failure_weight=1.0)])
        sources.log(connection, Poll("polisen", NOW, "failed", reason="Källan svarar inte."))
        issues.report(connection, Issue("source:polisen:down", "source:polisen", "Polisen svarar inte.", "Vänta."), NOW)
        refused = Issue(f"message:{ALERT.key}", f"message:{ALERT.key}", "Ett larm gick inte fram.", "Se adressen.")
        issues.report(connection, refused, NOW)
    return app


def open_cases(app: App, items: Sequence[Item]) -> None:
    """Of questions, and of what is unsuitable as if it stood on accounts of ours."""
    using = builders.config(sources=tuple(one.model_copy(update={"own": True}) for one in builders.smaby().sources))
    with app.engine.begin() as opened:
        for item_of in items:
            for case in clock.cases(item_of, (), using, NOW):
                cases.open_case(opened, case)


def _built(app: App) -> FastAPI:
    """The dashboard of that very application, put together once for all who look at it."""
    for known, web in BUILT:
        if known is app:
            return web
    BUILT.append((app, build_app(app)))
    return BUILT[-1][1]


def browser(app: App) -> TestClient:
    """Someone who has not logged in, and who sees redirects as they are."""
    return TestClient(_built(app), base_url=HOST, follow_redirects=False)


def logged_in(app: App, role: str = "kommunikationschef", units: Sequence[str] = ()) -> TestClient:
    """Someone who has followed the link and pressed the button."""
    client = browser(app)
    answer = client.post(link_in(app, role, units))
    assert answer.status_code == 303
    return client


def link_in(app: App, role: str, units: Sequence[str]) -> str:
    """The path of a link that lets in an account of that role, named after it."""
    return urlsplit(invite(app, f"{role} {units}", role, units)).path
