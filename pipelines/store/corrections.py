"""What people have said of items. Only ever added to; what it means for an Assessment is decided in enrich.amend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, func, insert, select, update

from pipelines.correction import UNDONE, Bearing, Correction, Said
from pipelines.store.entries import CHUNK, from_row
from pipelines.store.schema import AnyRow, assessment, correction, entry, entry_version, flag, story_entry
from pipelines.types import Entry


def is_done(entry_id: Column[str]) -> ColumnElement[bool]:
    """That the entry of the enclosing query, which has its id there, is marked as done, and not as undone since."""
    last = (
        select(correction.c.value)
        .where(correction.c.entry_id == entry_id, correction.c.verdict == "done")
        .order_by(correction.c.id.desc())
        .limit(1)
        .correlate(entry_id.table)
    )
    return func.coalesce(last.scalar_subquery(), UNDONE) != UNDONE


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What became of a rule's flags since a time."""

    fired: int = 0
    """Entries, those whose flag a person has taken away since among them; copies corrected with them are not."""
    wrong: int = 0
    right: int = 0


def add(connection: Connection, said: Said, now: datetime, link: str | None = None) -> None:
    """Store what someone has said. `link`: the SHA-256 of the token it was said by, refused the second time."""
    values = {name: getattr(said, name) for name in Said.__dataclass_fields__}
    connection.execute(insert(correction).values(**values, at=now, link=link))


def by_link(connection: Connection, link: str) -> Correction | None:
    """What has been said by this link."""
    row = connection.execute(select(correction).where(correction.c.link == link)).one_or_none()
    return _correction(row) if row else None


def lock(connection: Connection, entry_id: str) -> None:
    """Let nobody else say anything of the entry until this transaction ends."""
    connection.execute(select(entry.c.id).where(entry.c.id == entry_id).with_for_update())


def of_entry(connection: Connection, entry_id: str) -> tuple[Correction, ...]:
    """What has been said of the entry, oldest first."""
    return of_entries(connection, [entry_id])


def of_entries(connection: Connection, entry_ids: Sequence[str]) -> tuple[Correction, ...]:
    """The same of many."""
    found = []
    for start in range(0, len(entry_ids), CHUNK):
        some = correction.c.entry_id.in_(entry_ids[start : start + CHUNK])
        found += [_correction(row) for row in connection.execute(select(correction).where(some))]
    return tuple(sorted(found, key=lambda one: one.id))


def of_ids(connection: Connection, ids: Iterable[int]) -> tuple[Correction, ...]:
    """The corrections with these ids, oldest first."""
    rows = connection.execute(select(correction).where(correction.c.id.in_(list(ids))).order_by(correction.c.id))
    return tuple(map(_correction, rows))


def bearing(connection: Connection, entry_ids: Sequence[str]) -> dict[str, list[Bearing]]:
    """By entry, what has been said of it and of the other entries of its story, oldest first."""
    corrected = select(story_entry.c.story_id).where(story_entry.c.entry_id.in_(select(correction.c.entry_id)))
    stories: dict[str, str] = {}
    for start in range(0, len(entry_ids), CHUNK):
        rows = connection.execute(
            select(story_entry.c.entry_id, story_entry.c.story_id).where(
                story_entry.c.entry_id.in_(entry_ids[start : start + CHUNK]), story_entry.c.story_id.in_(corrected)
            )
        )
        stories |= {row.entry_id: row.story_id for row in rows}
    said: dict[str, list[Bearing]] = {}
    for story_id in sorted(set(stories.values())):
        said[story_id] = _in_story(connection, story_id)
    return {entry_id: said[story_id] for entry_id, story_id in stories.items()}


def _in_story(connection: Connection, story_id: str) -> list[Bearing]:
    ids = connection.execute(select(story_entry.c.entry_id).where(story_entry.c.story_id == story_id)).scalars()
    found = of_entries(connection, list(ids))
    wordings = _wordings(connection, {(one.said.entry_id, one.said.revision) for one in found})
    return [Bearing(one, wordings.get((one.said.entry_id, one.said.revision))) for one in found]


