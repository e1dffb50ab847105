"""What a digest says beside its items: the numbers against the day before, and which sources have gone silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.config.schema import Source
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
class Briefing:
    window: Window
    now: Figures
    before: Figures
    """Of the window before."""
    sources: int
    silent: tuple[Silence, ...]


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
