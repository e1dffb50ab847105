"""What becomes of entries that have had their time: sealed, emptied of their texts, buried down to a tombstone.

Each of the three is done for ids, in chunks, and leaves nothing that quotes the text behind it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, case, delete, func, or_, select, update

from pipelines.store.entries import CHUNK
from pipelines.store.holds import held_mails
from pipelines.store.schema import (
    assessment,
    case_file,
    correction,
    entry,
    entry_unit,
    entry_version,
    flag,
    gist,
    mention,
    message,
    message_file,
    notice,
    presence,
    routed,
    search,
    story_entry,
    story_key,
)

QUOTING: tuple[Table, ...] = (entry_version, mention, correction, story_key, search, gist)
"""What goes with the text: earlier wordings, places in it, words and prints of it, what was said of it and by whom."""
TELLING: tuple[Table, ...] = (flag, entry_unit, assessment, story_entry, notice, routed, presence)
"""What goes with the rest."""
ABOUT_CASES = ("reminder", "escalation")
TOO_LATE = "gallrat innan det skickades"
Counts = Counter[str]
"""Table -> rows."""


def seal(connection: Connection, ids: Sequence[str], now: datetime) -> None:
    """Take them out of every list, search and export; their own page stays, for their case."""
    for some in _chunks(ids):
        for table in (search, gist):
            connection.execute(delete(table).where(table.c.entry_id.in_(some)))
        connection.execute(update(entry).where(entry.c.id.in_(some)).values(sealed_at=now))


def empty(connection: Connection, ids: Sequence[str], rule: str, now: datetime) -> Counts:
    """Take the texts and whatever quotes them, the kept mails that told of them among it. rule: for the tombstone."""
    gone = Counter[str]()
    for some in _chunks(ids):
        keys = sorted(telling(connection, some))
        gone["message"] += sum(empty_mails(connection, message.c.key.in_(part), now) for part in _chunks(keys))
        for table in QUOTING:
            gone[table.name] += connection.execute(delete(table).where(table.c.entry_id.in_(some))).rowcount
        connection.execute(update(flag).where(flag.c.entry_id.in_(some)).values(reason="", evidence=[]))
        connection.execute(update(assessment).where(assessment.c.entry_id.in_(some)).values(tone_parts=[]))
        connection.execute(update(story_entry).where(story_entry.c.entry_id.in_(some)).values(reason=""))
        emptied = {"title": "", "text": "", "author": None, "place": None, "purged_at": now, "purged_why": rule}
        there = and_(entry.c.id.in_(some), entry.c.purged_at.is_(None))
        gone["entry"] += connection.execute(update(entry).where(there).values(**emptied)).rowcount
    return gone


def bury(connection: Connection, ids: Sequence[str], now: datetime) -> Counts:
    """Leave of emptied entries their tombstones alone: id, hash, when and why."""
    gone = Counter[str]()
    for some in _chunks(ids):
        for table in TELLING:
            gone[table.name] += connection.execute(delete(table).where(table.c.entry_id.in_(some))).rowcount
        rest = {"native_id": "", "url": None, "published": None, "language": None, "sealed_at": None, "buried_at": now}
        there = and_(entry.c.id.in_(some), entry.c.buried_at.is_(None))
        gone["entry"] += connection.execute(update(entry).where(there).values(**rest)).rowcount
    return gone


def counts(connection: Connection, tables: Sequence[Table], ids: Sequence[str]) -> Counts:
    """How many rows of these tables belong to the entries."""
    found = Counter[str]()
    for some in _chunks(ids):
        for table in tables:
            asked = select(func.count()).select_from(table).where(table.c.entry_id.in_(some))
            found[table.name] += connection.execute(asked).scalar_one()
    return found


def telling(connection: Connection, ids: Sequence[str]) -> frozenset[str]:
    """The keys of kept mails with a text that have told of the entries, of their stories or of cases of theirs."""
    found: set[str] = set()
    for some in _chunks(ids):
        for column in (notice.c.alert_key, notice.c.digest_key):
            told = select(column).where(notice.c.entry_id.in_(some), column.is_not(None))
            found.update(connection.execute(select(message.c.key).where(message.c.key.in_(told), _full)).scalars())
        stories = select(story_entry.c.story_id).where(story_entry.c.entry_id.in_(some))
        asked = select(message.c.key).where(message.c.story_id.in_(stories), _full)
        found.update(connection.execute(asked).scalars())
    wanted = set(ids)
    several = select(message.c.key, message.c.text).where(message.c.kind.in_(ABOUT_CASES), _full)
    for row in connection.execute(several.where(message.c.story_id.is_(None))) if wanted else ():
        if wanted.intersection(re.findall(r"/inlagg/([\w-]+)", row.text)):
            found.add(row.key)
    return frozenset(found)


def empty_mails(connection: Connection, chosen: ColumnElement[bool], now: datetime) -> int:
    """Empty the copies of the mails chosen, those that told of what is held excepted. Returns how many.

    One that still waits is never sent: it would tell of what is gone.
    """
    waiting = message.c.state.in_(("pending", "claimed"))
    emptied = (
        update(message)
        .where(forgettable(chosen, now))
        .values(
            text="",
            html="",
            subject="",
            link="",
            state=case((waiting, "failed"), else_=message.c.state),
            last_refusal=case((waiting, TOO_LATE), else_=message.c.last_refusal),
        )
    )
    keys = select(message.c.key).where(forgettable(chosen, now))
    connection.execute(delete(message_file).where(message_file.c.message_key.in_(keys)))
    return connection.execute(emptied).rowcount


def composed_before(moment: datetime) -> ColumnElement[bool]:
    return message.c.created_at < moment


def named(keys: Sequence[str]) -> ColumnElement[bool]:
    """Those mails; a few hundred at most."""
    return message.c.key.in_(keys)


def forgettable(chosen: ColumnElement[bool], now: datetime) -> ColumnElement[bool]:
    """Of those chosen, what has a text, is in no worker's hands, and tells of nothing that is held."""
    free = or_(message.c.state != "claimed", message.c.claimed_until <= now)
    return and_(chosen, _full, free, message.c.key.not_in(held_mails(now)))


_full = message.c.text != ""


def tombstones(before: datetime) -> ColumnElement[bool]:
    """Those old enough to go, which no case refers to."""
    return and_(entry.c.buried_at < before, entry.c.id.not_in(select(case_file.c.entry_id)))


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    listed = list(ids)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]
