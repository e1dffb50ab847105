"""The access log: only ever added to, each line chained to the one before, sealed by month and purged by month.

The hash of a seal takes the place of its segment's lines in the chain, so that what follows can still be verified when
they have had their time. There is no UPDATE in this module, and the database refuses any.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, String, cast, delete, exists, func, insert, select

from pipelines.store.schema import access_event, access_purge, access_seal

Action = Literal["read", "changed", "exported"]
GENESIS = "0" * 64
LOCK = 720_008
"""Any number: who holds it on PostgreSQL is the one who writes the next line."""


@dataclass(frozen=True, slots=True)
class Access:
    """One line: who did what where, with which flagged entries."""

    at: datetime
    account: str
    role: str
    action: Action
    place: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A month of the log that is over."""

    segment: str
    events: int
    sealed_at: datetime
    purged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of following the chain to its end, or to where it breaks."""

    events: int
    segments: int
    purged: int
    head: str
    """The hash that stands for all of it: kept elsewhere, it also proves that no end has been cut off."""
    problem: str = ""


def add(connection: Connection, given: Access) -> None:
    """Write the next line; where a month has ended, seal it first."""
    _alone(connection)
    newest = _seal_ended(connection, given.at)
    last = _last(connection)
    open_since = last.segment if last is not None and (newest is None or last.segment > newest.segment) else ""
    # a clock that was set back neither opens a sealed month again nor leaves the open one
    segment = max(_month(given.at), _following(newest.segment) if newest else "", open_since)
    before = last.hash if last is not None and last.segment == segment else _hash_of(newest)
    values = {name: getattr(given, name) for name in Access.__dataclass_fields__} | {"entries": list(given.entries)}
    connection.execute(insert(access_event).values(segment=segment, hash=chained(before, segment, values), **values))


def seal_ended(connection: Connection, now: datetime) -> None:
    """Seal the month before, where it has lines and nobody has written any since."""
    _alone(connection)
    _seal_ended(connection, now)


def purge(connection: Connection, before: datetime, now: datetime, held: Set[str] = frozenset()) -> int:
    """Delete the lines of sealed months that ended before then, but no month that tells who has read what is `held`;
    their seals stay. Returns how many lines."""
    gone = 0
    for row in connection.execute(select(access_seal.c.segment).where(~_purged).order_by(access_seal.c.segment)).all():
        ended = datetime.fromisoformat(f"{_following(row.segment)}-01").replace(tzinfo=UTC)
        if ended <= before and not (held and _tells_of(connection, row.segment, held)):
            connection.execute(insert(access_purge).values(segment=row.segment, at=now))
            gone += connection.execute(delete(access_event).where(access_event.c.segment == row.segment)).rowcount
    return gone


def _tells_of(connection: Connection, segment: str, held: Set[str]) -> bool:
    rows = connection.execute(select(access_event.c.entries).where(access_event.c.segment == segment)).scalars()
    return any(not held.isdisjoint(entries) for entries in rows)


def listed(
    connection: Connection, *, account: str = "", entry: str = "", offset: int = 0, limit: int = 50
) -> tuple[tuple[Access, ...], int]:
    """One page of the lines of that account and with that entry, where given, the latest first; and how many in all."""
    if entry:  # no index knows of entries: the lines are looked through once
        newest = select(access_event.c.id).where(*_chosen(account, entry)).order_by(access_event.c.id.desc())
        ids = list(connection.execute(newest).scalars())
        shown = select(access_event).where(access_event.c.id.in_(ids[offset : offset + limit]))
        return tuple(map(_access, connection.execute(shown.order_by(access_event.c.id.desc())))), len(ids)
    chosen = list(_chosen(account, entry))
    total = connection.execute(select(func.count()).select_from(access_event).where(*chosen)).scalar_one()
    rows = connection.execute(
        select(access_event).where(*chosen).order_by(access_event.c.id.desc()).offset(offset).limit(limit)
    )
    return tuple(_access(row) for row in rows), total


def segments(connection: Connection) -> tuple[Segment, ...]:
    """The months that are sealed, the latest first."""
    rows = connection.execute(
        select(access_seal.c.segment, access_seal.c.events, access_seal.c.at, access_purge.c.at.label("purged_at"))
        .outerjoin(access_purge, access_purge.c.segment == access_seal.c.segment)
        .order_by(access_seal.c.segment.desc())
    )
    return tuple(Segment(row.segment, row.events, row.at, row.purged_at) for row in rows)


def verify(connection: Connection) -> Verdict:
    """Follow the chain from its first line; `problem` names the first place where it does not hold."""
    seals = list(connection.execute(select(access_seal).order_by(access_seal.c.segment)))
    purged = set(connection.execute(select(access_purge.c.segment)).scalars())
    lines = _Lines(connection)
    head = GENESIS
    for number, seal in enumerate(seals):
        begun = lines.count
        if seal.first != head:
            return Verdict(lines.count, number, len(purged), head, f"the seal of {seal.segment} does not follow")
        last = seal.last if seal.segment in purged else lines.follow(seal.segment, head)
        if last != seal.last or (seal.segment not in purged and lines.count - begun != seal.events):
            where = lines.problem or f"the lines of {seal.segment} are not those that were sealed"
            return Verdict(lines.count, number, len(purged), head, where)
        head = _hash_of(seal)
    if lines.next is not None:
        head = lines.follow(lines.next.segment, head)
    if lines.next is not None and not lines.problem:
        lines.problem = f"line {lines.next.id} stands in {lines.next.segment}, which is not its month"
    return Verdict(lines.count, len(seals), len(purged), head, lines.problem)


class _Lines:
    """The lines in their order, each looked at once."""

    def __init__(self, connection: Connection) -> None:
        lines = select(access_event).order_by(access_event.c.id).execution_options(yield_per=1000)
        self._rows: Iterator[Row[Any]] = iter(connection.execute(lines))
        self.next = next(self._rows, None)
        self.count = 0
        self.problem = ""

    def follow(self, segment: str, head: str) -> str:
        """The hash of the segment's last line; stops where one is not what it was."""
        while self.next is not None and self.next.segment == segment:
            values = {name: getattr(self.next, name) for name in Access.__dataclass_fields__}
            if chained(head, segment, values) != self.next.hash:
                self.problem = f"line {self.next.id} is not what it was, or one before it is missing"
                return head
            head = self.next.hash
            self.count += 1
            self.next = next(self._rows, None)
        return head


