"""Rights as a part of every query: what a Scope leaves out is never read, so that no page can show it by mistake.

`readable` and `load` are the only way from a view to Items: without a Scope there is no query, and what is read under
one is told to whoever keeps the log of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, or_, select

from pipelines.store import items
from pipelines.store.schema import assessment, entry, entry_unit, flag, gist, gist_unit, issue, message, notice
from pipelines.store.search import WITHHELD, place
from pipelines.types import MAIL, Item

Seen = Callable[[Sequence[Item]], None]
Window = tuple[datetime, datetime]
"""From, and up to but not including; to the second."""


def _unnoticed(found: Sequence[Item]) -> None:
    """For readers that are no person."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What someone may see."""

    units: frozenset[str] | None
    """Ids of the units whose entries they may see; None for every entry."""
    receivers: frozenset[str] | None
    """Ids of the receivers whose messages they may see; None for every message."""
    flagged_texts: bool
    """Whether they may see entries that a flag was raised on or that are withheld from a unit, and the earlier
    wordings of any entry."""
    sources: frozenset[str] = frozenset()
    """Ids of sources whose entries they may see beside those of their units: what others write on accounts they answer
    for."""
    seen: Seen = field(default=_unnoticed, compare=False, repr=False)
    """Is told of all that is read whole, for the access log."""


def readable(scope: Scope, *, sealed: bool = False) -> Select[Any]:
    """Assessed, unpurged entries that `scope` allows; the caller adds its conditions, its order and its limit.

    sealed: also what is gone at its source and kept for a case or a flag, which no list shows.
    """
    chosen = items.query().where(*entries_in(scope))
    return chosen if sealed else chosen.where(entry.c.sealed_at.is_(None))


def load(connection: Connection, scope: Scope, chosen: Select[Any]) -> list[Item]:
    """The Items that `chosen` (made from `readable`) selects, in its order."""
    found = items.load(connection, chosen)
    scope.seen(found)
    return found


def entries_in(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Conditions on a query over entry and assessment."""
    conditions: list[ColumnElement[bool]] = []
    if scope.units is not None:
        conditions.append(_or_answered_for(scope, names_unit(scope.units), entry.c.source_id))
        conditions.append(_not_withheld(scope.receivers))
    if not scope.flagged_texts:
        # a wording that no one has assessed yet may be the one that a flag will be raised on
        conditions.append(assessment.c.revision == entry.c.revision)
        conditions.append(~is_flagged())
        conditions.append(~WITHHELD)
    return tuple(conditions)


def gists_in(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """The same as conditions on a query over gist, where lists choose and counts are made; texts are read by `load`."""
    conditions: list[ColumnElement[bool]] = []
    if scope.units is not None:
        named = select(gist_unit.c.id).where(gist_unit.c.id == gist.c.id, gist_unit.c.unit_id.in_(sorted(scope.units)))
        # the offset keeps PostgreSQL from reading all rows of the units beforehand, for a list of twenty-five
        ours = _or_answered_for(scope, named.correlate(gist).offset(0).exists(), gist.c.source_id)
        conditions += [ours, _open_to(scope.receivers)]
    if not scope.flagged_texts:
        conditions += [~gist.c.reworded, ~gist.c.flagged, ~gist.c.withheld]
    return tuple(conditions)


def gists_within(scope: Scope, window: Window) -> tuple[ColumnElement[bool], ...]:
    """The same, of what concerns the municipality in `window`: as many rows are read as there are in it, or as its
    units have there."""
    first, after = map(place, window)
    conditions = [gist.c.about, gist.c.id >= first, gist.c.id < after]
    if scope.units is None:
        return (*conditions, *gists_in(scope))
    rest = gists_in(replace(scope, units=None))
    ours = _or_answered_for(scope, of_units(scope.units, window), gist.c.source_id)
    return (*conditions, ours, _open_to(scope.receivers), *rest)


def of_units(units: Iterable[str], window: Window | None = None) -> ColumnElement[bool]:
    """That the gist of the enclosing query names one of the units; within the window, where its rows are."""
    named = select(gist_unit.c.id).where(gist_unit.c.unit_id.in_(sorted(units)))
    if window:
        first, after = map(place, window)
        named = named.where(gist_unit.c.id >= first, gist_unit.c.id < after)
    return gist.c.id.in_(named)


def _or_answered_for(scope: Scope, named: ColumnElement[bool], source: ColumnElement[str]) -> ColumnElement[bool]:
    """`named`, or that it was written on an account that they answer for."""
    return or_(named, source.in_(sorted(scope.sources))) if scope.sources else named


def _open_to(receivers: Iterable[str] | None) -> ColumnElement[bool]:
    told = exists().where(notice.c.entry_id == gist.c.entry_id, notice.c.receiver.in_(sorted(receivers or ())))
    return or_(~gist.c.withheld, told.correlate(gist))


def names_unit(units: Iterable[str]) -> ColumnElement[bool]:
    """That the entry of the enclosing query names one of the units."""
    named = exists().where(entry_unit.c.entry_id == entry.c.id, entry_unit.c.unit_id.in_(sorted(units)))
    return named.correlate(entry)  # and never entry_unit, which the enclosing query may join for its own ends


def _not_withheld(receivers: Iterable[str] | None) -> ColumnElement[bool]:
    """That the entry is open to the units it names: no employee seems to have written it, and it accuses nobody who
    answers for them. What is withheld is read by those among them who were told of it."""
    told = exists().where(notice.c.entry_id == entry.c.id, notice.c.receiver.in_(sorted(receivers or ())))
    return or_(~WITHHELD, told.correlate(entry))


def is_flagged(category: str | None = None) -> ColumnElement[bool]:
    """That the entry of the enclosing query has a flag, of that category if one is given."""
    raised = exists().where(flag.c.entry_id == entry.c.id)
    return (raised if category is None else raised.where(flag.c.category == category)).correlate(entry)


def messages_in(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Conditions on a query over message: mails only, what other channels carry says less."""
    mails = message.c.channel == MAIL
    return (mails,) if scope.receivers is None else (mails, message.c.receiver.in_(sorted(scope.receivers)))


def issues_in(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Conditions on a query over issue: a problem with a message names its story and receiver, so unit managers see
    those of sources only."""
    return () if scope.units is None else (issue.c.subject.startswith("source:"),)
