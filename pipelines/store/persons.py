"""What one person has asked for: which posts it is about, what there is of them and where, and the request itself.

`written_under` is the only place that chooses posts by their author, and only `pipelines.housekeeping.person` may call
it: for the person, at a request that is registered. A post that an employee seems to have written is not chosen: nobody
may find out by this whether there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, insert, or_, select, update

from pipelines.store import burial
from pipelines.store.burial import Counts
from pipelines.store.schema import (
    access_event,
    assessment,
    case_file,
    entry,
    entry_version,
    flag,
    message,
    notice,
    person_request,
    search,
)

PLACES = (*burial.QUOTING, *burial.TELLING)


@dataclass(frozen=True, slots=True)
class Request:
    """One person's request, as it is kept: never what was searched for."""

    id: str
    action: str
    reference: str
    how: str
    by: str
    at: datetime
    entries: tuple[str, ...]
    held: tuple[str, ...]
    before: Mapping[str, int]
    after: Mapping[str, int] | None
    done_at: datetime | None


def at_address(connection: Connection, addresses: Sequence[str]) -> tuple[str, ...]:
    """Ids of the posts with one of these addresses, now or in an earlier wording; those emptied already among them."""
    before = select(entry_version.c.entry_id).where(entry_version.c.url.in_(addresses))
    there = or_(entry.c.url.in_(addresses), entry.c.native_id.in_(addresses), entry.c.id.in_(before))
    found = select(entry.c.id).where(entry.c.buried_at.is_(None), there).order_by(entry.c.first_seen, entry.c.id)
    return tuple(connection.execute(found).scalars())


def saying(connection: Connection, words: Sequence[str]) -> tuple[str, ...]:
    """Ids of the posts in which one of these spellings stands, now or in an earlier wording."""
    earlier = or_(*(_holds(word, entry_version.c.title, entry_version.c.text) for word in words))
    now = or_(*(_holds(word, entry.c.title, entry.c.text) for word in words))
    return _ids(connection, or_(now, entry.c.id.in_(select(entry_version.c.entry_id).where(earlier))))


def written_under(connection: Connection, pseudonym: str) -> tuple[str, ...]:
    """Ids of the posts under this pseudonym that no employee seems to have written."""
    employee = exists().where(assessment.c.entry_id == entry.c.id, assessment.c.by_employee)
    return _ids(connection, (entry.c.author == pseudonym) & ~employee.correlate(entry))


def _holds(word: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(*(column.contains(word, autoescape=True) for column in columns))


def _ids(connection: Connection, condition: ColumnElement[bool]) -> tuple[str, ...]:
    found = select(entry.c.id).where(entry.c.purged_at.is_(None), condition).order_by(entry.c.first_seen, entry.c.id)
    return tuple(connection.execute(found).scalars())


def counts(connection: Connection, ids: Sequence[str]) -> Counts:
    """How much there is of the posts, by table; of the mails that told of them, kept copies with a text."""
    found = burial.counts(connection, PLACES, ids)
    texts = select(func.count()).select_from(entry).where(entry.c.id.in_(ids), entry.c.purged_at.is_(None))
    found["entry"] = connection.execute(texts).scalar_one()
    found["message"] = len(mails(connection, ids))
    return found


def mails(connection: Connection, ids: Sequence[str]) -> frozenset[str]:
    """The keys of kept mails that told of the posts, or in which the address of one stands, here or at its source."""
    found = set(burial.telling(connection, ids))
    for mark in marks(connection, ids):
        asked = select(message.c.key).where(message.c.text != "", _holds(mark, message.c.text, message.c.html))
        found.update(connection.execute(asked).scalars())
    return frozenset(found)


def marks(connection: Connection, ids: Sequence[str]) -> frozenset[str]:
    """By what a mail that tells of the posts can be known: their pages here, and their addresses at the source."""
    urls = connection.execute(select(entry.c.url).where(entry.c.id.in_(ids), entry.c.url.is_not(None))).scalars()
    return frozenset((*(f"/inlagg/{id}" for id in ids), *urls))


def sent(connection: Connection, ids: Sequence[str]) -> tuple[tuple[str, datetime], ...]:
    """Receiver and time of what has left already: no command reaches it."""
    keys = sorted(mails(connection, ids))
    rows = connection.execute(
        select(message.c.receiver, message.c.sent_at)
        .where(message.c.key.in_(keys), message.c.sent_at.is_not(None))
        .order_by(message.c.sent_at, message.c.key)
    )
    return tuple((row.receiver, row.sent_at) for row in rows)


def taken_out(connection: Connection, ids: Sequence[str]) -> int:
    """How many times flagged ones among the posts have been taken out as a file, by the access log."""
    wanted = set(ids)
    rows = connection.execute(select(access_event.c.entries).where(access_event.c.action == "exported")).scalars()
    return sum(not wanted.isdisjoint(entries) for entries in rows)


def flagged(connection: Connection, ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(connection.execute(select(flag.c.entry_id).distinct().where(flag.c.entry_id.in_(ids))).scalars())


def whole(connection: Connection, id: str) -> dict[str, Any]:
    """All that is known of a post, by table, as the database has it; without the author's pseudonym."""
    tables = {
        "post": select(*(column for column in entry.c if column is not entry.c.author)).where(entry.c.id == id),
        "earlier_wordings": select(entry_version).where(entry_version.c.entry_id == id),
        "assessment": select(assessment).where(assessment.c.entry_id == id),
        "flags": select(flag).where(flag.c.entry_id == id),
        "told_to": select(notice.c.receiver, notice.c.category, notice.c.created_at).where(notice.c.entry_id == id),
        "cases": select(case_file.c.kind, case_file.c.opened_at, case_file.c.due_at).where(case_file.c.entry_id == id),
        "searchable": select(func.count().label("rows")).select_from(search).where(search.c.entry_id == id),
    }
    return {name: [dict(row) for row in connection.execute(asked).mappings()] for name, asked in tables.items()}


# --- requests ----------------------------------------------------------------------------------------------------


def begin(connection: Connection, given: Request) -> None:
    """Note that it has been begun: what is broken off after this is taken up again."""
    values = {name: getattr(given, name) for name in Request.__dataclass_fields__}
    lists = {"entries": list(given.entries), "held": list(given.held), "before": dict(given.before)}
    connection.execute(insert(person_request).values(**values | lists))


def close(connection: Connection, id: str, after: Mapping[str, int], now: datetime) -> None:
    done = update(person_request).where(person_request.c.id == id, person_request.c.done_at.is_(None))
    connection.execute(done.values(after=dict(after), done_at=now))


def requests(connection: Connection, *, unfinished: bool = False) -> tuple[Request, ...]:
    """Every request that is kept, the oldest first; or those that have been broken off."""
    chosen = select(person_request).order_by(person_request.c.at, person_request.c.id)
    if unfinished:
        chosen = chosen.where(person_request.c.done_at.is_(None))
    return tuple(
        Request(
            **{name: getattr(row, name) for name in Request.__dataclass_fields__ if name not in ("entries", "held")},
            entries=tuple(row.entries),
            held=tuple(row.held),
        )
        for row in connection.execute(chosen)
    )
