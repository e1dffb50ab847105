"""Regler: how often each rule has fired and been right, its silence, its back-test, and the words it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from dashboards import changing, excepting
from dashboards.auth import Changing, Reading, Visitor, Who, World
from dashboards.changing import Reason, Refused, RefusedError, Seen
from dashboards.language import N_
from dashboards.language import gettext as _
from dashboards.rendering import page
from pipelines.backtest import Trial
from pipelines.bootstrap import App
from pipelines.config.schema import Rule
from pipelines.correct import waiting
from pipelines.errors import UserError
from pipelines.notify import settings
from pipelines.notify.hold import Silence
from pipelines.precision import records
from pipelines.store import corrections, overlay
from pipelines.store.views.corrections import by_links
from pipelines.store.views.detail import one as post
from pipelines.types import Item
from pipelines.when import last_second

router = APIRouter()
Id = Annotated[str, Path(max_length=64)]
Words = Annotated[str, Form(max_length=4_000)]
WAITING = 50
SHOWN = 20
NO_END = N_("Välj en sista dag som inte har passerat.")


@router.get("/regler")
def show(request: Request, app: World, opened: Reading, who: Who) -> Response:
    since = app.clock() - timedelta(days=app.config.precision.days)
    waits = [(item, waiting(said)) for item, said in by_links(opened, who.scope, WAITING)]
    return page(
        request,
        "rules.html",
        records=records(app.config, corrections.rules(opened, since)),
        waits=[(item, said) for item, said in waits if said],
        silenced={given.rule for given in settings.silences(opened, app.clock()).values() if _alone(given)},
    )


@router.get("/regler/{regel}")
def look(request: Request, app: World, opened: Reading, who: Who, regel: Id) -> Response:
    return _page(request, app, opened, who, _rule(app, regel))


@router.post("/regler/{regel}/tysta")
def silence(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    regel: Id,
    till: Annotated[date | None, Form()] = None,
    skal: Reason = "",
) -> Response:
    """Until a day is over; what it has flagged is then told in the digest only."""
    rule = _rule(app, regel)
    until = last_second(till, app.config.zone) if till else None
    try:
        if until is None or until <= app.clock():
            raise RefusedError(_(NO_END))
        said = {"rule": rule.id, "until": until}
        reason = changing.explained(skal)
        with app.engine.begin() as writing:
            if _silences(writing, app, rule):
                raise RefusedError(changing.TAKEN)
            settings.add_silence(writing, app.config, said, reason, who.account.name, app.clock())
    except RefusedError as error:
        return _page(request, app, opened, who, rule, error.refused, skal=skal, till=till)
    return _to(rule)


@router.post("/regler/{regel}/ater")
def take_up(request: Request, app: World, opened: Reading, who: Changing, regel: Id, skal: Reason = "") -> Response:
    """The rule alerts again."""
    rule = _rule(app, regel)
    try:
        reason = changing.explained(skal)
        with app.engine.begin() as writing:
            held = _silences(writing, app, rule)
            if not held:
                raise RefusedError(changing.TAKEN)
            for name in held:
                settings.end(writing, "silence", name, reason, who.account.name, app.clock())
    except RefusedError as error:
        return _page(request, app, opened, who, rule, error.refused, skal=skal)
    except UserError:  # ended by someone else between the two
        return _page(request, app, opened, who, rule, Refused(changing.TAKEN), skal=skal)
    return _to(rule)


@router.post("/regler/{regel}/prova")
def try_out(request: Request, app: World, opened: Reading, who: Changing, regel: Id, ord: Words = "") -> Response:
    """The back-test: what the rule does to the newest posts, and would do with these words excepted."""
    rule = _rule(app, regel)
    try:
        words = excepting.read(ord, rule, app.config)
        tried = excepting.tried(app, rule, words)
    except RefusedError as error:
        return _page(request, app, opened, who, rule, error.refused, words=ord)
    proof = excepting.proof(who, rule, words)
    return _page(request, app, opened, who, rule, words="\n".join(words), tried=tried, proof=proof)


@router.post("/regler/{regel}/ord")
def except_words(
    request: Request,
    app: World,
    opened: Reading,
    who: Changing,
    regel: Id,
    ord: Words = "",
    bevis: Annotated[str, Form(max_length=64)] = "",
    skal: Reason = "",
    sedd: Seen = 0,
) -> Response:
    """Only what was back-tested just so, by the same person, is stored."""
    rule = _rule(app, regel)
    try:
        words = excepting.read(ord, rule, app.config)
        excepting.check(bevis, who, rule, words)
    except RefusedError as error:
        return _page(request, app, opened, who, rule, error.refused, words=ord, skal=skal)
    value = {"except": list(words)} if words else None
    if refused := changing.save(app, who, "rule", rule.id, value, skal, sedd):
        return _page(request, app, opened, who, rule, refused, words=ord, skal=skal)
    return _to(rule)


def _rule(app: App, name: str) -> Rule:
    found = next((rule for rule in app.config.rules if rule.id == name), None)
    if found is None:
        raise HTTPException(404)
    return found


def _alone(given: Silence) -> bool:
    """Whether it silences a whole rule: not only at a unit, a source or in a story."""
    return given.rule is not None and (given.unit, given.source, given.story) == (None, None, None)


def _silences(opened: Connection, app: App, rule: Rule) -> Mapping[str, Silence]:
    found = settings.silences(opened, app.clock())
    return {name: given for name, given in found.items() if given.rule == rule.id and _alone(given)}


def _page(
    request: Request,
    app: App,
    opened: Connection,
    who: Visitor,
    rule: Rule,
    refused: Refused | None = None,
    *,
    words: str | None = None,
    skal: str = "",
    till: date | None = None,
    tried: Trial | None = None,
    proof: str = "",
) -> Response:
    """words: what the form holds; None: what holds now."""
    since = app.clock() - timedelta(days=app.config.precision.days)
    (record,) = (one for one in records(app.config, corrections.rules(opened, since)) if one.rule.id == rule.id)
    held = _silences(opened, app, rule)
    excepted = excepting.held(opened, rule)
    return page(
        request,
        "rule.html",
        status=refused.status if refused else 200,
        rule=rule,
        record=record,
        silences=[change for change in overlay.current(opened, "silence") if change.name in held],
        silence_ends=max((given.until for given in held.values()), default=None),
        always=rule.category in app.config.alerts.always,
        ord="\n".join(excepted) if words is None else words,
        tried=tried,
        changed=tuple((words or "").splitlines()) != tuple(excepted),
        spared=list(_posts(opened, who, tried.spared)) if tried else [],
        days=excepting.DAYS,
        bevis=proof,
        sedd=changing.last_seen(opened, "rule", rule.id),
        history=_history(opened, rule),
        refused=refused,
        skal=skal,
        till=till,
    )


def _posts(opened: Connection, who: Visitor, ids: Sequence[str]) -> Iterator[Item]:
    """Those of the posts that the visitor may read."""
    found = (post(opened, who.scope, id) for id in ids[:SHOWN])
    return (given[0] for given in found if given)


def _history(opened: Connection, rule: Rule) -> list[Any]:
    """Its silences, begun and ended, and its words; the newest first."""
    about = {
        change.name
        for change in overlay.history(opened, "silence")
        if change.value and change.value.get("rule") == rule.id
    }
    silences = overlay.history(opened, "silence", names=about)
    words = overlay.history(opened, "rule", names=[rule.id])
    lines = (*changing.lines(silences), *changing.lines(words))
    return sorted(lines, key=lambda line: line.change.id, reverse=True)


def _to(rule: Rule) -> Response:
    return RedirectResponse(f"/regler/{rule.id}", 303)
