"""Whose turn it is, and what a visit changes in what is known of a source: pure, `now` is an argument."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.collect.answers import HARD, TEMPORARY
from pipelines.config.schema import Source
from pipelines.types import Failure, short_hash

if TYPE_CHECKING:
    from pipelines.store.sources import Outcome, SourceState

WORN_OUT = 3.0
"""Failure weight from which on a source is asked once a day: three hard or twelve temporary failures in a row."""
ONCE_A_DAY = timedelta(days=1)
EARLY = 0.1
"""Share of the interval by which a visit may come early: a timetable's tick is never quite where the last one was."""
MOST_EARLY = timedelta(minutes=1)
JITTER = 0.1
"""Share by which a wait after failures is spread, so that sources that fell together do not rise together."""


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
    """The sources whose turn it is. `states` may lack some: those were never asked."""
    return tuple(source for source in sources if source.enabled and _is_due(source, states.get(source.id), now))


def _is_due(source: Source, state: SourceState | None, now: datetime) -> bool:
    if state is None or state.last_tried_at is None or not still_holds(state, source):
        return True
    if state.gone or asked_to_wait(state, now):
        return False
    return now >= state.last_tried_at + interval(source, state)


def asked_to_wait(state: SourceState, now: datetime) -> bool:
    """Whether the source itself has asked not to be asked yet (Retry-After)."""
    return state.not_before is not None and now < state.not_before


def interval(source: Source, state: SourceState) -> timedelta:
    """How long after the last visit the next one is due: longer with each failure, then once a day."""
    usual = timedelta(minutes=source.every_minutes)
    if state.failure_weight <= 0:
        return usual - min(usual * EARLY, MOST_EARLY)
    longest = max(usual, ONCE_A_DAY)
    grown = longest if state.failure_weight >= WORN_OUT else min(usual * 2**state.failure_weight, longest)
    return grown * (1 + JITTER * _spread(state))


def _spread(state: SourceState) -> float:
    """0 to 1, another one for each source and each visit, and the same whenever it is asked for."""
    seed = short_hash(state.source_id, str(state.last_tried_at))
    return int(seed[:8], 16) / 0xFFFFFFFF


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
