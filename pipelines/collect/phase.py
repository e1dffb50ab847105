"""Collect: ask every source whose turn it is, store what it brought. The database is known here, in `keep`, `gone`."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING

from pipelines.asking import Failure, Payload, Request
from pipelines.collect import gone, handles, schedule, secrets, textless, wording
from pipelines.collect.answers import SOFT
from pipelines.collect.budget import Purse
from pipelines.collect.fetch import Door
from pipelines.collect.further import Wanted, with_articles
from pipelines.collect.hosts import Busy
from pipelines.collect.keep import Brought, Keeper, SourceReport
from pipelines.collect.parse import Context
from pipelines.collect.schedule import Visit
from pipelines.collect.textless import Assess, Read
from pipelines.collect.visit import ask
from pipelines.config.schema import Source
from pipelines.errors import WrongCall
from pipelines.store import sources as stored
from pipelines.store import spending
from pipelines.store.engine import reading
from pipelines.store.entries import texts
from pipelines.store.sources import SourceState
from pipelines.store.spending import Spent
from pipelines.types import Entry

if TYPE_CHECKING:
    from pipelines.bootstrap import App

WORKERS_A_CONNECTION = 4
"""Sources under way for each connection allowed: most wait for their host's next turn, and hold no connection."""
TOLD_ONE_BY_ONE = 500
"""Sources up to which each has its line; in a larger pass those without news have one for so many, lest 10,000 lines
drown the ones that matter."""
_log = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True)
class _Pass:
    """What the visits of one pass share."""

    door: Door
    keeper: Keeper
    states: Mapping[str, SourceState]
    spent: Mapping[str, Spent]
    total: int
    assess: Callable[[], Assess]
    """Makes, once a pass, what tells whether an entry is about the municipality."""
    public: frozenset[str]
    """Accounts that may stand in a stored text: see `handles`."""
    reports: dict[str, SourceReport] = field(default_factory=dict)


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
    with reading(app.engine) as connection:
        spent = spending.until(connection, app.clock().date())
    async with Door(app.config, app.clock, private=app.allow_private, spacing=app.spacing) as door:
        assess = cache(lambda: app.assessing(app.config))
        going = _Pass(
            door, Keeper(app.engine, app.clock), states, spent, len(chosen), assess, handles.public(app.config)
        )
        turns = iter(chosen)
        workers = min(len(chosen), app.config.fetch.concurrency * WORKERS_A_CONNECTION)
        await asyncio.gather(*(_work(app, turns, going) for _ in range(workers)))
        await gone.look(app, door, {source.id for source in chosen})
    return _summed_up({source.id: going.reports[source.id] for source in chosen})


def due_shards(app: App, number: int, *, everything: bool = False) -> list[list[str]]:
    """The ids of the sources that are due, dealt out into at most `number` lists that take about as long.

    everything: of all that are enabled.
    """
    states = _states(app)
    chosen = [source for source in app.config.sources if source.enabled] if everything else _due(app, states)
    return schedule.shards(chosen, states, number)


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


async def _work(app: App, turns: Iterator[Source], going: _Pass) -> None:
    for source in turns:
        report = await _visit(app, going, source)
        going.reports[source.id] = report
        if report.outcome == "unchanged" and going.total > TOLD_ONE_BY_ONE and len(going.reports) % TOLD_ONE_BY_ONE:
            continue
        shown = f": {report.reason}" if report.reason else f", {report.new} new" if report.new else ""
        app.report(f"{len(going.reports)}/{going.total} {source.id} {report.outcome}{shown}")


async def _visit(app: App, going: _Pass, source: Source) -> SourceReport:
    """Ask one source and store the outcome; a fault in our own code becomes an outcome too."""
    began, state = perf_counter(), going.states[source.id]
    used = going.spent.get(source.id, Spent())
    purse = Purse(source.budget, app.clock(), used.requests, used.usd)

    def brought(visit: Visit, entries: tuple[Entry, ...] = (), read: Read = ()) -> Brought:
        return Brought(source, state, visit, entries, purse, round((perf_counter() - began) * 1000), read)

    try:
        visit, asked = await _ask(app, going.door, source, state, purse)
        entries = handles.masked(asked, going.public)
        if entries and source.keeps_text and source.article != "never":
            entries = handles.masked(await _further(app, going, source, visit, entries, purse), going.public)
        if source.keeps_text or not entries:
            return await going.keeper.keep(brought(visit, entries))
        read = await asyncio.to_thread(_read_once, app, source, entries)
        return await going.keeper.keep(brought(visit, tuple(entry for entry, _ in read), read))
    except Busy:  # nothing is stored: it is as due as before, and comes first to its host in some later pass
        return SourceReport("postponed")
    except Exception as error:  # whatever it is, the other sources are not to suffer for it
        # where it happened, but not what it says: that may hold an address with a key, or what somebody wrote
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("source %s: internal fault: %s at\n%s", source.id, type(error).__name__, where)
        fault = Visit(failure=Failure(wording.internal_fault(type(error).__name__), SOFT), fault=True)
        return await going.keeper.keep(brought(fault))


async def _ask(
    app: App, door: Door, source: Source, state: SourceState, purse: Purse
) -> tuple[Visit, tuple[Entry, ...]]:
    keys = secrets.read(source, app.environment)
    if isinstance(keys, Failure):
        return Visit(failure=keys), ()
    context = Context(app.pseudonym, app.config.zone, state.cursor, keys, app.clock())
    visit, brought = await ask(source, state, door, context, purse)
    return (replace(visit, failure=secrets.suspected(source, visit.failure)) if visit.failure else visit), brought


async def _further(
    app: App, going: _Pass, source: Source, visit: Visit, entries: tuple[Entry, ...], purse: Purse
) -> tuple[Entry, ...]:
    """What the feed only begins to tell, as far as the source's budget goes."""

    async def page(url: str) -> Payload | Failure:
        request = Request(url)
        if refusal := purse.refusal(request):
            return refusal
        answer = await going.door.page(url, source.spacing_seconds)
        purse.pay(request, answer)
        return answer

    assess = await asyncio.to_thread(going.assess)
    wanted = Wanted(
        mentions=lambda entry: assess(entry, local=source.local).about,
        stored=await asyncio.to_thread(_stored_texts, app, [entry.id for entry in entries]),
        transcripts=visit.transcripts,
        always=source.article == "always",
    )
    return await with_articles(entries, page, wanted)


def _stored_texts(app: App, ids: list[str]) -> Mapping[str, str | None]:
    with reading(app.engine) as connection:
        return texts(connection, ids)


def _read_once(app: App, source: Source, entries: tuple[Entry, ...]) -> Read:
    """Understood now, for the texts are not kept. The assessor is made anew: such a source is asked once a day."""
    return textless.assessed(entries, app.assessing(app.config), local=source.local)


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
