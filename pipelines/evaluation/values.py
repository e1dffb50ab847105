"""What the store is asked for an evaluation, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pipelines.query import Query

Window = tuple[datetime, datetime]
"""From, and up to but not including; to the second."""


@dataclass(frozen=True, slots=True)
class Area:
    """What a report is about."""

    units: frozenset[str] | None = None
    """Posts that name one of them; None for whatever they name."""
    sources: frozenset[str] | None = None
    """Posts of these sources, whatever they are about; None for all that is about the municipality."""
    owners: frozenset[str] | None = None
    """Whoever may see all of these units may see the report; None: who may see everything."""

    @property
    def whole(self) -> bool:
        """Whether it is the municipality."""
        return self.units is None and self.sources is None


@dataclass(frozen=True, slots=True)
class Span:
    """Months, local, that follow each other, cut off where the period begins and ends; and a campaign's posts."""

    months: tuple[str, ...]
    """As 2026-11."""
    windows: tuple[Window, ...]
    campaign: str | None = None
    posts: Query | None = None

    @property
    def window(self) -> Window:
        return self.windows[0][0], self.windows[-1][1]


@dataclass(frozen=True, slots=True)
class Counted:
    """Posts that are alike in all this. month: a place in the span; gone: the texts are."""

    month: int
    source: str
    tone: str
    stance: str
    question: bool
    gone: bool
    entries: int


@dataclass(frozen=True, slots=True)
class Judged:
    """Posts by what became of a flag of the category; right and wrong as someone logged in has said."""

    raised: int = 0
    right: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case without what it is about."""

    kind: str
    starts_at: datetime
    due_at: datetime
    done_at: datetime | None
    """When it was first closed; None where it is open."""
    state: str


@dataclass(frozen=True, slots=True)
class SourceDay:
    """A local day on which the source was asked."""

    source_id: str
    day: date
    answered: bool
    """At least once."""
    new: int
    """Posts that it brought."""
