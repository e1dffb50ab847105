"""Coverage: every network that is to be watched, by what, since when, and what is missing. Pure.

A network that nobody watches is worse than one that nobody thought of: it looks as if it were quiet there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pipelines.collect.secrets import variables
from pipelines.config.coverage import covering
from pipelines.config.schema import Config, Network, Source

if TYPE_CHECKING:
    from pipelines.store.sources import SourceState

Condition = Literal["covered", "failing", "waiting", "needs", "none"]
"""covered: a source answers. failing: none does. waiting: switched on, and never asked yet.
needs: there are sources, and each lacks a key or is switched off. none: there is no source."""


@dataclass(frozen=True, slots=True)
class Covering:
    """A source of the network, and what it is worth to it now."""

    source: Source
    condition: Condition
    since: datetime | None
    """Of its first answer."""
    last_ok: datetime | None
    missing: tuple[str, ...]
    """Environment variables that it needs and that are not set."""


@dataclass(frozen=True, slots=True)
class Coverage:
    network: Network
    condition: Condition
    """The best of its sources'."""
    since: datetime | None
    sources: tuple[Covering, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Variables that are to be set, each once."""
        return tuple(dict.fromkeys(name for one in self.sources for name in one.missing))


BEST_FIRST: tuple[Condition, ...] = ("covered", "waiting", "failing", "needs", "none")


def coverage(config: Config, states: Mapping[str, SourceState], environment: Mapping[str, str]) -> tuple[Coverage, ...]:
    """A row for every network of coverage.toml, in its order. Of `environment` only the names are looked at."""
    return tuple(_row(network, covering(network, config.sources), states, environment) for network in config.coverage)


def _row(
    network: Network, sources: Iterable[Source], states: Mapping[str, SourceState], environment: Mapping[str, str]
) -> Coverage:
    found = [_covering(source, states.get(source.id), environment) for source in sources]
    found.sort(key=lambda one: BEST_FIRST.index(one.condition))
    return Coverage(
        network=network,
        condition=found[0].condition if found else "none",
        since=min((one.since for one in found if one.since), default=None),
        sources=tuple(found),
    )


def _covering(source: Source, state: SourceState | None, environment: Mapping[str, str]) -> Covering:
    missing = tuple(
        name for name in variables(source) if not environment.get(name) and not environment.get(f"{name}_FILE")
    )
    return Covering(
        source=source,
        condition=_condition(source, state, missing),
        since=state.first_fetched_at if state else None,
        last_ok=state.last_ok_at if state else None,
        missing=missing,
    )


def _condition(source: Source, state: SourceState | None, missing: tuple[str, ...]) -> Condition:
    if not source.enabled or missing:
        return "needs"
    if state is None or state.last_tried_at is None:
        return "waiting"
    return "failing" if state.gone or state.last_failure or state.failure_weight else "covered"
