"""Förteckning: the register of official accounts. What the policy makes public for all, the rest for those it is for.

Who looks after some units changes their accounts, and whoever is responsible for one changes it; everyone with the
task reads them all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy import Connection

from dashboards import changing, sheets
from dashboards.auth import Changing, Reading, Visitor, Who, World
from dashboards.changing import Reason, Refused, Seen
from dashboards.pictured import pictured
from dashboards.rendering import page
from pipelines.bootstrap import App
from pipelines.config.schema import Config
from pipelines.register import rules
from pipelines.register.files import public_rows
from pipelines.register.official import FIELDS, NETWORKS, PUBLIC, Official, new_id
from pipelines.register.plan import plan, shown, title
from pipelines.register.words import network, words
from pipelines.reports import blocks, document
from pipelines.store import issues, register
from pipelines.store.overlay import TakenError

door = APIRouter()
"""For everyone."""
router = APIRouter()
NEW = "nytt"
"""No account is called so: it is a page's address."""
Id = Annotated[str, Path(max_length=64)]
Short = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=2000)]


def asked(
    natverk: Short = "",
    kontonamn: Short = "",
    adress: Annotated[str, Form(max_length=2000)] = "",
    enhet: Short = "",
    ansvarig: Short = "",
    ersattare: Short = "",
    kommunikator: Short = "",
    administratorer: Long = "",
    syfte: Long = "",
    malgrupp: Long = "",
    mal: Long = "",
    uppdrag: Short = "",
    godkant_av: Short = "",
    godkant: Short = "",
    oppnat: Short = "",
    avslutat: Short = "",
    kalla: Short = "",
    flode: Short = "",
) -> dict[str, Any]:
    """The form's fields by the register's own names; what is empty is left out."""
    lines = [line.strip() for line in administratorer.splitlines() if line.strip()]
    given = (
        *("", natverk, kontonamn, adress, enhet, ansvarig, ersattare, kommunikator, lines, syfte, malgrupp, mal),
        *(uppdrag, godkant_av, godkant, oppnat, avslutat, kalla, flode),
    )
    return {key: value for key, value in zip(FIELDS, given, strict=True) if value}


Wanted = Annotated[dict[str, Any], Depends(asked)]


@door.get("/konton")
def public(request: Request, app: World, opened: Reading) -> Response:
    found = register.current(opened)
    return page(
        request,
        "register_public.html",
        open=[_public(one, app.config) for one in found if one.is_open],
        closed=[_public(one, app.config) for one in found if not one.is_open],
        field=words()["field"],
    )


@door.get("/konton.csv")
def public_csv(app: World, opened: Reading) -> Response:
    return sheets.csv_file(public_rows(register.current(opened), PUBLIC, app.config), "konton")


@door.get("/konton.json")
def public_json(app: World, opened: Reading) -> Response:
    """English keys, as in the other interfaces for programs; names in place of our ids."""
    rows = [{key: shown(one, key, app.config) or None for key in PUBLIC} for one in register.current(opened)]
    said = {"municipality": app.config.municipality.name, "accounts": rows}
    return Response(json.dumps(said, ensure_ascii=False, indent=2), media_type="application/json")


@router.get("/forteckning")
def show(request: Request, app: World, opened: Reading, who: Who) -> Response:
    found = register.current(opened)
    silent = issues.open_texts(opened, [_subject(one.id) for one in found])
    rows = [(one, rules.lacking(one, app.config), silent.get(_subject(one.id), ())) for one in found]
    rows.sort(key=lambda row: (not row[0].is_open, -len(row[1]) - len(row[2]), row[0].id))
    return page(request, "register.html", rows=rows, network=network, may_add=bool(_units(who, app.config)))


@router.get(f"/forteckning/{NEW}")
def new(request: Request, app: World, opened: Reading, who: Who) -> Response:
    _check_units(who, app.config)
    return form_of(request, app, opened, who, None, {})


@router.post("/forteckning")
def add(request: Request, app: World, opened: Reading, who: Changing, wanted: Wanted, skal: Reason = "") -> Response:
    _check_units(who, app.config)
    taken = [NEW, *(one.id for one in register.current(opened))]
    id = new_id(wanted.get("network", ""), wanted.get("handle", ""), taken)
    return _save(request, app, opened, who, None, wanted | {"id": id or "konto"}, skal, 0)


@router.get("/forteckning/{forteckning}")
def one(request: Request, app: World, opened: Reading, who: Who, forteckning: Id) -> Response:
    found = found_account(opened, forteckning)
    return form_of(request, app, opened, who, found, found.model_dump(mode="json"))


@router.post("/forteckning/{forteckning}")
def save(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    forteckning: Id,
    wanted: Wanted,
    skal: Reason = "",
    sedd: Seen = 0,
) -> Response:
    found = found_account(opened, forteckning)
    if not may_change(who, found, app.config):
        raise HTTPException(404)
    return _save(request, app, opened, who, found, wanted | {"id": forteckning}, skal, sedd)


@router.get("/forteckning/{forteckning}/aktivitetsplan")
def activity_plan(request: Request, app: World, opened: Reading, forteckning: Id) -> Response:
    found = found_account(opened, forteckning)
    told = plan(found, app.config)
    return page(request, "register_plan.html", account=found, heading=title(found), blocks=told)


