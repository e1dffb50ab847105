"""Mottagare: who is told, where, and when. Everyone of their own; who and where for those who look after the roster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from dashboards import changing
from dashboards.auth import Changing, Reading, Visitor, Who, World
from dashboards.changing import Reason, Refused, RefusedError, Seen
from dashboards.language import N_
from dashboards.language import gettext as _
from dashboards.rendering import page
from pipelines import changes
from pipelines.bootstrap import App
from pipelines.config.schema import WEEKDAYS, Config, unit_communicator, unit_deputy, unit_receiver
from pipelines.config.schema.base import is_address
from pipelines.notify import beside
from pipelines.notify.moved import moved
from pipelines.store import overlay

router = APIRouter()
Id = Annotated[str, Path(max_length=128)]
Short = Annotated[str, Form(max_length=120)]
NEVER = "never"
"""A digest that nobody else may do without: what is held back is told there."""
PASSES = ("critical", "high")
OTHERS = "others"
REFUSED = {
    "title": N_("Skriv vilken roll mottagaren har, till exempel Rektor."),
    "address": N_("E-postadressen går inte att skicka till. Skriv den som namn@kommunen.example."),
    "deputy": N_("Skriv både roll och en giltig e-postadress för ersättaren, eller lämna båda fälten tomma."),
    "days": N_("Välj minst en dag för sammanfattningen."),
    "quiet": N_("Skriv när de tysta timmarna börjar och slutar. Det måste vara två olika tider."),
    OTHERS: N_("Den senaste ändringen rör sådant som du inte ändrar själv. Be kommunikationschefen att ångra den."),
}


def asked(
    titel: Short = "",
    adress: Annotated[str, Form(max_length=254)] = "",
    ersattare: Annotated[str, Form(max_length=128)] = "",
    ersattare_titel: Short = "",
    ersattare_adress: Annotated[str, Form(max_length=254)] = "",
    sammanfattning: Annotated[Literal["always", "when-something", "never"], Form()] = "always",
    dagar: Annotated[Sequence[str], Form(max_length=7)] = (),
    tyst: Annotated[Literal["", "ja"], Form()] = "",
    tyst_fran: Annotated[str, Form(max_length=5)] = "",
    tyst_till: Annotated[str, Form(max_length=5)] = "",
    tyst_bryts: Annotated[Literal["critical", "high"], Form()] = "critical",
    kanaler: Annotated[Sequence[str], Form(max_length=100)] = (),
) -> dict[str, Any]:
    """The form's fields as facts of a receiver; `deputy` as both ways of naming one."""
    contact = {"title": " ".join(ersattare_titel.split()), "address": ersattare_adress.strip()}
    return {
        "title": " ".join(titel.split()),
        "address": adress.strip(),
        "deputy": {"of_unit": contact if any(contact.values()) else None, "receiver": ersattare or None},
        "digest": sammanfattning,
        "days": [day for day in WEEKDAYS if day in dagar],
        "quiet": {"begins": tyst_fran, "ends": tyst_till, "passes": tyst_bryts} if tyst else None,
        "channels": list(kanaler),
    }


@router.get("/mottagare")
def show(request: Request, app: World, who: Who) -> Response:
    rows = [(name, _title(app.config, name), changes.facts(app.config, name)) for name in editable(who, app.config)]
    return page(request, "roster.html", rows=rows)


@router.get("/mottagare/{mottagare}")
def one(request: Request, app: World, opened: Reading, who: Who, mottagare: Id) -> Response:
    return _page(request, app, opened, who, mottagare)


@router.post("/mottagare/{mottagare}")
def save(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    mottagare: Id,
    wanted: Annotated[dict[str, Any], Depends(asked)],
    skal: Reason = "",
    sedd: Seen = 0,
) -> Response:
    _check(who, app.config, mottagare)
    present, files = changes.facts(app.config, mottagare), changes.files_of(app).config()
    of_unit = _unit(app.config, mottagare) is not None
    wanted["deputy"] = wanted["deputy"]["of_unit" if of_unit else "receiver"]
    facts = {**present, **{key: value for key, value in wanted.items() if key in _keys(who)}}
    facts["channels"] = [channel.id for channel in app.config.channels if channel.id in facts["channels"]]
    try:
        if key := next(_wrong(facts, present, who), None):
            raise RefusedError(_(REFUSED[key]))
        value = changes.beside(facts, changes.facts(files, mottagare))
        _store(app, who, mottagare, value, skal, sedd)
    except RefusedError as error:
        return _page(request, app, opened, who, mottagare, error.refused, facts, skal)
    return RedirectResponse("/mottagare", 303)