_purged = exists().where(access_purge.c.segment == access_seal.c.segment).correlate(access_seal)


def _alone(connection: Connection) -> None:
    """Two that write at once would be chained to the same line; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _last(connection: Connection) -> Row[Any] | None:
    return connection.execute(select(access_event).order_by(access_event.c.id.desc()).limit(1)).one_or_none()


def _newest_seal(connection: Connection) -> Row[Any] | None:
    return connection.execute(select(access_seal).order_by(access_seal.c.segment.desc()).limit(1)).one_or_none()


def _seal_ended(connection: Connection, now: datetime) -> Row[Any] | None:
    """The newest seal, made now where the last line's month is over."""
    newest, last = _newest_seal(connection), _last(connection)
    if last is None or last.segment >= _month(now) or (newest is not None and last.segment <= newest.segment):
        return newest
    events = select(func.count()).select_from(access_event).where(access_event.c.segment == last.segment)
    connection.execute(
        insert(access_seal).values(
            segment=last.segment,
            first=_hash_of(newest),
            last=last.hash,
            events=connection.execute(events).scalar_one(),
            at=now,
        )
    )
    return _newest_seal(connection)


def _hash_of(seal: Row[Any] | None) -> str:
    if seal is None:
        return GENESIS
    return _hash([seal.segment, seal.first, seal.last, seal.events, seal.at.astimezone(UTC).isoformat()])


def chained(before: str, segment: str, values: Mapping[str, Any]) -> str:
    """The hash of a line: over the one `before` it, its month, and all that it says."""
    at = values["at"].astimezone(UTC).isoformat()
    rest = [values[name] for name in ("account", "role", "action", "place")]
    return _hash([before, segment, at, *rest, list(values["entries"])])


def _hash(parts: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def _month(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m}"


def _following(segment: str) -> str:
    return f"{date.fromisoformat(f'{segment}-01') + timedelta(days=31):%Y-%m}"


def _chosen(account: str, entry: str) -> Iterator[ColumnElement[bool]]:
    if account:
        yield access_event.c.account == account
    if entry:
        yield cast(access_event.c.entries, String).contains(json.dumps(entry), autoescape=True)


def _access(row: Row[Any]) -> Access:
    values = {name: getattr(row, name) for name in Access.__dataclass_fields__}
    return Access(**values | {"entries": tuple(row.entries)})
