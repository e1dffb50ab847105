"""One pass over every table: what has had its time goes, in one transaction or not at all.

A dry run is the same pass in a transaction that is taken back, so that it cannot say anything else than a run does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipelines.config.schema import Config
from pipelines.evaluation import campaigns
from pipelines.housekeeping import rules
from pipelines.store import access, burial, due, forgetting, holds, registrations, snapshots, tallies

GONE = "gone"
"""Why a post is emptied that is no longer at its source."""


@dataclass(frozen=True, slots=True)
class Line:
    """So many rows of a table went, and by which rule."""

    table: str
    what: str
    """emptied, deleted, sealed, buried."""
    rule: str
    """A key of [retention]; "licence:ID", "source:ID", "gone"."""
    rows: int


def forget(connection: Connection, config: Config, now: datetime) -> tuple[Line, ...]:
    """All that is due; what was done, a line for each table and rule."""
    return tuple(line for line in _all(connection, config, now) if line.rows)


def count(connection: Connection, config: Config, ids: Sequence[str], now: datetime) -> None:
    """Keep of these posts, before their texts go, what the evaluations count."""
    tallies.keep(connection, ids, config.zone, campaigns.posts(connection, config), now)


def gone(connection: Connection, config: Config, now: datetime) -> tuple[Line, ...]:
    """What is gone at its source, as soon as that is known: the rest waits for the night."""
    deleted, sealed = due.gone(connection, now)
    count(connection, config, (*deleted, *sealed), now)
    return tuple(_entries(connection, due.Due(deleted, sealed, {}, ()), now))


def _all(connection: Connection, config: Config, now: datetime) -> Iterator[Line]:
    access.seal_ended(connection, now)
    at, held = rules.moments(config, now), holds.held_entries(connection, now)
    found = due.find(connection, rules.limits(config, now))
    count(connection, config, (*found.sealed, *found.texts), now)
    yield from _entries(connection, found, now)
    mails = burial.empty_mails(connection, burial.composed_before(at.mails), now)
    yield Line("message", "emptied", "mails_days", mails)
    gone = access.purge(connection, now - timedelta(days=config.retention.access_days), now, held)
    yield Line("access_event", "deleted", "access_days", gone)
    settings = forgetting.forget_settings(connection, forgetting.old_settings(connection, at))
    yield Line("setting", "deleted", "decisions_days", settings)
    cases = forgetting.forget_cases(connection, forgetting.old_cases(connection, at), now)
    yield Line("case_file", "deleted", "cases_days", cases)
    yield Line("registration_paper", "deleted", "mails_days", registrations.forget_papers(connection, at.mails))
    proposals = forgetting.forget_registrations(connection, registrations.old(connection, at.decisions), now)
    yield Line("registration", "deleted", "decisions_days", proposals)
    delivered = snapshots.files_kept(connection, now - timedelta(days=config.retention.delivered_days))
    pictures = snapshots.forget(connection, at.decisions, delivered, now)
    yield Line("snapshot", "deleted", "decisions_days", pictures)
    handed = snapshots.forget_deliveries(connection, at.decisions, now)
    yield Line("snapshot_delivery", "deleted", "decisions_days", handed)
    over = forgetting.forget_holds(connection, forgetting.old_holds(connection, at), now)
    yield Line("hold_event", "deleted", "decisions_days", over)
    for rule in forgetting.plain_rules(at):
        yield Line(rule.table.name, "deleted", rule.key, forgetting.carried_out(connection, rule))


def _entries(connection: Connection, found: due.Due, now: datetime) -> Iterator[Line]:
    burial.seal(connection, found.sealed, now)
    yield Line("entry", "sealed", GONE, len(found.sealed))
    why = dict.fromkeys(found.deleted, GONE) | dict(found.emptied)
    counted: Counter[tuple[str, str]] = Counter()
    for rule in sorted(set(why.values())):
        gone = burial.empty(connection, [id for id, by in why.items() if by == rule], rule, now)
        counted.update({(table, rule): rows for table, rows in gone.items()})
    for (table, rule), rows in sorted(counted.items()):
        yield Line(table, "emptied" if table in ("entry", "message") else "deleted", rule, rows)
    for ids, rule in ((found.deleted, GONE), (found.buried, "metadata_days")):
        for table, rows in sorted(burial.bury(connection, ids, now).items()):
            yield Line(table, "buried" if table == "entry" else "deleted", rule, rows)
