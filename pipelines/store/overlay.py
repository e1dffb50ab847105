"""What people change beside the configuration files: every change is a row, and none is ever rewritten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from pipelines.store.schema import setting

Setting = Literal["silence", "deputy", "source", "pause", "receiver", "rule"]


@dataclass(frozen=True, slots=True)
class Change:
    """Who said what, when and why. `value`: None where the setting was taken away."""

    name: str
    value: Mapping[str, Any] | None
    reason: str
    by: str
    at: datetime
    kind: str = ""
    id: int = 0
    """Of a stored change; 0 stands for none."""


class TakenError(Exception):
    """Someone else has changed the same since it was read."""


def change(connection: Connection, kind: Setting, given: Change, *, seen: int | None = None) -> None:
    """Let `given` hold from now on.

    seen: the newest change of the same setting that its author has read, 0 for none. Raises TakenError where there is a
    newer one. The database itself lets only one change follow another, so that two at once cannot both be stored; the
    second's transaction is then of no more use.
    """
    before = newest(connection, kind, given.name)
    follows = before.id if before else 0
    if seen is not None and seen != follows:
        raise TakenError
    row = {name: getattr(given, name) for name in ("name", "value", "reason", "by", "at")}
    try:
        connection.execute(insert(setting).values(kind=kind, follows=follows, **row))
    except IntegrityError as error:
        raise TakenError from error


def newest(connection: Connection, kind: Setting, name: str) -> Change | None:
    """The last change of one setting."""
    chosen = select(setting).where(setting.c.kind == kind, setting.c.name == name)
    row = connection.execute(chosen.order_by(setting.c.id.desc()).limit(1)).one_or_none()
    return _change(row) if row else None


def last(connection: Connection) -> int:
    """The id of the last change of any setting; 0 where there is none."""
    return int(connection.execute(select(func.coalesce(func.max(setting.c.id), 0))).scalar_one())


def current(connection: Connection, *kinds: Setting) -> tuple[Change, ...]:
    """The settings of some kinds that hold, oldest first."""
    of_each = select(func.max(setting.c.id)).where(setting.c.kind.in_(kinds)).group_by(setting.c.kind, setting.c.name)
    rows = connection.execute(select(setting).where(setting.c.id.in_(of_each)).order_by(setting.c.id))
    return tuple(one for one in map(_change, rows) if one.value is not None)


def history(connection: Connection, *kinds: Setting, names: Collection[str] | None = None) -> tuple[Change, ...]:
    """Every change of some kinds, oldest first; of `names` alone where they are given."""
    chosen = select(setting).where(setting.c.kind.in_(kinds)).order_by(setting.c.id)
    if names is not None:
        chosen = chosen.where(setting.c.name.in_(names))
    return tuple(map(_change, connection.execute(chosen)))


def _change(row: Any) -> Change:
    return Change(**{name: getattr(row, name) for name in Change.__dataclass_fields__})
