"""Health: what a source is like when it is well, and what to tell when it no longer is. Pure, `now` is an argument.

A failed visit tells itself (`problems`). Here is what no single answer shows: silence, fewer entries than there should
be, a field that was always there and is gone, another language. What is judged over visits lies in the source's
`habits`; what the operator states under `expects` goes before what was learned.

A field or language must be missing on two visits in a row before it is told, so it is told within two intervals; a
silence on the first visit after the time that the source was given.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from pipelines.collect import health_wording as wording
from pipelines.config.schema import Source
from pipelines.types import Entry, Issue
from sentiment.language import detect

if TYPE_CHECKING:
    from pipelines.collect.schedule import Visit
    from pipelines.store.sources import SourceState

WEEK = timedelta(days=7)
LEAST_SHARE = 0.25
"""Share of what it should bring below which a source is thin. 4 a week and none for 10 days is there; chance rarely."""
SETTLED = timedelta(days=14)
"""From the first fetch until the rate is believed: two of its time constants."""
LEARNED_NEWS = 20
"""Visits with something new until the silences between them are a habit."""
LONGER_THAN_EVER = 2.0
SHORTEST_SILENCE = timedelta(hours=72)
"""No learned silence is shorter: a long weekend."""
SILENT_GAPS = 4
"""Mean gaps that a source with a stated rate, and no stated silence, may be silent; at least SHORTEST_SILENCE."""
FORGETTING = 0.98
"""What each new gap leaves of the longest one: after 35 gaps half of it."""
ALWAYS, NO_LONGER = 0.95, 0.2
"""Shares of entries that have a field: from the one it was always there, below the other it is gone."""
LEARNED_ENTRIES = 30
FEWEST = 3
"""Entries in an answer that say something of its form."""
WEIGHT = 0.1
"""Of each answer in what is learned of the form."""
ACCEPTED = timedelta(days=30)
"""A form that has been another for so long is the form."""
SAMPLE = 8
"""Entries of an answer whose language is told: 1 ms in all (measured)."""
TELLING = 60
"""Characters from which on a text tells its language."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of one answer: how many entries, and the shares of them that have a field."""

    entries: int
    shares: Mapping[str, float] = field(default_factory=dict)
    """By field: "title", "text", "url", "published"; "language" is the share in the expected ones, of those told."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What was learned of a source, in what JSON can hold."""

    seen: int = 0
    """Entries that the shares are learned from."""
    shares: Mapping[str, float] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    """Field -> when it was first missing (ISO), of those that the last answer lacked."""
    rate: float = 0.0
    """New entries, each counting less with time: e-fold in a week. In balance it is what a week brings."""
    news: int = 0
    longest: float = 0.0
    """Seconds between two visits with something new."""
    told: tuple[str, ...] = ()
    """Kinds of problem that are open."""

    @classmethod
    def read(cls, stored: Mapping[str, object]) -> Habits:
        """Those that `stored` (made by `as_json`) holds; none where another version wrote it."""
        try:
            found = cls(**stored)  # type: ignore[arg-type]
        except TypeError:
            return cls()
        return replace(found, told=tuple(found.told))

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Watched:
    """What a visit leads to beside what `problems` tells."""

    state: SourceState
    """With its habits."""
    issues: tuple[Issue, ...]
    solved: tuple[str, ...]
    """Prefixes of the keys of the Issues that are over."""


def shape(entries: Sequence[Entry], source: Source) -> Shape:
    """The form of what a visit brought."""
    if not entries:
        return Shape(0)
    shares = {
        name: sum(bool(getattr(entry, name)) for entry in entries) / len(entries)
        for name in ("title", "text", "url", "published")
    }
    if source.expects.languages:
        texts = (entry for entry in entries if len(entry.content) >= TELLING)
        likely = source.expects.languages[0]  # what a text too short to tell is taken for
        told = [detect(entry.content, None, likely).code for entry in islice(texts, SAMPLE)]
        if told:
            shares["language"] = sum(code in source.expects.languages for code in told) / len(told)
    return Shape(len(entries), shares)


