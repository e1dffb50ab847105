"""What an evaluation counts of the municipality, of units or of an account, whether the texts are there or gone.

A report says the same to all who may see it. So it is for those who may see every post of what it is about, and what is
withheld from a unit is in the municipality's report alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from pipelines.casework import DECISIONS, OPEN
from pipelines.evaluation.values import Area, CaseLine, Counted, Judged, Span
from pipelines.store import cases
from pipelines.store.matching import matching
from pipelines.store.schema import (
    AnyRow,
    case_event,
    case_file,
    correction,
    flag,
    gist,
    gist_unit,
    tally,
    tally_case,
)
from pipelines.store.search import place
from pipelines.store.tallies import JUDGED
from pipelines.store.views import scope as rights
from pipelines.store.views.scope import Scope, gists_in

CLOSING = tuple(action for action in DECISIONS if action not in OPEN)


def allowed(scope: Scope, area: Area) -> bool:
    """Whether the report is for them."""
    if not scope.flagged_texts:
        return False
    return scope.units is None or (area.owners is not None and area.owners <= scope.units)


def counted(connection: Connection, scope: Scope, area: Area, span: Span) -> tuple[Counted, ...]:
    """All posts of the area; nothing for whom it is not for."""
    if not allowed(scope, area):
        return ()
    month = case(*((gist.c.id < place(end), number) for number, (_, end) in enumerate(span.windows))).label("month")
    question = (gist.c.intent == "question").label("question")
    keys = (month, gist.c.source_id, gist.c.tone, gist.c.stance, question)
    names = ("month", gist.c.source_id, gist.c.tone, gist.c.stance, "question")
    chosen = select(*keys, func.count().label("entries")).where(*_live(connection, scope, area, span))
    live = [
        Counted(row.month, row.source_id, row.tone, row.stance, bool(row.question), False, row.entries)
        for row in connection.execute(chosen.group_by(*names))
    ]
    kept = [
        Counted(span.months.index(row.month), row.source_id, row.tone, row.stance, row.question, True, row.entries)
        for row in _kept(connection, area, span)
    ]
    return (*live, *kept)


def of_units(connection: Connection, scope: Scope, area: Area, span: Span) -> dict[tuple[str, str], int]:
    """By unit and tone, the posts of the area that name the unit."""
    if not allowed(scope, area):
        return {}
    chosen = (
        select(gist_unit.c.unit_id, gist.c.tone, func.count().label("entries"))
        .join(gist, gist.c.id == gist_unit.c.id)
        .where(*_live(connection, scope, area, span))
        .group_by(gist_unit.c.unit_id, gist.c.tone)
    )
    found = Counter({(row.unit_id, row.tone): row.entries for row in connection.execute(chosen)})
    for row in _kept(connection, area, span):
        found.update({(unit, row.tone): row.entries for unit in row.units.split()})
    return {key: number for key, number in found.items() if area.units is None or key[0] in area.units}


def of_flags(connection: Connection, scope: Scope, area: Area, span: Span) -> dict[str, Judged]:
    """By category."""
    if not allowed(scope, area):
        return {}
    conditions = _live(connection, scope, area, span)
    found: Counter[tuple[str, str]] = Counter()
    raised = (
        select(flag.c.category, func.count(gist.c.id.distinct()).label("entries"))
        .join(gist, gist.c.entry_id == flag.c.entry_id)
        .where(*conditions)
        .group_by(flag.c.category)
    )
    for row in connection.execute(raised):
        found["raised", row.category] += row.entries
    said = (
        select(gist.c.id, correction.c.value, correction.c.verdict)
        .join(correction, correction.c.entry_id == gist.c.entry_id)
        .where(*conditions, correction.c.via == "account", correction.c.verdict.in_(JUDGED))
        .order_by(correction.c.id)
    )
    last = {(row.id, row.value): JUDGED[row.verdict] for row in connection.execute(said)}
    found.update((word, category) for (_, category), word in last.items())
    for row in _kept(connection, area, span):
        for word, category in (one.split(":", 1) for one in row.flags.split()):
            found[word, category] += row.entries
    categories = sorted({category for _, category in found})
    return {one: Judged(*(found[word, one] for word in ("raised", "right", "wrong"))) for one in categories}


def of_cases(connection: Connection, scope: Scope, area: Area, span: Span) -> tuple[CaseLine, ...]:
    """Cases that began in the span, oldest first."""
    if not allowed(scope, area):
        return ()
    begun = (case_file.c.starts_at >= span.window[0], case_file.c.starts_at < span.window[1])
    done = (
        select(func.min(case_event.c.at))
        .where(case_event.c.case_id == case_file.c.id, case_event.c.action.in_(CLOSING))
        .correlate(case_file)
        .scalar_subquery()
        .label("done_at")
    )
    columns = (case_file.c.kind, case_file.c.starts_at, case_file.c.due_at, done, cases.decided.label("state"))
    within = (*_of_area(scope, area), *_of_campaign(connection, span))
    live = select(*columns).join(gist, gist.c.entry_id == case_file.c.entry_id).where(*begun, *within)
    moved = select(*columns, tally_case).join(tally_case, tally_case.c.case_id == case_file.c.id).where(*begun)
    rows = [*connection.execute(live), *(row for row in connection.execute(moved) if _fits(row, area, span))]
    return tuple(sorted(map(_line, rows), key=lambda one: (one.starts_at, one.due_at)))


def counted_last(connection: Connection, scope: Scope, area: Area, span: Span) -> datetime | None:
    """When the last of the texts that are gone was counted; None where all are there."""
    if not allowed(scope, area):
        return None
    return max((row.counted_at for row in _kept(connection, area, span)), default=None)


def _line(row: AnyRow) -> CaseLine:
    state = row.state or "new"
    return CaseLine(row.kind, row.starts_at, row.due_at, None if state in OPEN else row.done_at, state)


def _live(connection: Connection, scope: Scope, area: Area, span: Span) -> list[ColumnElement[bool]]:
    first, after = map(place, span.window)
    about = () if area.sources is not None else (gist.c.about,)
    return [gist.c.id >= first, gist.c.id < after, *about, *_of_area(scope, area), *_of_campaign(connection, span)]


def _of_area(scope: Scope, area: Area) -> Iterable[ColumnElement[bool]]:
    # what is written on an account need not name the unit whose account it is
    yield from gists_in(scope if area.sources is None else replace(scope, units=None))
    if area.units is not None:
        yield rights.of_units(area.units)
    if area.sources is not None:
        yield gist.c.source_id.in_(sorted(area.sources))
    if not area.whole:
        yield ~gist.c.withheld


def _of_campaign(connection: Connection, span: Span) -> Iterable[ColumnElement[bool]]:
    if span.posts is not None:
        asked = matching(connection, span.posts)
        chosen = select(asked.place).select_from(asked.source).where(*asked.conditions).correlate(None)
        yield gist.c.id.in_(chosen)


def _kept(connection: Connection, area: Area, span: Span) -> Sequence[AnyRow]:
    chosen = select(tally).where(tally.c.month.in_(span.months))
    if area.sources is None:
        chosen = chosen.where(tally.c.about)
    return [row for row in connection.execute(chosen) if _fits(row, area, span)]


def _fits(row: Any, area: Area, span: Span) -> bool:
    """The same of what was counted before its text went."""
    return (
        (area.units is None or not area.units.isdisjoint(row.units.split()))
        and (area.sources is None or row.source_id in area.sources)
        and (area.whole or not row.withheld)
        and (span.campaign is None or span.campaign in row.campaigns.split())
    )
