"""Inställningar: what is told in the digest only for a while, who stands in for whom, and all that was ever changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from dashboards import changing
from dashboards.auth import Changing, Reading, Visitor, Who, World
from dashboards.changing import Reason
from dashboards.language import N_
from dashboards.language import gettext as _
from dashboards.rendering import page
from pipelines import changes
from pipelines.bootstrap import App
from pipelines.config.schema import Config, Deputy
from pipelines.errors import UserError
from pipelines.notify import settings
from pipelines.notify.hold import Silence
from pipelines.store import notices, overlay
from pipelines.store.overlay import Change, Setting
from pipelines.store.views import Scope
from pipelines.store.views.detail import newest_of
from pipelines.types import Item
from pipelines.when import last_second

Word = Literal["tystnad", "ersattare", "kalla", "paus", "mottagare", "regel"]
KINDS: Mapping[Word, Setting] = {
    "tystnad": "silence",
    "ersattare": "deputy",
    "kalla": "source",
    "paus": "pause",
    "mottagare": "receiver",
    "regel": "rule",
}
WORDS = {kind: word for word, kind in KINDS.items()}
HERE: tuple[Setting, ...] = ("silence", "deputy")
"""What is changed on this page; the others on pages of their own."""
HISTORY = 100
"""Changes shown."""
REFUSED: Mapping[Setting, str] = {
    "silence": N_("Regeln, enheten eller källan finns inte längre."),
    "deputy": N_(
        "Den som är borta har redan en ersättare någon av dagarna. Avsluta det först, eller välj andra dagar."
    ),
}
UNEXPLAINED = N_("Skriv varför. Det sparas tillsammans med ditt namn och tiden.")
EMPTY = dict.fromkeys(
    ("enhet", "handelse", "regel", "kalla", "till", "skal", "borta", "ersattare", "fran", "sista", "orsak"), ""
)
"""The fields of both forms."""
Name = Annotated[str, Form(max_length=128)]
Asked = Annotated[str, Query(max_length=128)]
Day = Annotated[date | None, Form()]


router = APIRouter()


@dataclass(frozen=True, slots=True)
class Line:
    """One change; `silence` or `deputy`: what it is about, though it may have ended it."""

    change: Change
    silence: Silence | None
    deputy: Deputy | None
    about: Item | None
    """The newest post of the story that is silenced, where the visitor may see it."""
    muted: int
    """Alerts that the silence has kept for the digest."""


@router.get("/installningar")
def show(
    request: Request,
    opened: Reading,
    who: Who,
    enhet: Asked = "",
    handelse: Asked = "",
    regel: Asked = "",
    kalla: Asked = "",
) -> Response:
    given = {"enhet": enhet, "handelse": handelse, "regel": regel, "kalla": kalla}
    return _page(request, opened, who, given)


@router.post("/installningar/tystnad")
def add_silence(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    enhet: Name = "",
    handelse: Name = "",
    regel: Name = "",
    kalla: Name = "",
    till: Day = None,
    skal: Reason = "",
) -> Response:
    until = last_second(till, app.config.zone) if till else None
    said = {"unit": enhet, "story": handelse, "rule": regel, "source": kalla}
    wrong = _wrong_with_silence(opened, who.scope, said, until, app.clock())
    given = {"enhet": enhet, "handelse": handelse, "regel": regel, "kalla": kalla, "till": till, "skal": skal}
    named = {key: value or None for key, value in said.items()} | {"until": until}
    return _add(request, app, opened, who, "silence", named, skal, wrong, given)


@router.post("/installningar/ersattare")
def add_deputy(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    borta: Name = "",
    ersattare: Name = "",
    fran: Day = None,
    till: Day = None,
    skal: Reason = "",
) -> Response:
    today = app.today()
    wrong = _wrong_with_deputy(app.config, borta, ersattare, fran, till, today)
    given = {"borta": borta, "ersattare": ersattare, "fran": fran, "sista": till, "orsak": skal}
    said = {"absent": borta, "deputy": ersattare, "first": fran, "last": till}
    return _add(request, app, opened, who, "deputy", said, skal, wrong, given)


@router.post("/installningar/{slag}/{namn}/avsluta")
def end(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    slag: Word,
    namn: Annotated[str, Path(max_length=128)],
    skal: Reason = "",
) -> Response:
    """Of what has a page of its own, only what fits the files no longer: it holds for nothing."""
    kind = KINDS[slag]
    if kind not in HERE and (kind, namn) not in {(one.kind, one.name) for one in app.unfit}:
        raise HTTPException(404)
    if not skal.strip():
        return _page(request, opened, who, {}, {slag: _("Skriv varför det ska avslutas.")})
    with app.engine.begin() as connection:
        try:
            settings.end(connection, kind, namn, skal.strip(), who.account.name, app.clock())
        except UserError as error:
            raise HTTPException(404) from error
    return _done()


def _done() -> Response:
    return RedirectResponse("/installningar", 303)


def _page(
    request: Request, opened: Connection, who: Visitor, given: Mapping[str, object], refused: Mapping[str, str] = {}
) -> Response:
    """given: what the forms hold. refused: by form, why it was not taken."""
    app: App = request.app.state.world
    now = app.clock()
    today = now.astimezone(app.config.zone).date()
    silences = tuple(_lines(opened, who.scope, "silence"))
    deputies = tuple(_lines(opened, who.scope, "deputy"))
    holding = {one.name for one in overlay.current(opened, *HERE)}
    others = changing.lines(overlay.history(opened, *changes.KINDS))
    told: list[Line | changing.Line] = [*silences, *deputies, *others]
    return page(
        request,
        "settings.html",
        status=400 if refused else 200,
        given=EMPTY | dict(given),
        refused=refused,
        silences=[
            line for line in silences if _holds(line, holding) and line.silence is not None and now < line.silence.until
        ],
        deputies=[
            line for line in deputies if _holds(line, holding) and line.deputy is not None and today <= line.deputy.last
        ],
        history=sorted(told, key=lambda line: line.change.id, reverse=True)[:HISTORY],
        unfit=app.unfit,
        words=WORDS,
        story=newest_of(opened, who.scope, str(given["handelse"])) if given.get("handelse") else None,
    )


def _add(
    request: Request,
    app: App,
    opened: Connection,
    who: Visitor,
    kind: Setting,
    said: Mapping[str, object],
    reason: str,
    wrong: Iterator[str],
    given: Mapping[str, object],
) -> Response:
    """Store what is `said`, or show the form again, which holds what is `given`, with the first thing `wrong`."""
    refused = next(wrong, None if reason.strip() else _(UNEXPLAINED))
    if refused is None:
        add = settings.add_silence if kind == "silence" else settings.add_deputy
        try:
            with app.engine.begin() as connection:
                add(connection, app.config, said, reason.strip(), who.account.name, app.clock())
        except UserError:
            refused = _(REFUSED[kind])
    return _done() if refused is None else _page(request, opened, who, given, {WORDS[kind]: refused})


def _holds(line: Line, holding: set[str]) -> bool:
    return line.change.value is not None and line.change.name in holding


def _lines(opened: Connection, scope: Scope, kind: Setting) -> Iterator[Line]:
    """Every change of the kind, oldest first."""
    muted = notices.muted_by(opened)
    values: dict[str, Mapping[str, object]] = {}
    for change in overlay.history(opened, kind):
        value = values.setdefault(change.name, change.value or {})
        silence = Silence.model_validate(value) if kind == "silence" else None
        deputy = Deputy.model_validate(value) if kind == "deputy" else None
        about = newest_of(opened, scope, silence.story) if silence and silence.story else None
        yield Line(change, silence, deputy, about, muted.get(f"{kind}:{change.name}", 0))


def _wrong_with_silence(
    opened: Connection, scope: Scope, said: Mapping[str, str], until: datetime | None, now: datetime
) -> Iterator[str]:
    if not any(said.values()):
        yield _("Välj en regel, en enhet eller en källa, eller tysta en händelse från ett inläggs sida.")
    if said["story"] and newest_of(opened, scope, said["story"]) is None:
        yield _("Händelsen finns inte, eller visas inte i din roll.")
    if until is None or until <= now:
        yield _("Välj en sista dag som inte har passerat.")


def _wrong_with_deputy(
    config: Config, absent: str, deputy: str, first: date | None, last: date | None, today: date
) -> Iterator[str]:
    if config.receiver(absent) is None or config.receiver(deputy) is None:
        yield _("Välj både den som är borta och en ersättare.")
    if absent == deputy:
        yield _("Ersättaren måste vara en annan än den som är borta.")
    if first is None or last is None or last < first:
        yield _("Välj en första och en sista dag. Den sista får inte komma före den första.")
    elif last < today:
        yield _("Den sista dagen har redan passerat.")