def watch(
    source: Source, before: SourceState, after: SourceState, visit: Visit, brought: Sequence[Entry], now: datetime
) -> Watched:
    """What is learned from `visit` and what it `brought`, and what of it a human should know."""
    habits = _count(Habits.read(before.habits), before, visit, now)
    if len(brought) >= FEWEST and visit.failure is None:
        habits = _learn_form(habits, shape(brought, source), source, now)
    wrong = {} if visit.failure else dict(_wrong(source, after, habits, now))
    over = () if visit.failure else tuple(kind for kind in habits.told if kind not in wrong)
    told = habits.told if visit.failure else tuple(wrong)
    return Watched(
        state=replace(after, habits=replace(habits, told=told).as_json()),
        issues=tuple(wrong.values()),
        solved=tuple(_key(source, kind) for kind in over),
    )


def allowed_silence(source: Source, habits: Habits) -> timedelta | None:
    """How long it may bring nothing new: as stated, else by its stated rate, else as learned; None where none is."""
    expects = source.expects
    if expects.max_silence_hours is not None:
        return timedelta(hours=expects.max_silence_hours)
    if expects.entries_per_week is not None:
        return max(WEEK * SILENT_GAPS / expects.entries_per_week, SHORTEST_SILENCE)
    if habits.news >= LEARNED_NEWS:
        return max(timedelta(seconds=habits.longest) * LONGER_THAN_EVER, SHORTEST_SILENCE)
    return None


def _count(habits: Habits, before: SourceState, visit: Visit, now: datetime) -> Habits:
    """With what came since the last visit; the first fetch brings the past along and is no measure of a week."""
    if before.last_tried_at is None or before.first_fetched_at is None:
        return habits
    passed = max(0.0, (now - before.last_tried_at) / WEEK)
    habits = replace(habits, rate=round(habits.rate * math.exp(-passed) + visit.new, 3))
    if visit.new and before.last_new_at:
        gap = max(0.0, (now - before.last_new_at).total_seconds())
        longest = round(max(habits.longest * FORGETTING, gap), 1)
        habits = replace(habits, news=habits.news + 1, longest=longest)
    return habits


def _learn_form(habits: Habits, found: Shape, source: Source, now: datetime) -> Habits:
    """A field that is missing is not learned from until its absence is accepted."""
    shares, missing = dict(habits.shares), {}
    for name, share in found.shares.items():
        usual = 1.0 if name == "language" else shares.get(name)
        always = usual is not None and usual >= ALWAYS and (habits.seen >= LEARNED_ENTRIES or name == "language")
        gone = share < 0.5 if name == "language" else share <= NO_LONGER
        since = habits.missing.get(name) or now.isoformat()
        accepted = name != "language" and now - datetime.fromisoformat(since) >= ACCEPTED
        if always and gone and not accepted:
            missing[name] = since
        elif accepted:
            shares[name] = share
        else:
            shares[name] = round(share if usual is None else usual + WEIGHT * (share - usual), 4)
    if not source.expects.languages:
        shares.pop("language", None)
    return replace(habits, seen=min(habits.seen + found.entries, 10_000), shares=shares, missing=missing)


def _wrong(source: Source, after: SourceState, habits: Habits, now: datetime) -> Iterator[tuple[str, Issue]]:
    begun = after.first_fetched_at
    last = after.last_new_at or begun
    allowed = allowed_silence(source, habits)
    expected = source.expects.entries_per_week or 0.0
    if last is not None and allowed is not None and now - last > allowed:
        yield (
            "silent",
            _issue(source, "silent", wording.silent(source.name, now - last, allowed), wording.SILENT_REMEDY),
        )
    elif begun is not None and now - begun >= SETTLED and habits.rate < LEAST_SHARE * expected:
        yield "thin", _issue(source, "thin", wording.thin(source.name, habits.rate, expected), wording.THIN_REMEDY)
    gone = [name for name, since in habits.missing.items() if datetime.fromisoformat(since) < now]
    if fields := [name for name in gone if name != "language"]:
        yield "form", _issue(source, "form", wording.another_form(source.name, fields), wording.FORM_REMEDY)
    if "language" in gone:
        text = wording.another_language(source.name, source.expects.languages)
        yield "language", _issue(source, "language", text, wording.LANGUAGE_REMEDY)


def _issue(source: Source, kind: str, text: str, remedy: str) -> Issue:
    return Issue(_key(source, kind), f"source:{source.id}", text, remedy.format(id=source.id))


def _key(source: Source, kind: str) -> str:
    return f"source:{source.id}:{kind}"
