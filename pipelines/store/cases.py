"""Cases: opened once, never changed; all that happens to one is a line of its history, and the last decision its state.

There is no UPDATE in this module, and the database refuses any. What `case_now` repeats of the history is written by
triggers (migration 0013).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, insert, or_, select

from pipelines.casework import DECISIONS, NOBODY, Action, Case, Decision, Event, Via
from pipelines.store.entries import CHUNK
from pipelines.store.schema import case_event, case_file, case_now, entry, presence

FIELDS = tuple(case_file.c.keys())
MAX_NOTE = 200

decided = (
    select(case_event.c.action)
    .where(case_event.c.case_id == case_file.c.id, case_event.c.action.in_(DECISIONS))
    .order_by(case_event.c.id.desc())
    .limit(1)
    .correlate(case_file)
    .scalar_subquery()
)
"""What the last decision was, None before the first."""
_state = func.coalesce(decided, "new")
is_open = exists().where(case_now.c.case_id == case_file.c.id, case_now.c.is_open).correlate(case_file)


def open_case(connection: Connection, given: Case) -> bool:
    """Store a new case and the first line of its history. False, and nothing stored, where it is there already."""
    if connection.execute(select(case_file.c.id).where(case_file.c.id == given.id)).first():
        return False
    values = {name: getattr(given, name) for name in FIELDS} | {"responsible": list(given.responsible)}
    connection.execute(insert(case_file).values(**values))
    _add(connection, given.id, "opened", given.opened_at, NOBODY, "clock", given.responsible)
    return True


def decide(
    connection: Connection, case_id: str, state: Decision, *, by: str, via: Via, now: datetime, note: str = ""
) -> bool:
    """Put the case in `state`, one of DECISIONS. False where there is no such case, or it is in that state already: a
    link pressed twice writes one line.

    by: the account, or the receiver whose link was pressed. note: a diary number or a few words; cut at MAX_NOTE.
    """
    if state not in DECISIONS:
        raise ValueError(f"nobody can decide that a case is {state!r}")
    present = one(connection, case_id)
    if present is None or present.state == state:
        return False
    _add(connection, case_id, state, now, by, via, note=" ".join(note.split())[:MAX_NOTE])
    return True


def lock(connection: Connection, case_id: str) -> None:
    """Let nobody else decide on it until this transaction ends."""
    connection.execute(select(case_file.c.id).where(case_file.c.id == case_id).with_for_update())


def told(connection: Connection, case_id: str, action: Action, receivers: Sequence[str], now: datetime) -> None:
    """Note that those have been reminded, or that the case has been escalated to them."""
    _add(connection, case_id, action, now, NOBODY, "clock", receivers)


def one(connection: Connection, case_id: str) -> Case | None:
    found = _load(connection, _query().where(case_file.c.id == case_id))
    return found[0] if found else None


def by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Case]:
    """The cases with these ids, of which there may be a few hundred."""
    return {one.id: one for one in _load(connection, _query().where(case_file.c.id.in_(ids)))}


def of_entries(connection: Connection, entry_ids: Sequence[str], story_ids: Sequence[str]) -> tuple[Case, ...]:
    """The cases that the entries have given rise to, and the questions of the stories, of which there may be a few
    hundred; those of longest standing first."""
    asked = and_(case_file.c.kind == "question", case_file.c.story_id.in_(story_ids))
    return _load(connection, _query().where(or_(case_file.c.entry_id.in_(entry_ids), asked)))


def ringing(connection: Connection, escalate: datetime, remind: datetime, since: datetime) -> tuple[Case, ...]:
    """Open cases of which someone may be to be told now: time that has run out at `escalate`, and a reminder due before
    `remind` that nobody's acknowledgement has made needless. Of either, only where nobody was told before `since`.
    """
    late = and_(case_file.c.escalate_at <= escalate, ~_has(since, "escalated"))
    first = ~or_(_has(since, "reminded"), _has(None, "escalated"))
    waiting = and_(case_file.c.escalate_at > escalate, case_file.c.remind_at < remind, first, _state == "new")
    return _load(connection, _query().where(is_open, or_(late, waiting)))


def waiting_for(connection: Connection, receiver: str, *, all_of_them: bool) -> tuple[Case, ...]:
    """The open cases that `receiver` is to act on or has been told of; with `all_of_them` every open one. First those
    whose time is up first.
    """
    found = _load(connection, _query().where(is_open))
    return tuple(one for one in found if all_of_them or receiver in (*one.responsible, *one.escalated_to))


def gone(connection: Connection) -> tuple[Case, ...]:
    """Open cases whose post is no longer at its source."""
    away = exists().where(presence.c.entry_id == case_file.c.entry_id, presence.c.gone_at.is_not(None))
    return _load(connection, _query().where(is_open, away))


def emptied(connection: Connection) -> tuple[Case, ...]:
    """Open cases whose post has been emptied here, its time being up."""
    purged = exists().where(entry.c.id == case_file.c.entry_id, entry.c.purged_at.is_not(None))
    return _load(connection, _query().where(is_open, purged))


def history(connection: Connection, case_id: str) -> tuple[Event, ...]:
    """All that has happened to the case, oldest first."""
    return histories(connection, [case_id]).get(case_id, ())


def histories(connection: Connection, case_ids: Sequence[str]) -> dict[str, tuple[Event, ...]]:
    """The same of some hundred cases."""
    rows = connection.execute(select(case_event).where(case_event.c.case_id.in_(case_ids)).order_by(case_event.c.id))
    found: dict[str, tuple[Event, ...]] = {}
    for row in rows:
        event = Event(row.action, row.at, row.by, row.via, tuple(row.told), row.note)
        found[row.case_id] = (*found.get(row.case_id, ()), event)
    return found


def _query() -> Select[Any]:
    return select(case_file, _state.label("state")).order_by(case_file.c.due_at, case_file.c.id)


def _load(connection: Connection, chosen: Select[Any]) -> tuple[Case, ...]:
    rows = list(connection.execute(chosen))
    told: dict[tuple[str, str], list[str]] = {}
    for row in _tellings(connection, [row.id for row in rows]):
        told.setdefault((row.case_id, row.action), []).extend(row.told)
    return tuple(
        Case(
            **{name: getattr(row, name) for name in FIELDS if name != "responsible"},
            responsible=tuple(row.responsible),
            state=row.state,
            reminded_to=tuple(told.get((row.id, "reminded"), ())),
            escalated_to=tuple(told.get((row.id, "escalated"), ())),
        )
        for row in rows
    )


def _tellings(connection: Connection, ids: Sequence[str]) -> Iterable[Any]:
    for start in range(0, len(ids), CHUNK):
        yield from connection.execute(
            select(case_event.c.case_id, case_event.c.action, case_event.c.told)
            .where(
                case_event.c.case_id.in_(ids[start : start + CHUNK]),
                case_event.c.action.in_(("reminded", "escalated")),
            )
            .order_by(case_event.c.id)
        )


def _has(before: datetime | None, action: Action) -> ColumnElement[bool]:
    found = exists().where(case_event.c.case_id == case_file.c.id, case_event.c.action == action)
    return (found if before is None else found.where(case_event.c.at <= before)).correlate(case_file)


def _add(
    connection: Connection,
    case_id: str,
    action: Action,
    now: datetime,
    by: str,
    via: Via,
    receivers: Sequence[str] = (),
    note: str = "",
) -> None:
    connection.execute(
        insert(case_event).values(
            case_id=case_id, action=action, at=now, by=by, via=via, told=list(receivers), note=note
        )
    )