@router.post("/mottagare/{mottagare}/angra")
def undo(
    request: Request, app: World, opened: Reading, who: Changing, mottagare: Id, skal: Reason = "", sedd: Seen = 0
) -> Response:
    """What held before the last change holds again; that is a change too."""
    _check(who, app.config, mottagare)
    history = tuple(changing.lines(overlay.history(opened, "receiver", names=[mottagare])))
    try:
        if not history:
            raise RefusedError(changing.TAKEN)
        if not {key for key, _, _ in history[-1].keys} <= set(_keys(who)):
            raise RefusedError(_(REFUSED[OTHERS]))
        _store(app, who, mottagare, changes.undone(opened, "receiver", mottagare), skal, sedd)
    except RefusedError as error:
        return _page(request, app, opened, who, mottagare, error.refused, None, skal)
    return RedirectResponse(f"/mottagare/{mottagare}", 303)


def editable(who: Visitor, config: Config) -> tuple[str, ...]:
    """The receivers whose facts the visitor may change; a unit's deputy is a fact of its manager."""
    if not who.may("settings"):
        return tuple(unit_receiver(unit.id) for unit in config.units if unit.id in who.account.units)
    of_units = {name(unit.id) for unit in config.units for name in (unit_deputy, unit_communicator)}
    ids = (*(one.id for one in config.receivers), *(unit_receiver(unit.id) for unit in config.units))
    return tuple(name for name in dict.fromkeys(ids) if name not in of_units)


def _keys(who: Visitor) -> tuple[str, ...]:
    return ("title", "address", "deputy", *changes.OWN) if who.may("settings") else changes.OWN


def _check(who: Visitor, config: Config, name: str) -> None:
    """Another's is as if it were not there."""
    if name not in editable(who, config):
        raise HTTPException(404)


def _wrong(facts: Mapping[str, Any], present: Mapping[str, Any], who: Visitor) -> Iterator[str]:
    """Keys of REFUSED."""
    if not facts["title"]:
        yield "title"
    if not is_address(facts["address"]):
        yield "address"
    deputy = facts["deputy"]
    if isinstance(deputy, dict) and not (deputy["title"] and is_address(deputy["address"])):
        yield "deputy"
    if not facts["days"]:
        yield "days"
    quiet = facts["quiet"]
    if quiet and (not _is_time(quiet["begins"]) or not _is_time(quiet["ends"]) or quiet["begins"] == quiet["ends"]):
        yield "quiet"
    if facts["digest"] == NEVER != present["digest"] and not who.may("settings"):
        raise HTTPException(400)


def _is_time(given: str) -> bool:
    try:
        return f"{time.fromisoformat(given):%H:%M}" == given
    except ValueError:
        return False


def _store(app: App, who: Visitor, name: str, value: Mapping[str, Any] | None, reason: str, seen: int) -> None:
    """Store the change, and tell every address that is no longer told. Raises RefusedError."""
    with app.engine.begin() as opened:
        after = changing.store(opened, app, who, "receiver", name, value, reason, seen)
        for before in app.config.receivers:
            now = after.receiver(before.id)
            if now and now.address != before.address:
                mail = moved(before, now.address, app.config, who.account.name, changing.explained(reason), app.clock())
                beside.put(opened, app.config, mail, app.clock())


def _page(
    request: Request,
    app: App,
    opened: Connection,
    who: Visitor,
    name: str,
    refused: Refused | None = None,
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Response:
    """facts: what the form holds; None: what is so now."""
    _check(who, app.config, name)
    present = changes.facts(app.config, name)
    history = tuple(changing.lines(overlay.history(opened, "receiver", names=[name])))
    return page(
        request,
        "receiver.html",
        status=refused.status if refused else 200,
        name=name,
        title=_title(app.config, name),
        of_unit=_unit(app.config, name) is not None,
        facts=facts or present,
        all=who.may("settings"),
        digests=("always", "when-something", *([NEVER] if who.may("settings") or present["digest"] == NEVER else ())),
        weekdays=WEEKDAYS,
        passes=PASSES,
        others=[one for one in app.config.receivers if one.id != name],
        sedd=changing.last_seen(opened, "receiver", name),
        history=history[::-1],
        refused=refused,
        skal=reason,
    )


def _unit(config: Config, name: str) -> str | None:
    return next((unit.id for unit in config.units if unit_receiver(unit.id) == name), None)


def _title(config: Config, name: str) -> str:
    """As the receiver is called, or the unit that has nobody yet."""
    found = config.receiver(name)
    unit = _unit(config, name)
    return found.title if found else next(one.name for one in config.units if one.id == unit)
