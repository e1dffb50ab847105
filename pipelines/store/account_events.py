"""What has been done with accounts: who, when, from what to what. Every change is a row, and none is ever rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select

from pipelines.store.schema import account_event

Action = Literal["invited", "made", "link", "changed", "followed", "closed", "opened", "no-code", "logged-out"]
"""Invited by someone; made at the first login by the municipality's own; given another link; given other rights by
someone, or by its groups there; closed; opened again; freed from codes; logged out everywhere."""


@dataclass(frozen=True, slots=True)
class Event:
    """changed: role and units as [before, after], where they are others now."""

    account: str
    at: datetime
    by: str
    """An account; empty for the command line, and for the municipality's own login."""
    action: Action
    changed: Mapping[str, Any]
    id: int = 0


def add(connection: Connection, given: Event) -> None:
    """Write it down."""
    names = ("account", "at", "by", "action", "changed")
    connection.execute(insert(account_event).values({name: getattr(given, name) for name in names}))


def last(connection: Connection, account: str) -> int:
    """The id of the last event of the account; 0 where there is none."""
    newest = select(func.max(account_event.c.id)).where(account_event.c.account == account)
    return connection.execute(newest).scalar_one() or 0


def listed(connection: Connection, account: str = "", *, after: int = 0, limit: int = 50) -> tuple[Event, ...]:
    """The latest first; of one account where it is named, and later than the event `after`."""
    asked = select(account_event).where(account_event.c.id > after).order_by(account_event.c.id.desc()).limit(limit)
    rows = connection.execute(asked.where(account_event.c.account == account) if account else asked)
    return tuple(Event(**{name: getattr(row, name) for name in Event.__dataclass_fields__}) for row in rows)
