"""What people change beside the configuration files: every change is a row, and none is ever rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select

from pipelines.store.schema import setting

Setting = Literal["silence", "deputy"]


@dataclass(frozen=True, slots=True)
class Change:
    """Who said what, when and why. `value`: None where the setting was taken away."""

    name: str
    value: Mapping[str, Any] | None
    reason: str
    by: str
    at: datetime


def change(connection: Connection, kind: Setting, given: Change) -> None:
    """Let `given` hold from now on."""
    row = {name: getattr(given, name) for name in Change.__dataclass_fields__}
    connection.execute(insert(setting).values(kind=kind, **row))


def current(connection: Connection, kind: Setting) -> tuple[Change, ...]:
    """The settings of a kind that hold, oldest first."""
    newest = select(func.max(setting.c.id)).where(setting.c.kind == kind).group_by(setting.c.name)
    rows = connection.execute(select(setting).where(setting.c.id.in_(newest)).order_by(setting.c.id))
    return tuple(one for one in map(_change, rows) if one.value is not None)


def history(connection: Connection, kind: Setting) -> tuple[Change, ...]:
    """Every change of a kind, oldest first."""
    rows = connection.execute(select(setting).where(setting.c.kind == kind).order_by(setting.c.id))
    return tuple(map(_change, rows))


def _change(row: Any) -> Change:
    return Change(**{name: getattr(row, name) for name in Change.__dataclass_fields__})
