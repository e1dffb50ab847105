"""A person's word on an item: stored, and let win at once; for copies, and when assessed anew, enrich lets it win."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, cast, get_args

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from pipelines.correction import LOWERS, UNDONE, VALUED, Correction, Said, Verdict, Via
from pipelines.enrich.amend import amend, protected
from pipelines.links import fingerprint, unseal
from pipelines.notify.offers import PURPOSE
from pipelines.store import assessments, corrections, items
from pipelines.store.views import Scope, detail
from pipelines.types import Item

if TYPE_CHECKING:
    from pipelines.bootstrap import App

Outcome = Literal["open", "noted", "waits", "again", "edited", "gone", "expired", "forged"]
"""What a link comes to: not pressed yet; said; said, but it waits for someone logged in; said before; the text has been
edited since the mail; the item is no more; too old; not ours."""

Answer = Literal["said", "away", "missing", "senseless", "edited", "meanwhile"]
"""What saying it comes to: said; said, and no longer this person's to read; no such entry for this person; means
nothing of it; its text has been edited since it was assessed; someone else has said something not seen yet."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link would say, or has said, and of which item; without either where it is not to be trusted."""

    outcome: Outcome
    verdict: Verdict | None = None
    value: str = ""
    item: Item | None = None
    waits: bool = False
    """What it says would change nothing until someone logged in confirms it."""
    said_at: datetime | None = None
    receiver: str = ""
    """In whose mail the link stood."""


def look(app: App, connection: Connection, token: str) -> Link:
    """What a link is about. Changes nothing: mail programs and scanners follow links before people do."""
    said = unseal(app.link_key, PURPOSE, token, app.clock())
    if isinstance(said, str):
        return Link(said)
    verdict, value, entry_id, revision, receiver = said
    assert verdict in get_args(Verdict), "we have signed it"
    judged = cast("Verdict", verdict)
    if before := corrections.by_link(connection, fingerprint(token)):
        return Link("again", judged, value, said_at=before.at)
    found = items.with_reading(connection, entry_id)
    if found is None:
        return Link("gone", judged, value)
    item, fresh = found
    if not fresh or not item.entry.revision.startswith(revision):
        return Link("edited", judged, value)
    waits = judged in LOWERS and protected(item.entry, item.assessment, app.config)
    return Link("open", judged, value, item, waits, receiver=receiver)


def press(app: App, token: str) -> Link:
    """Say what the link says, once however often it is pressed."""
    try:
        with app.engine.begin() as connection:
            link = look(app, connection, token)
            if link.outcome != "open" or link.verdict is None or link.item is None:
                return link
            said = _said(connection, link.item, link.verdict, link.value, link.receiver, "link")
            corrections.add(connection, said, app.clock(), fingerprint(token))
            _amend(app, connection, link.item)
            return replace(link, outcome="waits" if link.waits else "noted")
    except IntegrityError:  # pressed twice at the same moment
        with app.engine.begin() as connection:
            return look(app, connection, token)


def sayable(item: Item, app: App, verdict: str, value: str) -> bool:
    """Whether the verdict means something of the item: what a form sends may be anything."""
    config = app.config
    match cast("Verdict", verdict):
        case "unit":
            return config.unit(value) is not None
        case "wrong-unit":
            return not value or value in item.assessment.units
        case "is-flag" | "not-flag":
            return any(category.id == value for category in config.categories)
        case "done":
            return value in ("", UNDONE)
        case _:
            return verdict in get_args(Verdict) and verdict not in VALUED and not value


def correct(
    app: App, scope: Scope, entry_id: str, verdict: str, value: str, account: str, known: int | None = None
) -> Answer:
    """Say it as someone who is logged in and may read what `scope` allows.

    known: the id of the last correction that the person had before him, 0 for none; None where nobody looked.
    """
    with app.engine.begin() as connection:
        corrections.lock(connection, entry_id)
        found = detail.one(connection, scope, entry_id)
        if found is None:
            return "missing"
        item, stale = found
        if not sayable(item, app, verdict, value):
            return "senseless"
        judged = cast("Verdict", verdict)
        later = [one.said for one in corrections.of_entry(connection, entry_id) if known is not None and one.id > known]
        if later and all((one.by, one.verdict, one.value) == (account, judged, value) for one in later):
            return "said"  # the same form, sent twice
        if stale:
            return "edited"
        if any(one.by != account for one in later):
            return "meanwhile"
        corrections.add(connection, _said(connection, item, judged, value, account, "account"), app.clock())
        _amend(app, connection, item)
        corrections.reassess_story(connection, entry_id)
        # who says that it is another unit's, or flags it, may have no right to it any more
        return "said" if detail.one(connection, scope, entry_id) else "away"


def waiting(said: tuple[Correction, ...]) -> tuple[Correction, ...]:
    """Of what has been said of one entry, that by links which nobody logged in has answered since."""
    return tuple(
        one
        for number, one in enumerate(said)
        if one.said.via == "link"
        and one.said.verdict != "done"
        and not any(later.said.confirmed and later.said.question == one.said.question for later in said[number:])
    )


def _said(connection: Connection, item: Item, verdict: Verdict, value: str, by: str, via: Via) -> Said:
    question = Said(item.entry.id, "", verdict, value, by, via).question
    rule = None
    if question[0] == "flag":
        earlier = [
            one.said.rule for one in corrections.of_entry(connection, item.entry.id) if one.said.question == question
        ]
        # an earlier word may have taken the flag away already
        raised = [flag.rule for flag in item.assessment.flags if flag.category == value]
        rule = next(iter((*raised, *(one for one in reversed(earlier) if one))), None)
    return Said(item.entry.id, item.entry.revision, verdict, value, by, via, rule)


def _amend(app: App, connection: Connection, item: Item) -> None:
    said = corrections.bearing(connection, [item.entry.id]).get(item.entry.id, [])
    amended = amend(item.entry, item.assessment, said, app.config)
    assessments.save(connection, [(item.entry, amended)], app.clock())
