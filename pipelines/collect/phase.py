"""Collect: ask every source whose turn it is, store what it brought. The only module here that knows the database."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING

from pipelines.collect import schedule, secrets, wording
from pipelines.collect.answers import SOFT
from pipelines.collect.fetch import Door
from pipelines.collect.hosts import Busy
from pipelines.collect.parse import Context
from pipelines.collect.problems import problems, solved
from pipelines.collect.schedule import Visit
from pipelines.collect.visit import ask
from pipelines.config.schema import Source
from pipelines.errors import WrongCall
from pipelines.store import entries, issues
from pipelines.store import sources as stored
from pipelines.store.engine import reading
from pipelines.store.sources import Poll, SourceState
from pipelines.types import Entry, Failure

if TYPE_CHECKING:
    from pipelines.bootstrap import App

WORKERS_A_CONNECTION = 4
"""Sources under way for each connection allowed: most wait for their host's next turn, and hold no connection."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SourceReport:
    outcome: str
    new: int = 0
    edited: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What one pass did; counts of sources, then of entries."""

    asked: int = 0
    ok: int = 0
    unchanged: int = 0
    degraded: int = 0
    failed: int = 0
    postponed: int = 0
    """Not asked now: another source has just asked the same slow host."""
    new: int = 0
    edited: int = 0
    by_source: Mapping[str, SourceReport] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """The numbers alone."""
        names = ("asked", "ok", "unchanged", "degraded", "failed", "postponed", "new", "edited")
        return {name: getattr(self, name) for name in names}


def run(app: App, only: Iterable[str] | None = None, *, force: bool = False) -> CollectReport:
    """`collect`, for callers without an event loop."""
    return asyncio.run(collect(app, only, force=force))


async def collect(app: App, only: Iterable[str] | None = None, *, force: bool = False) -> CollectReport:
    """Ask the sources that are due; those in `only`, whatever the timetable says.

    A source's own wish to be left alone (Retry-After, 410) is heeded even then, unless `force`.
    One source's failure, even a fault in our reading of it, never stops the others. Raises WrongCall for an unknown id,
    and what the database raises.
    """
    states = _states(app)
    chosen = _due(app, states) if only is None else _named(app, states, tuple(only), force=force)
    reports: dict[str, SourceReport] = {}
    async with Door(app.config, app.clock, private=app.allow_private, spacing=app.spacing) as door:
        turns, writing = iter(chosen), asyncio.Lock()
        workers = min(len(chosen), app.config.fetch.concurrency * WORKERS_A_CONNECTION)
        await asyncio.gather(*(_work(app, door, turns, states, writing, reports, len(chosen)) for _ in range(workers)))
    return _summed_up({source.id: reports[source.id] for source in chosen})


def due_shards(app: App, number: int, *, everything: bool = False) -> list[list[str]]:
    """The ids of the sources that are due, dealt out into at most `number` lists of about the same length.

    everything: of all that are enabled.
    """
    chosen = [source for source in app.config.sources if source.enabled] if everything else _due(app, _states(app))
    ids = [source.id for source in chosen]
    return [shard for start in range(number) if (shard := ids[start::number])]


def _states(app: App) -> dict[str, SourceState]:
    with reading(app.engine) as connection:
        known = stored.states(connection)
    fresh = {source.id: SourceState(source.id) for source in app.config.sources}
    return {
        source.id: known[source.id]
        if source.id in known and schedule.still_holds(known[source.id], source)
        else fresh[source.id]
        for source in app.config.sources
    }


def _due(app: App, states: Mapping[str, SourceState]) -> tuple[Source, ...]:
    return schedule.due(app.config.sources, states, app.clock())


def _named(app: App, states: Mapping[str, SourceState], ids: tuple[str, ...], *, force: bool) -> tuple[Source, ...]:
    by_id = {source.id: source for source in app.config.sources}
    if unknown := [name for name in ids if name not in by_id]:
        raise WrongCall(f"no source has the id «{unknown[0]}». See them with: mediebevakning sources list")
    now = app.clock()
    asked = (by_id[name] for name in dict.fromkeys(ids))
    return tuple(
        source
        for source in asked
        if force or not (states[source.id].gone or schedule.asked_to_wait(states[source.id], now))
    )


async def _work(
    app: App,
    door: Door,
    turns: Iterator[Source],
    states: Mapping[str, SourceState],
    writing: asyncio.Lock,
    reports: dict[str, SourceReport],
    total: int,
) -> None:
    for source in turns:
        report = await _visit(app, door, source, states[source.id], writing)
        reports[source.id] = report
        shown = f": {report.reason}" if report.reason else f", {report.new} new" if report.new else ""
        app.report(f"{len(reports)}/{total} {source.id} {report.outcome}{shown}")


async def _visit(app: App, door: Door, source: Source, state: SourceState, writing: asyncio.Lock) -> SourceReport:
    """Ask one source and store the outcome; a fault in our own code becomes an outcome too."""
    began = perf_counter()
    try:
        visit, brought = await _ask(app, door, source, state)
        async with writing:  # one writer at a time is all that SQLite has; in a thread, so that the others go on
            return await asyncio.to_thread(_store, app, source, state, visit, brought, perf_counter() - began)
    except Busy:  # nothing is stored: it is as due as before, and comes first to its host in some later pass
        return SourceReport("postponed")
    except Exception as error:  # whatever it is, the other sources are not to suffer for it
        _log.exception("source %s: internal fault", source.id)
        fault = Visit(failure=Failure(wording.internal_fault(type(error).__name__), SOFT), fault=True)
        async with writing:
            return await asyncio.to_thread(_store, app, source, state, fault, (), perf_counter() - began)


async def _ask(app: App, door: Door, source: Source, state: SourceState) -> tuple[Visit, tuple[Entry, ...]]:
    keys = secrets.read(source, app.environment)
    if isinstance(keys, Failure):
        return Visit(failure=keys), ()
    context = Context(app.pseudonym, app.config.zone, state.cursor, keys, app.clock())
    visit, brought = await ask(source, state, door, context)
    return (replace(visit, failure=secrets.suspected(source, visit.failure)) if visit.failure else visit), brought


def _store(
    app: App, source: Source, state: SourceState, visit: Visit, brought: tuple[Entry, ...], seconds: float
) -> SourceReport:
    """One transaction: the entries, and beside them what lets us not ask for them again."""
    now = app.clock()
    with app.engine.begin() as connection:
        saved = entries.save(connection, brought, now, silent=state.first_fetched_at is None)
        visit = replace(visit, new=saved.new, edited=saved.edited)
        after = schedule.after(state, source, visit, now)
        stored.save_state(connection, after)
        reason = visit.failure.reason if visit.failure else " ".join(visit.problems) or None
        stored.log(
            connection,
            Poll(
                source_id=source.id,
                at=now,
                outcome=visit.outcome,
                status=visit.failure.status if visit.failure else None,
                new=saved.new,
                edited=saved.edited,
                reason=reason,
                milliseconds=round(seconds * 1000),
            ),
        )
        for problem in problems(source, after, visit):
            issues.report(connection, problem, now)
        for prefix in solved(source, visit):
            issues.close(connection, prefix, now)
    return SourceReport(visit.outcome, saved.new, saved.edited, reason)


def _summed_up(reports: Mapping[str, SourceReport]) -> CollectReport:
    outcomes = Counter(report.outcome for report in reports.values())
    return CollectReport(
        asked=len(reports) - outcomes["postponed"],
        ok=outcomes["ok"],
        unchanged=outcomes["unchanged"],
        degraded=outcomes["degraded"],
        failed=outcomes["failed"],
        postponed=outcomes["postponed"],
        new=sum(report.new for report in reports.values()),
        edited=sum(report.edited for report in reports.values()),
        by_source=reports,
    )
