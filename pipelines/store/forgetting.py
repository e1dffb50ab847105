"""What has had its time beside the entries: mails, logs, cases, what people decided and no longer holds.

A hold goes before every rule that could reach what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, insert, or_, select

from pipelines.store import burial, cases, holds
from pipelines.store.schema import (
    account,
    account_event,
    api_key,
    case_event,
    case_file,
    case_now,
    digest_run,
    entry,
    forgotten,
    hold_event,
    issue,
    login_failure,
    login_link,
    login_state,
    message,
    person_request,
    poll,
    registration,
    registration_event,
    registration_paper,
    session,
    setting,
    source_day,
    spent,
    spike,
    story,
    story_decision,
    story_entry,
    story_key,
    tally,
    tally_case,
)

ENDS = ("until", "last")
"""Keys of a setting's value that say when it is over by itself."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Older than its moment, what each names has had its time."""

    now: datetime
    mails: datetime
    mail_rows: datetime
    """The rest of a mail, of a digest's run, of a spike and of what was spent: no younger than any post's rest."""
    cases: datetime
    decisions: datetime
    issues: datetime
    polls: datetime
    tombstones: datetime
    login_tries: datetime
    story_keys: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of one table that go for one reason."""

    table: Table
    key: str
    """What decides: a key of [retention], or what it is otherwise called."""
    chosen: ColumnElement[bool]


def plain_rules(at: Moments) -> Iterator[Rule]:
    """Rows that are deleted and belong to nothing else, in an order in which they can go."""
    held = holds.held_mails(at.now)
    over = message.c.state.in_(("sent", "failed"))
    yield Rule(poll, "polls_days", poll.c.at < at.polls)
    yield Rule(issue, "issues_days", issue.c.closed_at < at.issues)
    yield Rule(login_link, "sessions", or_(login_link.c.expires_at <= at.now, login_link.c.used_at.is_not(None)))
    yield Rule(session, "sessions", session.c.expires_at <= at.now)
    yield Rule(login_state, "sessions", login_state.c.expires_at <= at.now)
    yield Rule(api_key, "sessions", api_key.c.expires_at <= at.now)
    yield Rule(login_failure, "sessions", login_failure.c.at <= at.login_tries)
    yield Rule(story_key, "story_keys", story_key.c.at < at.story_keys)
    yield Rule(message, "metadata_days", and_(over, message.c.created_at < at.mail_rows, message.c.key.not_in(held)))
    yield Rule(digest_run, "metadata_days", digest_run.c.at < at.mail_rows)
    yield Rule(spike, "metadata_days", spike.c.at < at.mail_rows)
    yield Rule(spent, "metadata_days", spent.c.day < at.mail_rows.date())
    empty = ~exists().where(story_entry.c.story_id == story.c.id).correlate(story)
    yield Rule(story, "metadata_days", and_(story.c.last_at < at.mail_rows, empty))
    yield Rule(story_decision, "decisions_days", story_decision.c.at < at.decisions)
    yield Rule(person_request, "decisions_days", person_request.c.done_at < at.decisions)
    yield Rule(account, "decisions_days", account.c.disabled_at < at.decisions)
    yield Rule(account_event, "decisions_days", account_event.c.at < at.decisions)
    yield Rule(forgotten, "tombstones_days", forgotten.c.at < at.tombstones)
    yield Rule(tally, "tombstones_days", tally.c.counted_at < at.tombstones)
    yield Rule(source_day, "tombstones_days", source_day.c.day < at.tombstones.date())
    yield Rule(entry, "tombstones_days", burial.tombstones(at.tombstones))


def carried_out(connection: Connection, rule: Rule) -> int:
    return connection.execute(delete(rule.table).where(rule.chosen)).rowcount


def old_cases(connection: Connection, at: Moments) -> tuple[str, ...]:
    """Ids of cases decided long ago, whose post nobody holds."""
    last = (
        select(func.max(case_event.c.at))
        .where(case_event.c.case_id == case_file.c.id)
        .correlate(case_file)
        .scalar_subquery()
    )
    held = select(entry.c.id).where(holds.held(at.now))
    chosen = select(case_file.c.id).where(~cases.is_open, last < at.cases, case_file.c.entry_id.not_in(held))
    return tuple(connection.execute(chosen.order_by(case_file.c.id)).scalars())


def forget_cases(connection: Connection, ids: Sequence[str], now: datetime) -> int:
    """Delete them with their histories; that they were there is noted, or the database refuses."""
    return _forget(
        connection,
        "case",
        ids,
        now,
        (
            (tally_case, tally_case.c.case_id),
            (case_event, case_event.c.case_id),
            (case_now, case_now.c.case_id),
            (case_file, case_file.c.id),
        ),
    )


def old_holds(connection: Connection, at: Moments) -> tuple[str, ...]:
    """Ids of holds that have been over for long."""
    return tuple(
        one.id
        for one in holds.listed(connection)
        if (one.ended_at or one.until) < at.decisions and not one.holds(at.now)
    )


def forget_holds(connection: Connection, ids: Sequence[str], now: datetime) -> int:
    return _forget(connection, "hold", ids, now, ((hold_event, hold_event.c.hold),))


def forget_registrations(connection: Connection, ids: Sequence[str], now: datetime) -> int:
    """Proposals to the diary, settled long ago; the diary itself is the registrar's."""
    tables = ((registration_paper, registration_paper.c.registration_id),)
    past = ((registration_event, registration_event.c.registration_id), (registration, registration.c.id))
    return _forget(connection, "diary", ids, now, (*tables, *past))


def _forget(
    connection: Connection, kind: str, ids: Sequence[str], now: datetime, tables: Sequence[tuple[Table, Any]]
) -> int:
    for id in ids:
        connection.execute(insert(forgotten).values(kind=kind, id=id, at=now))
        for table, column in tables:
            connection.execute(delete(table).where(column == id))
    return len(ids)


def old_settings(connection: Connection, at: Moments) -> tuple[tuple[str, str], ...]:
    """(kind, name) of settings that have been over for long: taken away, or past the end that they had themselves."""
    newest = select(func.max(setting.c.id)).group_by(setting.c.kind, setting.c.name)
    rows = connection.execute(select(setting).where(setting.c.id.in_(newest), setting.c.at < at.decisions))
    return tuple((row.kind, row.name) for row in rows if row.value is None or _ended(row.value, at.decisions))


def _ended(value: Mapping[str, Any], before: datetime) -> bool:
    said = next((value[key] for key in ENDS if value.get(key)), None)
    return said is not None and date.fromisoformat(str(said)[:10]) + timedelta(days=1) < before.date()


def forget_settings(connection: Connection, names: Sequence[tuple[str, str]]) -> int:
    return sum(
        connection.execute(delete(setting).where(setting.c.kind == kind, setting.c.name == name)).rowcount
        for kind, name in names
    )
