"""Rows of counts become the figures of a report. Pure: it is told what the time is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from pipelines.evaluation.values import CaseLine, Counted, Judged, SourceDay
from pipelines.reports.frames import SMALL, share

KINDS = ("question", "unsuitable")
CLOCKS = ("kept", "late", "overdue", "waiting", "dropped")
"""Of a case: done in time, done too late, open after its time, open and in time, needed nothing done."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """How many cases there are of each of CLOCKS."""

    kept: int = 0
    late: int = 0
    overdue: int = 0
    waiting: int = 0
    dropped: int = 0
    hours: float | None = None
    """Median from the post to the decision, of those that were done; None of fewer than SMALL."""

    @property
    def judged(self) -> int:
        """Those of which it can be said whether they were in time."""
        return self.kept + self.late + self.overdue

    @property
    def in_time(self) -> float | None:
        """0 to 1; None of fewer than SMALL."""
        return share(self.kept, self.judged)


@dataclass(frozen=True, slots=True)
class Figures:
    posts: int = 0
    gone: int = 0
    """Of them, those whose text is gone."""
    tones: Mapping[str, int] = field(default_factory=dict)
    stances: Mapping[str, int] = field(default_factory=dict)
    questions: int = 0
    """Posts that ask something; a case is opened of those that concern us."""
    months: tuple[Mapping[str, int], ...] = ()
    """By tone, and "all"."""
    units: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By unit and tone."""
    flags: Mapping[str, Judged] = field(default_factory=dict)
    cases: tuple[CaseLine, ...] = ()
    clocks: Mapping[str, Clocks] = field(default_factory=dict)
    """By kind of case."""
    own_posts: int | None = None
    """None where no source brings the account's own posts."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a source answered on the days of the period of which that is known."""

    source: str
    days: int
    dead: int
    """Asked, and never answered."""
    unasked: int
    longest: int
    """Days in a row without a new post, whatever the reason."""


def figures(
    rows: Iterable[Counted],
    units: Mapping[tuple[str, str], int],
    flags: Mapping[str, Judged],
    cases: Sequence[CaseLine],
    months: int,
    own_posts: int | None,
    now: datetime,
) -> Figures:
    """months: how many there are in the span."""
    tones, stances = Counter[str](), Counter[str]()
    by_month = [Counter[str]() for _ in range(months)]
    posts = gone = questions = 0
    for row in rows:
        posts += row.entries
        gone += row.entries * row.gone
        questions += row.entries * row.question
        tones[row.tone] += row.entries
        stances[row.stance] += row.entries
        by_month[row.month].update({"all": row.entries, row.tone: row.entries})
    clocks = {kind: clocks_of([one for one in cases if one.kind == kind], now) for kind in KINDS}
    return Figures(
        posts, gone, tones, stances, questions, tuple(by_month), units, flags, tuple(cases), clocks, own_posts
    )


def clock(case: CaseLine, now: datetime) -> str:
    """One of CLOCKS."""
    if case.done_at is None:
        return "overdue" if case.due_at <= now else "waiting"
    if case.state == "no-action":
        return "dropped"
    return "kept" if case.done_at <= case.due_at else "late"


def clocks_of(cases: Sequence[CaseLine], now: datetime) -> Clocks:
    number = Counter(clock(one, now) for one in cases)
    taken = [
        (one.done_at - one.starts_at).total_seconds() / 3600
        for one in cases
        if one.done_at and clock(one, now) in ("kept", "late")
    ]
    hours = median(taken) if len(taken) >= SMALL else None
    return Clocks(**{name: number[name] for name in CLOCKS}, hours=hours)


def coverage(days: Iterable[SourceDay], sources: Iterable[str], first: date, end: date) -> tuple[Coverage, ...]:
    """Of each source, over the local days from `first` up to but not including `end`; from its own first day on, since
    it may have been added later. What was never asked is not among them."""
    of: dict[str, dict[date, SourceDay]] = {source: {} for source in sources}
    for one in days:
        if one.source_id in of and first <= one.day < end:
            of[one.source_id][one.day] = one
    return tuple(_covered(source, known, end) for source, known in of.items() if known)


def _covered(source: str, known: Mapping[date, SourceDay], end: date) -> Coverage:
    whole = [date.fromordinal(day) for day in range(min(known).toordinal(), end.toordinal())]
    longest = quiet = 0
    for day in whole:
        quiet = 0 if day in known and known[day].new else quiet + 1
        longest = max(longest, quiet)
    dead = sum(not one.answered for one in known.values())
    return Coverage(source, len(whole), dead, len(whole) - len(known), longest)
