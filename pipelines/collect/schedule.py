"""Whose turn it is, and what a visit changes in what is known of a source: pure, `now` is an argument."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.asking import Failure
from pipelines.collect.answers import HARD, TEMPORARY
from pipelines.config.schema import Source
from pipelines.types import short_hash

if TYPE_CHECKING:
    from pipelines.store.sources import Outcome, SourceState

WORN_OUT = 3.0
"""Failure weight from which on a source is asked once a day: three hard or twelve temporary failures in a row."""
ONCE_A_DAY = timedelta(days=1)
EARLY = 0.1
"""Share of the interval by which a visit may come early: a timetable's tick is never quite where the last one was."""
MOST_EARLY = timedelta(minutes=1)
SILENT = timedelta(days=30)
"""Without anything new from which on a source is asked less often."""
SHARE_OF_SILENCE = 0.001
JITTER = 0.1
"""Share by which a wait after failures is spread, so that sources that fell together do not rise together."""


USUAL_COST = 500
"""Milliseconds that a visit to a source never asked is taken to last."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of asking one source once."""

    failure: Failure | None = None
    problems: tuple[str, ...] = ()
    """What was wrong with content that could be read all the same."""
    fault: bool = False
    """The failure is our own: a bug met on the way."""
    unchanged: bool = False
    """Everything asked for was answered with 304."""
    new: int = 0
    edited: int = 0
    validators: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    cursor: str | None = None
    moved_to: str | None = None
    wait: float | None = None
    """Seconds that the source asks us to stay away, though it answered."""
    transcripts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Entry's id -> address and media type of what is said in it."""

    @property
    def outcome(self) -> Outcome:
        """A soft failure is a source that answers with rubbish: alive, and not to be trusted."""
        if self.failure:
            return "degraded" if TEMPORARY < self.failure.weight < HARD else "failed"
        if self.problems:
            return "degraded"
        return "unchanged" if self.unchanged else "ok"


def still_holds(state: SourceState, source: Source) -> bool:
    """Whether `state` is of the source's present address: all of it is forgotten when the operator changes that."""
    return state.last_tried_at is None or key(source.url) in state.validators


def key(url: str) -> str:
    """What an address is called in SourceState.validators: it may hold a token, its hash does not."""
    return short_hash(url)


def due(sources: Iterable[Source], states: Mapping[str, SourceState], now: datetime) -> tuple[Source, ...]:
    """The sources whose turn it is, first those that have waited the longest: on a slow host only the first few of a
    pass are asked. `states` may lack some: those were never asked."""
    chosen = [source for source in sources if source.enabled and _is_due(source, states.get(source.id), now)]
    return tuple(sorted(chosen, key=lambda source: _last_tried(states.get(source.id))))


def _last_tried(state: SourceState | None) -> datetime:
    return state.last_tried_at if state and state.last_tried_at else datetime.min.replace(tzinfo=UTC)


def _is_due(source: Source, state: SourceState | None, now: datetime) -> bool:
    if state is None or state.last_tried_at is None or not still_holds(state, source):
        return True
    if state.gone or asked_to_wait(state, now):
        return False
    return now >= state.last_tried_at + interval(source, state, now)


def asked_to_wait(state: SourceState, now: datetime) -> bool:
    """Whether the source itself has asked not to be asked yet (Retry-After)."""
    return state.not_before is not None and now < state.not_before


def interval(source: Source, state: SourceState, now: datetime) -> timedelta:
    """How long after the last visit the next one is due: longer with each failure, then once a day; never so short that
    a day's visits would use up more than the day's requests."""
    usual = _usual(source, state, now)
    if state.failure_weight <= 0:
        return usual - min(usual * EARLY, MOST_EARLY)
    longest = max(usual, ONCE_A_DAY)
    grown = longest if state.failure_weight >= WORN_OUT else min(usual * 2**state.failure_weight, longest)
    return grown * (1 + JITTER * _spread(state))


def _usual(source: Source, state: SourceState, now: datetime) -> timedelta:
    """`every_minutes` while there is life in the source. What has been silent for a month is asked after a thousandth
    of its silence: 43 minutes then, 6 hours after 8 months; the first new entry makes it as before.

    Silence decides, not how often there is news: who writes once a week must be heard as soon as who writes all day,
    and every alert is to be out within 15 minutes from a source that is asked every 10.
    """
    least = timedelta(minutes=source.every_minutes)
    if source.budget.requests_per_day:
        least = max(least, ONCE_A_DAY / source.budget.requests_per_day)
    alive = state.last_new_at or state.first_fetched_at
    if alive is None or now - alive < SILENT:
        return least
    return max(least, min((now - alive) * SHARE_OF_SILENCE, timedelta(minutes=source.slowest_minutes)))


def _spread(state: SourceState) -> float:
    """0 to 1, another one for each source and each visit, and the same whenever it is asked for."""
    seed = short_hash(state.source_id, str(state.last_tried_at))
    return int(seed[:8], 16) / 0xFFFFFFFF


def shards(sources: Iterable[Source], states: Mapping[str, SourceState], number: int) -> list[list[str]]:
    """The ids of `sources` in at most `number` lists that take about as long, by what the last visits took.

    All sources of one host are in one list: each list is asked by a process of its own, and none knows when another has
    asked the host.
    """
    hosts: dict[str, list[Source]] = {}
    for source in sources:
        hosts.setdefault(urlsplit(source.url).hostname or "", []).append(source)
    costs = {host: sum(_cost(states.get(source.id)) for source in those) for host, those in hosts.items()}
    dealt: list[tuple[int, list[str]]] = [(0, []) for _ in range(number)]
    for host in sorted(hosts, key=lambda host: -costs[host]):  # the dearest first, each to who has least
        lightest = min(range(number), key=lambda shard: dealt[shard][0])
        cost, ids = dealt[lightest]
        dealt[lightest] = (cost + costs[host], [*ids, *(source.id for source in hosts[host])])
    return [ids for _, ids in dealt if ids]


def _cost(state: SourceState | None) -> int:
    return state.milliseconds if state and state.last_tried_at else USUAL_COST


def after(state: SourceState, source: Source, visit: Visit, now: datetime) -> SourceState:
    """`state` with what `visit` has taught. Validators and cursor move on only past what was stored with them."""
    known = state.validators if visit.failure else visit.validators
    tried = replace(state, last_tried_at=now, validators={key(source.url): (None, None), **known}, not_before=None)
    if visit.failure is not None:
        wait = visit.failure.retry_after
        tried = replace(
            tried,
            not_before=None if wait is None else now + timedelta(seconds=math.ceil(wait)),
            moved_to=None,  # ask at the configured address again
            failure_weight=state.failure_weight + visit.failure.weight,
            last_failure=visit.failure.reason,
            gone=visit.failure.gone,
        )
    else:
        tried = replace(
            tried,
            cursor=visit.cursor or state.cursor,
            moved_to=visit.moved_to,
            last_ok_at=now,
            not_before=None if visit.wait is None else now + timedelta(seconds=math.ceil(visit.wait)),
            failure_weight=0.0,
            last_failure=None,
        )
    if visit.new or visit.failure is None:
        tried = replace(tried, first_fetched_at=state.first_fetched_at or now)
    return replace(tried, last_new_at=now) if visit.new else tried
