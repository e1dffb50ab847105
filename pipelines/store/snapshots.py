"""Snapshots of the official accounts and their deliveries: written once, and read by half-year or by account."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select

from pipelines.snapshots.values import Delivery, Snapshot
from pipelines.store.schema import AnyRow, forgotten, snapshot, snapshot_delivery

FIELDS = tuple(Snapshot.__dataclass_fields__)
KIND = "snapshot"
"""As `forgotten` calls both."""


def issue_key(account: str) -> str:
    """Of the Issue that the account has no snapshot."""
    return f"snapshots:account:{account}:"


def delivery_key(period: date) -> str:
    """Of the Issue that the half-year is not delivered."""
    return f"snapshots:delivery:{period.isoformat()}"


def tool_key(name: str) -> str:
    """Of the Issue that the machine lacks something: a package of Debian's, or the browser's sandbox."""
    return f"snapshots:tools:{name}"


def add(connection: Connection, given: Snapshot) -> None:
    connection.execute(insert(snapshot).values({name: getattr(given, name) for name in FIELDS}))


def of_period(connection: Connection, period: date) -> tuple[Snapshot, ...]:
    """Every try for the half-year, oldest first."""
    return _found(connection, snapshot.c.period == period)


def of_account(connection: Connection, account: str) -> tuple[Snapshot, ...]:
    """Every try of the account, oldest first."""
    return _found(connection, snapshot.c.account == account)


def one(connection: Connection, id: str) -> Snapshot | None:
    return next(iter(_found(connection, snapshot.c.id == id)), None)


def periods(connection: Connection) -> tuple[date, ...]:
    """The half-years of which there is anything, newest first."""
    chosen = select(snapshot.c.period).distinct().order_by(snapshot.c.period.desc())
    return tuple(connection.execute(chosen).scalars())


def standing(tries: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
    """Of each half-year and account, in that order, what holds: the last with a file, the last of all where none has.
    tries: oldest first."""
    last: dict[tuple[date, str], Snapshot] = {}
    for given in tries:
        key = given.period, given.account
        if given.is_held or not (key in last and last[key].is_held):
            last[key] = given
    return tuple(last[key] for key in sorted(last))


def deliver(connection: Connection, given: Delivery) -> None:
    values = {name: getattr(given, name) for name in Delivery.__dataclass_fields__}
    connection.execute(insert(snapshot_delivery).values(values))


def deliveries(connection: Connection) -> tuple[Delivery, ...]:
    """All, oldest first."""
    rows = connection.execute(select(snapshot_delivery).order_by(snapshot_delivery.c.at, snapshot_delivery.c.id))
    return tuple(Delivery(**{name: getattr(row, name) for name in Delivery.__dataclass_fields__}) for row in rows)


def files_kept(connection: Connection, delivered_before: datetime) -> frozenset[str]:
    """Names of the files that stay: all but those that were delivered before then, in whatever package."""
    last = {given.period: given.at for given in deliveries(connection) if given.at < delivered_before}
    rows = _found(connection, snapshot.c.sha256 != "")
    return frozenset(given.stored_as for given in rows if given.period not in last or given.at > last[given.period])


def forget(connection: Connection, before: datetime, files: Collection[str], now: datetime) -> int:
    """Delete the tries made before then of which no file is kept; that they were there is noted, or the database
    refuses. Returns how many."""
    tries = _found(connection, snapshot.c.at < before)
    return _forget(connection, snapshot, [given.id for given in tries if given.stored_as not in files], now)


def forget_deliveries(connection: Connection, before: datetime, now: datetime) -> int:
    """Delete what was recorded before then, in the same way."""
    return _forget(connection, snapshot_delivery, [one.id for one in deliveries(connection) if one.at < before], now)


def _forget(connection: Connection, table: Table, ids: Sequence[str], now: datetime) -> int:
    for id in ids:
        connection.execute(insert(forgotten).values(kind=KIND, id=id, at=now))
        connection.execute(delete(table).where(table.c.id == id))
    return len(ids)


def _found(connection: Connection, chosen: ColumnElement[bool]) -> tuple[Snapshot, ...]:
    rows = connection.execute(select(snapshot).where(chosen).order_by(snapshot.c.at, snapshot.c.id))
    return tuple(_read(row) for row in rows)


def _read(row: AnyRow) -> Snapshot:
    return Snapshot(**{name: getattr(row, name) for name in FIELDS})
