"""What visits brought goes into the database: each with its cursor, several in one transaction.

A transaction costs more than what most visits bring to it (304: one row in the log). So those that come in while one is
written wait and share the next; a visit's worker waits with it, and no more is held in memory than there are workers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine

from pipelines.collect import health, schedule
from pipelines.collect.budget import Purse
from pipelines.collect.problems import problems, solved
from pipelines.collect.schedule import Visit
from pipelines.collect.textless import Read
from pipelines.config.schema import Source
from pipelines.store import assessments, entries, issues, spending
from pipelines.store import sources as stored
from pipelines.store.sources import Poll, SourceState
from pipelines.types import Entry

MOST_AT_ONCE = 200
"""Visits a transaction: others write too, and wait for it."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What one visit leaves to be kept."""

    source: Source
    state: SourceState
    """Before the visit."""
    visit: Visit
    entries: tuple[Entry, ...]
    purse: Purse
    milliseconds: int
    assessed: Read = ()
    """What was understood of entries whose text is not kept."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one visit came to."""

    outcome: str
    new: int = 0
    edited: int = 0
    reason: str | None = None


class Keeper:
    """Keeps what many visits bring at the same time."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock
        self._writing = asyncio.Lock()
        self._waiting: list[tuple[Brought, asyncio.Future[SourceReport]]] = []

    async def keep(self, brought: Brought) -> SourceReport:
        """When this returns it is stored, whole. Raises what the database raises for it, and for it alone."""
        mine: asyncio.Future[SourceReport] = asyncio.get_running_loop().create_future()
        self._waiting.append((brought, mine))
        async with self._writing:  # one writer at a time is all that SQLite has
            if not mine.done():
                batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                await self._write(batch)
        return await mine

    async def _write(self, batch: Sequence[tuple[Brought, asyncio.Future[SourceReport]]]) -> None:
        """In a thread, so that the others go on. Where all together fail, each is tried by itself."""
        try:
            reports = await asyncio.to_thread(_keep, self._engine, [brought for brought, _ in batch], self._clock())
        except Exception as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            for one in batch:
                await self._write([one])
        else:
            for (_, waiting), report in zip(batch, reports, strict=True):
                waiting.set_result(report)


def _keep(engine: Engine, batch: Sequence[Brought], now: datetime) -> list[SourceReport]:
    """One transaction: the entries, and beside them what lets us not ask for them again."""
    with engine.begin() as connection:
        told = issues.open_keys(connection, [f"source:{one.source.id}" for one in batch])
        visits = [_keep_entries(connection, one, now) for one in batch]
        states, polls = [], []
        for one, visit in zip(batch, visits, strict=True):
            after = schedule.after(one.state, one.source, visit, now)
            watched = health.watch(one.source, one.state, after, visit, one.entries, now)
            states.append(replace(watched.state, milliseconds=one.milliseconds))
            polls.append(_poll(one, visit, now))
            for problem in (*problems(one.source, after, visit, one.purse), *watched.issues):
                issues.report(connection, problem, now)
            for prefix in (*solved(one.source, visit, one.purse), *watched.solved):
                if any(key.startswith(prefix) for key in told):
                    issues.close(connection, prefix, now)
            if one.purse.usd or (one.purse.requests and one.source.budget.model_fields_set):
                spending.add(connection, one.source.id, one.purse.now.date(), one.purse.requests, one.purse.usd)
        stored.save_states(connection, states)
        stored.log(connection, *polls)
    return [SourceReport(poll.outcome, poll.new, poll.edited, poll.reason) for poll in polls]


def _keep_entries(connection: Connection, one: Brought, now: datetime) -> Visit:
    saved = entries.save(connection, one.entries, now, silent=one.state.first_fetched_at is None)
    assessments.save_read(connection, one.assessed, now)
    return replace(one.visit, new=saved.new, edited=saved.edited)


def _poll(one: Brought, visit: Visit, now: datetime) -> Poll:
    return Poll(
        source_id=one.source.id,
        at=now,
        outcome=visit.outcome,
        status=visit.failure.status if visit.failure else None,
        new=visit.new,
        edited=visit.edited,
        reason=visit.failure.reason if visit.failure else " ".join(visit.problems) or None,
        milliseconds=one.milliseconds,
    )
