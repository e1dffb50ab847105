"""Holds begun and ended by people: what is asked is checked here, and kept with who, when and why."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from pipelines.config.schema import Config
from pipelines.errors import UserError, WrongCall
from pipelines.store import holds
from pipelines.store.holds import Hold, Kind
from pipelines.when import last_second

LONGEST_DAYS = 1827
"""Five years; whoever needs it longer says so again."""


def add(
    connection: Connection, config: Config, kind: Kind, subject: str, *, last: date, reason: str, by: str, now: datetime
) -> str:
    """Hold a post, a story or a source to the end of the day `last`; its id.

    Raises WrongCall for a hold without an end or a reason, UserError for what there is not.
    """
    until = last_second(last, config.zone)
    if not reason.strip():
        raise WrongCall("say why with --reason: it is kept with who and when")
    if until <= now:
        raise WrongCall(f"{last.isoformat()} has passed. Give --until a day to come")
    if until > now + timedelta(days=LONGEST_DAYS):
        raise WrongCall(f"{last.isoformat()} is more than five years away. Give --until an earlier day")
    there = config.source(subject) is not None if kind == "source" else holds.is_there(connection, kind, subject)
    if not there:
        raise UserError(f"there is no {kind} «{subject}» with anything left to hold. Mend the id")
    return holds.add(connection, kind, subject, until=until, reason=reason.strip(), by=by, now=now)


def listed(connection: Connection, now: datetime, *, holding: bool) -> tuple[Hold, ...]:
    """The holds that hold now, or those that are over."""
    return tuple(one for one in holds.listed(connection) if one.holds(now) == holding)


def end(connection: Connection, id: str, *, reason: str, by: str, now: datetime) -> None:
    """End a hold before its day. Raises WrongCall without a reason, UserError where no such hold holds."""
    if not reason.strip():
        raise WrongCall("say why with --reason: it is kept with who and when")
    if not holds.end(connection, id, reason=reason.strip(), by=by, now=now):
        raise UserError(f"no hold «{id}» holds. See them with: mediebevakning hold list")
