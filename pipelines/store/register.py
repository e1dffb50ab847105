"""The register of official accounts in the database: what is said last of each holds, and all that was said stays.

There is no UPDATE in this module, and the database refuses any.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import DatabaseError

from pipelines.register.official import Official
from pipelines.store.overlay import TakenError
from pipelines.store.schema import entry, register_event

Action = Literal["changed", "told"]


def subject(account: str) -> str:
    """What an Issue about the account is about."""
    return f"register:{account}"


@dataclass(frozen=True, slots=True)
class Event:
    """Who changed what, when and why; or who was told that the account has gone silent."""

    id: int
    account: str
    action: Action
    value: Mapping[str, Any]
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """One step of telling that an account is silent since `since`."""

    step: str
    since: datetime
    told: tuple[str, ...]
    """Ids of receivers."""
    at: datetime


def change(connection: Connection, given: Official, *, seen: int, by: str, reason: str, now: datetime) -> None:
    """Let `given` be what the register says of the account. seen: the last change of it that its author has read, 0 for
    none.

    Raises TakenError where there is a newer one; of two at once the database stores one, and the other's transaction
    is then of no more use.
    """
    if last_change(connection, given.id) != seen:
        raise TakenError
    values = {"account": given.id, "action": "changed", "follows": seen, "value": given.model_dump(mode="json")}
    try:
        connection.execute(insert(register_event).values(**values, reason=reason, by=by, at=now))
    except DatabaseError as error:  # an index on PostgreSQL, a trigger on SQLite
        raise TakenError from error


def told(connection: Connection, account: str, given: Telling, *, by: str) -> None:
    value = {"step": given.step, "since": given.since.isoformat(), "told": list(given.told)}
    row = {"account": account, "action": "told", "value": value, "reason": "", "by": by, "at": given.at}
    connection.execute(insert(register_event).values(**row))


def last_change(connection: Connection, account: str) -> int:
    """The id of the last change of the account; 0 where there is none."""
    chosen = select(func.coalesce(func.max(register_event.c.id), 0)).where(
        register_event.c.account == account, register_event.c.action == "changed"
    )
    return int(connection.execute(chosen).scalar_one())


def current(connection: Connection) -> tuple[Official, ...]:
    """The register, in the order of the accounts' ids."""
    of_each = select(func.max(register_event.c.id)).where(register_event.c.action == "changed")
    chosen = select(register_event.c.value).where(register_event.c.id.in_(of_each.group_by(register_event.c.account)))
    found = (Official.model_validate(row) for row in connection.execute(chosen).scalars())
    return tuple(sorted(found, key=lambda one: one.id))


def one(connection: Connection, account: str) -> Official | None:
    value = connection.execute(
        select(register_event.c.value).where(register_event.c.id == last_change(connection, account))
    ).scalar_one_or_none()
    return Official.model_validate(value) if value is not None else None


def of_source(connection: Connection, source_ids: Sequence[str]) -> dict[str, Official]:
    """By source, the open account on which what it brings was written."""
    wanted = set(source_ids)
    return {one.source: one for one in current(connection) if one.is_open and one.source and one.source in wanted}


def answered_for(connection: Connection, receivers: Collection[str], units: Collection[str]) -> frozenset[str]:
    """The sources of what others write on open accounts that one of the receivers is responsible for or stands in on,
    or that belong to one of the units."""
    return frozenset(
        one.source
        for one in current(connection)
        if one.is_open and one.source and (one.responsible in receivers or one.deputy in receivers or one.unit in units)
    )


def history(connection: Connection, account: str) -> tuple[Event, ...]:
    """All that has happened to the account, oldest first."""
    rows = connection.execute(
        select(register_event).where(register_event.c.account == account).order_by(register_event.c.id)
    )
    return tuple(Event(**{name: getattr(row, name) for name in Event.__dataclass_fields__}) for row in rows)


def tellings(connection: Connection, account: str, since: datetime) -> tuple[Telling, ...]:
    """The steps of telling that the account is silent since then, oldest first."""
    found = (event for event in history(connection, account) if event.action == "told")
    made = (
        Telling(one.value["step"], datetime.fromisoformat(one.value["since"]), tuple(one.value["told"]), one.at)
        for one in found
    )
    return tuple(one for one in made if one.since == since)


def last_post(connection: Connection, source: str, now: datetime) -> datetime | None:
    """When the newest post that the source has brought was written, or seen where it does not say; None for none."""
    written = func.coalesce(entry.c.published, entry.c.first_seen)
    chosen = select(written).where(entry.c.source_id == source, written <= now).order_by(written.desc()).limit(1)
    found: datetime | None = connection.execute(chosen).scalar_one_or_none()
    return found