def _correction(row: AnyRow) -> Correction:
    return Correction(row.id, Said(**{name: getattr(row, name) for name in Said.__dataclass_fields__}), row.at)


def _wordings(connection: Connection, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
    """Entries as they read at a revision, where that is still kept."""
    found: dict[tuple[str, str], Entry] = {}
    for entry_id, revision in wanted:
        row = connection.execute(select(entry).where(entry.c.id == entry_id, entry.c.purged_at.is_(None))).one_or_none()
        if row is None:
            continue
        if row.revision == revision:
            found[entry_id, revision] = from_row(row)
            continue
        then = (entry_version.c.entry_id == entry_id, entry_version.c.revision == revision)
        if old := connection.execute(select(entry_version).where(*then)).one_or_none():
            found[entry_id, revision] = replace(from_row(row), url=old.url, title=old.title, text=old.text)
    return found


def reassess_story(connection: Connection, entry_id: str) -> None:
    """Let enrich look again at the entry and at all others of its story: a correction may hold for copies too."""
    story_id = select(story_entry.c.story_id).where(story_entry.c.entry_id == entry_id).scalar_subquery()
    same = select(story_entry.c.entry_id).where(story_entry.c.story_id == story_id)
    connection.execute(update(assessment).where(assessment.c.entry_id.in_(same)).values(version=""))


def judged(connection: Connection) -> dict[tuple[str, str], tuple[bool, str | None, datetime]]:
    """By entry and category, the last word of someone logged in: whether the flag is right, the rule, and when."""
    rows = connection.execute(
        select(correction)
        .where(correction.c.via == "account", correction.c.verdict.in_(("is-flag", "not-flag")))
        .order_by(correction.c.id)
    )
    return {(row.entry_id, row.value): (row.verdict == "is-flag", row.rule, row.at) for row in rows}


def rules(connection: Connection, since: datetime) -> dict[str, RuleFigures]:
    """By rule, how often it has fired on entries seen since then, and what people have said since then about it."""
    fired = {
        (row.entry_id, row.rule)
        for row in connection.execute(
            select(flag.c.entry_id, flag.c.rule)
            .join(entry, entry.c.id == flag.c.entry_id)
            .where(entry.c.first_seen >= since)
        )
    }
    said = [(entry_id, rule, right) for (entry_id, _), (right, rule, at) in judged(connection).items() if at >= since]
    fired |= {(entry_id, rule) for entry_id, rule, right in said if rule and not right}
    counts = Counter(rule for _, rule in fired)
    wrong = Counter(rule for _, rule, right in said if not right)
    true = Counter(rule for _, rule, right in said if right)
    return {
        rule: RuleFigures(counts[rule], wrong[rule], true[rule])
        for rule in {*counts, *wrong, *true}
        if rule is not None
    }


def labelled(connection: Connection) -> Iterator[dict[str, object]]:
    """Rows as `train` takes them: texts with the tone that someone logged in has given them, the last word of each."""
    rows = connection.execute(
        select(correction.c.entry_id, correction.c.revision, correction.c.verdict)
        .where(correction.c.via == "account", correction.c.verdict.in_(("negative", "not-negative")))
        .order_by(correction.c.id)
    )
    last = {row.entry_id: row for row in rows}
    wordings = _wordings(connection, ((row.entry_id, row.revision) for row in last.values()))
    for (entry_id, _), read in sorted(wordings.items()):
        if read.text:
            yield {
                "id": entry_id,
                "source": read.kind,
                "title": read.title,
                "text": read.text,
                "language": connection.execute(
                    select(assessment.c.language).where(assessment.c.entry_id == entry_id)
                ).scalar_one_or_none()
                or "und",
                "tone": "negative" if last[entry_id].verdict == "negative" else "neutral",
            }
