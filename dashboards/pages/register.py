"""Förteckning: the register of official accounts. What the policy makes public for all, the rest for those it is for.

Who looks after some units changes their accounts, and whoever is responsible for one changes it; everyone with the
task reads them all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from dashboards import changing, sheets
from dashboards.auth import Changing, Reading, Visitor, Who, World
from dashboards.changing import Reason, Refused, Seen
from dashboards.registering import Wanted, form_of, found_account, may_change, may_give, read, units_of
from dashboards.rendering import page
from pipelines.bootstrap import App
from pipelines.config.schema import Config
from pipelines.register import rules
from pipelines.register.files import public_rows
from pipelines.register.official import PUBLIC, Official, new_id
from pipelines.register.plan import plan, shown, title
from pipelines.register.words import network, words
from pipelines.reports import document
from pipelines.store import issues, register
from pipelines.store.overlay import TakenError

door = APIRouter()
"""For everyone."""
router = APIRouter()
NEW = "nytt"
"""No account is called so: it is a page's address."""
Id = Annotated[str, Path(max_length=64)]


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
    silent = issues.open_texts(opened, [register.subject(one.id) for one in found])
    rows = [(one, rules.lacking(one, app.config), silent.get(register.subject(one.id), ())) for one in found]
    rows.sort(key=lambda row: (not row[0].is_open, -len(row[1]) - len(row[2]), row[0].id))
    return page(request, "register.html", rows=rows, network=network, may_add=bool(units_of(who, app.config)))


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
    made = document.render(plan(found, app.config), title=title(found), when=when)
    return sheets.kept(made, "application/pdf", f"aktivitetsplan-{found.id}.pdf")


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
    found, refusals = read(wanted, register.current(opened), app.config, now.astimezone(app.config.zone).date())
    if not (before and before.unit == wanted.get("unit")) and not may_give(who, wanted.get("unit"), app.config):
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


def _public(given: Official, config: Config) -> dict[str, str]:
    return {key: shown(given, key, config) for key in PUBLIC}


def _check_units(who: Visitor, config: Config) -> None:
    if not units_of(who, config):
        raise HTTPException(404)
