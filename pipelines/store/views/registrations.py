"""Proposals to the diary, with the rights of the posts they are about.

Of a post that is emptied here only the decision and its number are left: it is shown to who may read every post.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from pipelines.duties.diary import Filed, State
from pipelines.store import registrations
from pipelines.store.schema import entry, registration
from pipelines.store.views.scope import Scope, load, readable

MOST = 500
"""Proposals handed over at a time."""


def listed(
    connection: Connection, scope: Scope, states: Sequence[State], *, offset: int = 0, limit: int = 50
) -> tuple[tuple[Filed, ...], int]:
    """One page of those in one of the states, the latest touched first, and how many there are in all."""
    last = registrations.last_action().subquery()
    chosen = (
        select(registration.c.id)
        .join(last, last.c.registration_id == registration.c.id)
        .where(last.c.action.in_(states), _allowed(scope))
    )
    total = connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    page = chosen.order_by(last.c.at.desc(), registration.c.id).offset(offset).limit(limit)
    return _seen(connection, scope, list(connection.execute(page).scalars())), total


def one(connection: Connection, scope: Scope, id: str) -> Filed | None:
    """None as if there were none, where `scope` leaves out what it is about."""
    chosen = select(registration.c.id).where(registration.c.id == id, _allowed(scope))
    return next(iter(_seen(connection, scope, list(connection.execute(chosen).scalars()))), None)


def of_entry(connection: Connection, scope: Scope, entry_id: str) -> tuple[Filed, ...]:
    """Those about the post, oldest first."""
    chosen = select(registration.c.id).where(registration.c.entry_id == entry_id, _allowed(scope))
    found = _seen(connection, scope, list(connection.execute(chosen).scalars()))
    return tuple(sorted(found, key=lambda filed: filed.history[0].at))


def _allowed(scope: Scope) -> ColumnElement[bool]:
    may = registration.c.entry_id.in_(_ids(scope))
    if scope.units is not None or not scope.flagged_texts:
        return may
    return or_(may, registration.c.entry_id.in_(select(entry.c.id).where(entry.c.purged_at.is_not(None))))


def _ids(scope: Scope) -> Select[Any]:
    return readable(scope).with_only_columns(entry.c.id, maintain_column_froms=True)


def _seen(connection: Connection, scope: Scope, ids: Sequence[str]) -> tuple[Filed, ...]:
    """With their papers, which repeat what the posts say: read as the posts are, for the access log."""
    found = registrations.loaded(connection, ids, papers=True)
    about = {filed.registration.entry_id for filed in found}
    load(connection, scope, readable(scope).where(entry.c.id.in_(about)))
    return found
