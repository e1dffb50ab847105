"""How each source fares, in one word of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.config.schema import Source
from pipelines.store.views.health import SourceHealth

SILENT = ("failed", "gone")
"""Conditions in which nothing comes in that should."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    source: Source
    condition: str
    """A key of the catalogue's [source_state]."""
    health: SourceHealth | None


def lines(sources: Iterable[Source], health: Mapping[str, SourceHealth]) -> tuple[SourceLine, ...]:
    """All configured sources, those first that someone should look at."""
    found = [SourceLine(source, condition(source, health.get(source.id)), health.get(source.id)) for source in sources]
    order = ("failed", "gone", "degraded", "waiting", "ok", "unchanged", "off")
    return tuple(sorted(found, key=lambda line: (order.index(line.condition), line.source.name.casefold())))


def condition(source: Source, health: SourceHealth | None) -> str:
    """What the latest visit says of the source; where the log has forgotten it, what the stored state says."""
    if not source.enabled:
        return "off"
    if health is None or health.state.last_tried_at is None:
        return "waiting"
    if health.state.gone:
        return "gone"
    return health.outcome or ("failed" if health.state.failure_weight else "ok")
