"""Assessments with their flags, mentions and units; and which Entries await the current version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from pipelines.store import search
from pipelines.store.entries import from_row
from pipelines.store.schema import AnyRow, assessment, entry, entry_unit, flag, mention
from pipelines.types import Assessment, Entry, Flag, Mention, Stance
from sentiment import Part, Span, Tone

CHILDREN = (mention, entry_unit, flag)


def awaiting(connection: Connection, version: str, limit: int) -> list[Entry]:
    """At most `limit` Entries, oldest first, that have no Assessment of their present wording under `version`."""
    rows = connection.execute(
        select(entry)
        .outerjoin(assessment, assessment.c.entry_id == entry.c.id)
        .where(
            entry.c.purged_at.is_(None),
            or_(
                assessment.c.entry_id.is_(None),
                assessment.c.version != version,
                assessment.c.revision != entry.c.revision,
            ),
        )
        .order_by(entry.c.first_seen, entry.c.id)
        .limit(limit)
    )
    return [from_row(row) for row in rows]


def version_in_use(connection: Connection) -> str | None:
    """The version of the latest Assessment; None where there is none."""
    return connection.scalar(select(assessment.c.version).order_by(assessment.c.assessed_at.desc()).limit(1))


def save(connection: Connection, assessed: Iterable[tuple[Entry, Assessment]], now: datetime) -> None:
    """Store each Assessment in place of the one before it."""
    pairs = list(assessed)
    ids = [item.id for item, _ in pairs]
    for table in (*CHILDREN, assessment):
        connection.execute(delete(table).where(table.c.entry_id.in_(ids)))
    _insert(connection, assessment, (_assessment_row(item, given, now) for item, given in pairs))
    _insert(connection, mention, (row for _, given in pairs for row in _mention_rows(given)))
    _insert(
        connection,
        entry_unit,
        ({"entry_id": given.entry_id, "unit_id": unit} for _, given in pairs for unit in given.units),
    )
    _insert(connection, flag, (row for _, given in pairs for row in _flag_rows(given)))
    search.index(connection, ids)


def save_read(connection: Connection, assessed: Iterable[tuple[Entry, Assessment]], now: datetime) -> None:
    """`save`, of stored entries that have not been purged."""
    pairs = list(assessed)
    if not pairs:
        return
    ids = [item.id for item, _ in pairs]
    alive = set(
        connection.execute(select(entry.c.id).where(entry.c.id.in_(ids), entry.c.purged_at.is_(None))).scalars()
    )
    save(connection, ((item, given) for item, given in pairs if item.id in alive), now)


def present(connection: Connection, ids: Iterable[str]) -> dict[str, Assessment]:
    """The stored Assessments of these entries, whatever their version, by entry id."""
    if not (wanted := list(ids)):
        return {}
    joined = select(*COLUMNS).join(assessment, assessment.c.entry_id == entry.c.id)
    return of(connection, connection.execute(joined.where(entry.c.id.in_(wanted))))


def _insert(connection: Connection, table: Any, rows: Iterable[dict[str, object]]) -> None:
    if listed := list(rows):
        connection.execute(insert(table), listed)


def _assessment_row(item: Entry, given: Assessment, now: datetime) -> dict[str, object]:
    return {
        "entry_id": given.entry_id,
        "version": given.version,
        "revision": item.revision,
        "language": given.language,
        "about": given.about,
        "places": list(given.places),
        "tone": given.tone.label,
        "polarity": given.tone.polarity,
        "tone_confidence": given.tone.confidence,
        "tone_parts": [
            [part.name, part.value, part.span and [part.span.start, part.span.end]] for part in given.tone.parts
        ],
        "stance": given.stance.label,
        "stance_confidence": given.stance.confidence,
        "intent": given.intent,
        "toxicity": given.toxicity,
        "alert": given.alert,
        "alert_reasons": list(given.alert_reasons),
        "by_employee": given.by_employee,
        "about_management": given.about_management,
        "assessed_at": now,
        "corrected": list(given.corrected) or None,
    }


def _mention_rows(given: Assessment) -> Iterable[dict[str, object]]:
    for number, found in enumerate(given.mentions):
        yield {
            "entry_id": given.entry_id,
            "number": number,
            "kind": found.kind,
            "name": found.name,
            "start": found.span.start,
            "end": found.span.end,
            "confidence": found.confidence,
            "reason": found.reason,
        }


def _flag_rows(given: Assessment) -> Iterable[dict[str, object]]:
    for number, raised in enumerate(given.flags):
        yield {
            "entry_id": given.entry_id,
            "number": number,
            "category": raised.category,
            "role": raised.role,
            "severity": raised.severity,
            "confidence": raised.confidence,
            "rule": raised.rule,
            "type": raised.type,
            "evidence": [[span.start, span.end] for span in raised.evidence],
            "reason": raised.reason,
            "target": raised.target,
            "steps": list(raised.steps),
        }


def of(connection: Connection, rows: Iterable[AnyRow]) -> dict[str, Assessment]:
    """The Assessments in `rows` (the columns of entry and assessment), whole, by entry id."""
    rows = list(rows)
    ids = [row.id for row in rows]
    content = {row.id: from_row(row).content for row in rows}
    mentions: dict[str, list[Mention]] = {key: [] for key in ids}
    flags: dict[str, list[Flag]] = {key: [] for key in ids}
    units: dict[str, list[str]] = {key: [] for key in ids}
    for row in _children(connection, mention, ids):
        span = _span(content[row.entry_id], row.start, row.end)
        mentions[row.entry_id].append(Mention(row.kind, row.name, span, row.confidence, row.reason))
    for row in _children(connection, flag, ids):
        evidence = tuple(_span(content[row.entry_id], start, end) for start, end in row.evidence)
        flags[row.entry_id].append(
            Flag(
                category=row.category,
                role=row.role,
                severity=row.severity,
                confidence=row.confidence,
                rule=row.rule,
                evidence=evidence,
                reason=row.reason,
                type=row.type,
                target=row.target,
                steps=tuple(row.steps),
            )
        )
    for row in _children(connection, entry_unit, ids):
        units[row.entry_id].append(row.unit_id)
    return {
        row.id: Assessment(
            entry_id=row.id,
            version=row.version,
            language=row.assessed_language,
            about=row.about,
            places=tuple(row.places),
            units=tuple(units[row.id]),
            mentions=tuple(mentions[row.id]),
            tone=Tone(
                row.tone,
                row.polarity,
                row.tone_confidence,
                tuple(
                    Part(name, value, _span(content[row.id], *where) if where else None)
                    for name, value, where in row.tone_parts
                ),
            ),
            stance=Stance(row.stance, row.stance_confidence),
            intent=row.intent,
            toxicity=row.toxicity,
            flags=tuple(flags[row.id]),
            alert=row.alert,
            alert_reasons=tuple(row.alert_reasons),
            by_employee=row.by_employee,
            about_management=row.about_management,
            corrected=tuple(row.corrected or ()),
        )
        for row in rows
    }


COLUMNS: tuple[Any, ...] = (
    entry,
    *(column for column in assessment.columns if column.name not in ("entry_id", "language", "revision")),
    assessment.c.language.label("assessed_language"),
)
"""What `of` needs to find in a row."""


def _children(connection: Connection, table: Any, ids: list[str]) -> Iterable[AnyRow]:
    if not ids:
        return ()
    return connection.execute(select(table).where(table.c.entry_id.in_(ids)).order_by(*table.primary_key.columns))


def _span(content: str, start: int, end: int) -> Span:
    return Span(start, end, content[start:end])
