"""Which entries have had their time, and by which rule. Read only: what is done about it is in `burial`.

A hold goes before everything. Then the terms of a licence, then what is flagged, a source's own times, and the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, false, func, literal, or_, select

from pipelines.store import cases, registrations
from pipelines.store.entries import CHUNK
from pipelines.store.holds import held
from pipelines.store.schema import Utc, assessment, case_file, correction, entry, flag, presence

seen = func.coalesce(entry.c.edited_at, entry.c.first_seen)
"""From when its time is counted."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seen before `text`, its text has had its time; before `metadata`, the rest."""

    text: datetime
    metadata: datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """The rules, as moments: what was seen before one of them is due by it."""

    now: datetime
    entries: datetime
    others: datetime
    flagged: datetime
    metadata: datetime
    categories: Mapping[str, datetime] = field(default_factory=dict)
    sources: Mapping[str, Times] = field(default_factory=dict)
    """By source, its own times."""
    licences: Mapping[str, tuple[str, Times]] = field(default_factory=dict)
    """By source, its licence and what that lets be kept at most."""


@dataclass(frozen=True, slots=True)
class Due:
    """Ids of entries, each in one of them only; of those whose text goes, with the rule that says so."""

    deleted: tuple[str, ...]
    """Gone at their source, and nothing here speaks for keeping them."""
    sealed: tuple[str, ...]
    """Gone at their source; here they are flagged and open, registered, or held."""
    emptied: Mapping[str, str]
    buried: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """All whose texts go now."""
        return (*self.deleted, *self.emptied)


def find(connection: Connection, limits: Limits) -> Due:
    """What is to be done now."""
    deleted, sealing = gone(connection, limits.now)
    text = _text_due(limits)
    first = set(deleted)
    emptied = [id for id in _ids(connection, text) if id not in first]
    of = set(emptied)
    late = and_(entry.c.buried_at.is_(None), ~held(limits.now), _metadata_due(limits))
    buried = [
        row.id
        for row in connection.execute(select(entry.c.id, entry.c.purged_at).where(late).order_by(entry.c.id))
        if row.id not in first and (row.purged_at is not None or row.id in of)
    ]
    sealed = tuple(id for id in sealing if id not in of)
    return Due(deleted, sealed, dict(_with_rules(connection, emptied, limits)), tuple(buried))


def gone(connection: Connection, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of what is gone at its source: what goes here too, and what is to be sealed."""
    found = entry.c.id.in_(select(presence.c.entry_id).where(presence.c.gone_at.is_not(None)))
    kept = _speaks_for_keeping(now)
    deleted = _ids(connection, and_(entry.c.buried_at.is_(None), found, ~kept))
    sealing = and_(entry.c.purged_at.is_(None), entry.c.sealed_at.is_(None), found, kept)
    return tuple(deleted), tuple(_ids(connection, sealing))


def _ids(connection: Connection, condition: ColumnElement[bool]) -> list[str]:
    return list(connection.execute(select(entry.c.id).where(condition).order_by(entry.c.id)).scalars())


def _speaks_for_keeping(now: datetime) -> ColumnElement[bool]:
    """An open or registered case, a proposal to the diary that is not declined, a flag not done with, a hold."""
    open_or_registered = exists().where(
        case_file.c.entry_id == entry.c.id, or_(cases.is_open, cases.decided == "registered")
    )
    done = exists().where(correction.c.entry_id == entry.c.id, correction.c.verdict == "done")
    proposed = entry.c.id.in_(registrations.standing())
    return or_(proposed, open_or_registered.correlate(entry), and_(_flagged(), ~done.correlate(entry)), held(now))


def _flagged(*categories: str) -> ColumnElement[bool]:
    raised = exists().where(flag.c.entry_id == entry.c.id)
    return (raised.where(flag.c.category.in_(categories)) if categories else raised).correlate(entry)


def _before(moment: datetime) -> ColumnElement[bool]:
    return seen < literal(moment, Utc())


def _text_due(limits: Limits) -> ColumnElement[bool]:
    other = exists().where(assessment.c.entry_id == entry.c.id, assessment.c.about.is_(False)).correlate(entry)
    usual = case(
        *((entry.c.source_id == source, literal(own.text, Utc())) for source, own in limits.sources.items()),
        (other, literal(limits.others, Utc())),
        else_=literal(limits.entries, Utc()),
    )
    rest = (flag.c.category.not_in(limits.categories),) if limits.categories else ()
    plainly_flagged = exists().where(flag.c.entry_id == entry.c.id, *rest).correlate(entry)
    passed = and_(
        or_(~plainly_flagged, _before(limits.flagged)),
        *(or_(~_flagged(category), _before(moment)) for category, moment in limits.categories.items()),
    )
    newest = max(
        (limits.entries, limits.others, limits.flagged, *limits.categories.values(), *_texts(limits)),
    )
    return and_(
        entry.c.purged_at.is_(None),
        entry.c.first_seen < newest,  # what the index knows
        ~held(limits.now),
        or_(_capped(limits, "text"), and_(_flagged(), passed), and_(~_flagged(), seen < usual)),
    )


def _texts(limits: Limits) -> Iterator[datetime]:
    yield from (own.text for own in limits.sources.values())
    yield from (times.text for _, times in limits.licences.values())


def _metadata_due(limits: Limits) -> ColumnElement[bool]:
    own = (((entry.c.source_id == source), literal(own.metadata, Utc())) for source, own in limits.sources.items())
    pairs = tuple(own)
    usual = case(*pairs, else_=literal(limits.metadata, Utc())) if pairs else literal(limits.metadata, Utc())
    return or_(_capped(limits, "metadata"), seen < usual)


def _capped(limits: Limits, what: str) -> ColumnElement[bool]:
    capped = (
        and_(entry.c.source_id == source, _before(getattr(times, what)))
        for source, (_, times) in limits.licences.items()
    )
    return or_(false(), *capped)


def _with_rules(connection: Connection, ids: Sequence[str], limits: Limits) -> Iterator[tuple[str, str]]:
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        raised: dict[str, list[str]] = {}
        for row in connection.execute(select(flag.c.entry_id, flag.c.category).where(flag.c.entry_id.in_(some))):
            raised.setdefault(row.entry_id, []).append(row.category)
        for row in connection.execute(_facts(some)):
            yield row.id, rule(limits, row.source_id, row.seen, raised.get(row.id, ()), about=row.about is not False)


def _facts(ids: Sequence[str]) -> Select[Any]:
    return (
        select(entry.c.id, entry.c.source_id, seen.label("seen"), assessment.c.about)
        .outerjoin(assessment, assessment.c.entry_id == entry.c.id)
        .where(entry.c.id.in_(ids))
        .order_by(entry.c.id)
    )


def rule(limits: Limits, source: str, when: datetime, categories: Sequence[str], *, about: bool) -> str:
    """The rule by which a text is due that was seen at `when`: a key of [retention], "licence:ID" or "source:ID"."""
    name, times = limits.licences.get(source, ("", None))
    if times is not None and when < times.text:
        return f"licence:{name}"
    if categories:
        longest = min(categories, key=lambda one: limits.categories.get(one, limits.flagged))
        return f"categories.{longest}" if longest in limits.categories else "flagged_days"
    if source in limits.sources:
        return f"source:{source}"
    return "entries_days" if about else "others_days"
