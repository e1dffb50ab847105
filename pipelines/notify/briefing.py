"""What a digest says beside its items: the numbers against the week before, what waits, and who has gone silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipelines.config.schema import Source
from pipelines.notify.caselines import CaseLine, Spread
from pipelines.notify.window import Window

MISSED_VISITS = 2
"""A source that has not answered for as many of its intervals is silent: one missed visit is a restart of theirs."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Entries about the municipality, or about the receiver's units, in one window."""

    about: int
    negative: int
    questions: int
    positive: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A source that should have answered and has not."""

    name: str
    since: datetime | None
    """Its last answer; None where it never gave one."""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One of the last days, for the chart."""

    day: date
    about: int
    negative: int


@dataclass(frozen=True, slots=True)
class Briefing:
    window: Window
    now: Figures
    before: Figures
    """Of the same time a week earlier."""
    sources: int
    silent: tuple[Silence, ...]
    week: tuple[DayFigures, ...] = ()
    """The last seven days, the oldest first."""
    cases: tuple[CaseLine, ...] = ()
    """What waits for the receiver, those first whose time is up first."""
    spread: tuple[Spread, ...] = ()
    spikes: tuple[str, ...] = ()
    """What is unusual in number, a Swedish sentence each."""

    @property
    def answered(self) -> str:
        return f"{self.sources - len(self.silent)} av {self.sources} källor svarade"


def silences(
    sources: Iterable[Source], last_answers: Mapping[str, datetime | None], window: Window
) -> tuple[Silence, ...]:
    """The enabled sources that have not answered since the window began, nor for two of their own intervals."""
    found = []
    for source in sources:
        patience = window.end - MISSED_VISITS * timedelta(minutes=source.every_minutes)
        last = last_answers.get(source.id)
        if source.enabled and (last is None or last < min(window.start, patience)):
            found.append(Silence(source.name, last))
    return tuple(found)
