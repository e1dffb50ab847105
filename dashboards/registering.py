"""One account of the register as a form: what it holds, who may change it, and why it was not taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Form, HTTPException, Request, Response
from pydantic import ValidationError
from sqlalchemy import Connection

from dashboards.auth import Visitor
from dashboards.changing import Refused
from dashboards.pictured import pictured
from dashboards.rendering import page
from pipelines.bootstrap import App
from pipelines.config.schema import Config, Unit
from pipelines.register import rules
from pipelines.register.official import FIELDS, NETWORKS, Official
from pipelines.register.plan import shown
from pipelines.register.words import network, words
from pipelines.store import issues, register

Short = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=2000)]


def asked(
    natverk: Short = "",
    kontonamn: Short = "",
    adress: Long = "",
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


def found_account(opened: Connection, account: str) -> Official:
    found = register.one(opened, account)
    if found is None:
        raise HTTPException(404)
    return found


def units_of(who: Visitor, config: Config) -> list[Unit]:
    """The units whose accounts the visitor may change."""
    return [unit for unit in config.units if who.scope.units is None or unit.id in who.scope.units]


def may_change(who: Visitor, account: Official, config: Config) -> bool:
    return may_give(who, account.unit, config) or account.responsible in (who.scope.receivers or ())


def may_give(who: Visitor, unit: str | None, config: Config) -> bool:
    """Whether an account of theirs may be the unit's. The whole municipality's are for those who may see everything."""
    return who.scope.units is None or unit in {one.id for one in units_of(who, config)}


def read(
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
        silent=_silent(opened, account.id) if account else (),
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
        units=[unit for unit in config.units if unit in units_of(who, config) or (account and unit.id == account.unit)],
        **pictured(opened, account.id if account else "", app),
        whole=who.scope.units is None or (account is not None and account.unit is None),
        own=[source for source in config.sources if source.own],
        feeds=[source for source in config.sources if rules.holds_own_posts_only(source)],
    )


def _silent(opened: Connection, account: str) -> tuple[str, ...]:
    """What the open Issues about it say."""
    about = register.subject(account)
    return issues.open_texts(opened, [about]).get(about, ())


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