@router.get("/forteckning/{forteckning}/aktivitetsplan.pdf")
def activity_plan_pdf(app: World, opened: Reading, forteckning: Id) -> Response:
    found = found_account(opened, forteckning)
    when = app.clock().astimezone(app.config.zone)
    made = document.render("blocks", blocks.as_data(plan(found, app.config)), title=title(found), when=when)
    named = {"Content-Disposition": f'attachment; filename="aktivitetsplan-{found.id}.pdf"'}
    return Response(made, media_type="application/pdf", headers=named)


def _save(
    request: Request,
    app: App,
    opened: Connection,
    who: Visitor,
    before: Official | None,
    wanted: Mapping[str, Any],
    reason: str,
    seen: int,
) -> Response:
    now = app.clock()
    found, refusals = _read(wanted, register.current(opened), app.config, now.astimezone(app.config.zone).date())
    if not (before and before.unit == wanted.get("unit")) and not _may_give(who, wanted.get("unit"), app.config):
        refusals = {**refusals, "unit": words()["wrong"]["unknown-unit"]}
    if who.scope.units is not None and wanted.get("source") not in (None, before.source if before else None):
        refusals = {**refusals, "source": words()["wrong"]["opens-posts"]}  # it opens what is written there
    if found is None or refusals or not reason.strip():
        refused = None if refusals else Refused(changing.UNEXPLAINED)
        return form_of(request, app, opened, who, before, wanted, refusals, refused, reason)
    try:
        with app.engine.begin() as writing:
            register.change(writing, found, seen=seen, by=who.account.name, reason=reason.strip(), now=now)
    except TakenError:
        return form_of(request, app, opened, who, before, wanted, {}, Refused(changing.TAKEN), reason)
    return RedirectResponse(f"/forteckning/{found.id}", 303)


def _read(
    wanted: Mapping[str, Any], kept: tuple[Official, ...], config: Config, today: date
) -> tuple[Official | None, Mapping[str, str]]:
    """The account, or by field why there is none."""
    said = words()["wrong"]
    try:
        found = Official.model_validate(wanted)
    except ValidationError as error:
        kinds = {str(one["loc"][0]): one["type"] for one in error.errors()}
        return None, {key: said["missing" if kind == "missing" else "unreadable"] for key, kind in kinds.items()}
    return found, {one.key: said[one.why] for one in rules.wrong(found, kept, config, today)}


def form_of(
    request: Request,
    app: App,
    opened: Connection,
    who: Visitor,
    account: Official | None,
    given: Mapping[str, Any],
    refusals: Mapping[str, str] = {},
    refused: Refused | None = None,
    reason: str = "",
    unfit: str = "",
) -> Response:
    """account: as it is stored; given: what the form holds; unfit: why an uploaded picture was not taken."""
    config = app.config
    status = 400 if unfit else refused.status if refused else 400 if refusals else 200
    return page(
        request,
        "register_one.html",
        status=status,
        account=account,
        given={key: given.get(key) or "" for key in FIELDS},
        lacking=rules.lacking(account, config) if account else (),
        silent=issues.open_texts(opened, [_subject(account.id)]).get(_subject(account.id), ()) if account else (),
        refusals=refusals,
        refused=refused,
        skal=reason,
        unfit=unfit,
        sedd=register.last_change(opened, account.id) if account else 0,
        history=_history(opened, account.id, config) if account else (),
        may_change=may_change(who, account, config) if account else True,
        networks=NETWORKS,
        network=network,
        shown=lambda key: shown(account, key, config) if account else "",
        said=words(),
        fields=FIELDS[1:],
        units=[unit for unit in config.units if unit in _units(who, config) or (account and unit.id == account.unit)],
        **pictured(opened, account.id if account else "", app),
        whole=who.scope.units is None or (account is not None and account.unit is None),
        own=[source for source in config.sources if source.own],
        feeds=[source for source in config.sources if rules.holds_own_posts_only(source)],
    )


def _history(opened: Connection, account: str, config: Config) -> list[tuple[register.Event, list[tuple[str, str]]]]:
    """Newest first; with each change the fields that it changed and what they then said."""
    made: list[tuple[register.Event, list[tuple[str, str]]]] = []
    before: Mapping[str, Any] = {}
    for event in register.history(opened, account):
        if event.action == "told":
            made.append((event, []))
            continue
        now = Official.model_validate(event.value)
        changed = [key for key in FIELDS if key != "id" and event.value.get(key) != before.get(key)]
        kept = [key for key in changed if before or event.value.get(key)]
        made.append((event, [(words()["field"][key], shown(now, key, config)) for key in kept]))
        before = event.value
    return made[::-1]


def _public(given: Official, config: Config) -> dict[str, str]:
    return {key: shown(given, key, config) for key in PUBLIC}


def found_account(opened: Connection, account: str) -> Official:
    found = register.one(opened, account)
    if found is None:
        raise HTTPException(404)
    return found


def _units(who: Visitor, config: Config) -> list[Any]:
    """The units whose accounts the visitor may change."""
    return [unit for unit in config.units if who.scope.units is None or unit.id in who.scope.units]


def _check_units(who: Visitor, config: Config) -> None:
    if not _units(who, config):
        raise HTTPException(404)


def may_change(who: Visitor, account: Official, config: Config) -> bool:
    return _may_give(who, account.unit, config) or account.responsible in (who.scope.receivers or ())


def _may_give(who: Visitor, unit: str | None, config: Config) -> bool:
    """Whether an account of theirs may be the unit's. The whole municipality's are for those who may see everything."""
    return who.scope.units is None or unit in {one.id for one in _units(who, config)}


def _subject(account: str) -> str:
    """Of an Issue about the account."""
    return f"register:{account}"
