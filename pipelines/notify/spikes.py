"""More posts than usual, by a published formula (docs/konfiguration.md). Pure.

A count is a spike where it is above mean + times_sd × standard deviation of the counts before it, and at least `least`:
social media by the hour against the twelve hours before, news by the day against the fourteen days before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Literal

from pipelines.config.schema import Spikes
from pipelines.types import Kind

if TYPE_CHECKING:
    from pipelines.store.spikes import Counted

Medium = Literal["social", "news"]
Measure = Literal["all", "negative"]
NEWS: frozenset[Kind] = frozenset(("news", "official"))


@dataclass(frozen=True, slots=True)
class Span:
    """The step that is counted by, and how many of them are what is usual."""

    step: timedelta
    before: int

    @property
    def whole(self) -> timedelta:
        return self.step * (self.before + 1)


SPANS: Mapping[Medium, Span] = {"social": Span(timedelta(hours=1), 12), "news": Span(timedelta(days=1), 14)}


@dataclass(frozen=True, slots=True)
class Spike:
    """More than usual in the municipality as a whole (`place` empty) or a unit."""

    place: str
    medium: Medium
    measure: Measure
    at: datetime
    count: int
    mean: float
    sd: float
    limit: int
    """The smallest count that would be a spike."""
    negative: int
    positive: int

    @property
    def usual(self) -> str:
        """The mean as Swedes write it."""
        return f"{self.mean:.1f}".replace(".", ",")

    @property
    def drift_text(self) -> str:
        """One Swedish sentence of which way they lean."""
        if self.negative == self.positive:
            return "De negativa och de positiva inläggen är lika många."
        more, less = max(self.negative, self.positive), min(self.negative, self.positive)
        names = ("negativ", "positiv") if self.negative > self.positive else ("positiv", "negativ")
        shown = f"{less} {names[1]}{'t' if less == 1 else 'a'}" if less else f"inga {names[1]}a"
        return f"Övervägande {names[0]}a: {more} {names[0]}{'t' if more == 1 else 'a'} och {shown}."


def limit(before: Sequence[int], rule: Spikes) -> int:
    """The smallest count that is a spike after `before`."""
    return max(rule.least, math.floor(fmean(before) + rule.times_sd * pstdev(before)) + 1)


def found(
    posts: Iterable[Counted], now: datetime, rule: Spikes, watched: Mapping[Medium, bool], units: Iterable[str]
) -> tuple[Spike, ...]:
    """The spikes at `now`. `watched`: whether the whole span before it has been; what was not is no zero.

    Of a place and medium one only: the negative one, where all posts and the negative ones both are.
    """
    listed = list(posts)
    spikes = []
    for medium, span in SPANS.items():
        if not watched[medium]:
            continue
        chosen = [one for one in listed if (one.kind in NEWS) == (medium == "news") and one.at <= now]
        for place in ("", *units):
            there = [one for one in chosen if not place or place in one.units]
            made = (_spike(there, place, medium, measure, span, now, rule) for measure in ("negative", "all"))
            if one := next((spike for spike in made if spike), None):
                spikes.append(one)
    return tuple(spikes)


def _spike(
    posts: Sequence[Counted], place: str, medium: Medium, measure: Measure, span: Span, now: datetime, rule: Spikes
) -> Spike | None:
    counts = [0] * (span.before + 1)  # the newest first
    for one in posts:
        number = (now - one.at) // span.step
        if number <= span.before and (measure == "all" or one.negative):
            counts[number] += 1
    count, before = counts[0], counts[1:]
    least = limit(before, rule)
    if count < least:
        return None
    newest = [one for one in posts if now - one.at < span.step]
    return Spike(
        place=place,
        medium=medium,
        measure=measure,
        at=now,
        count=count,
        mean=fmean(before),
        sd=pstdev(before),
        limit=least,
        negative=sum(one.negative for one in newest),
        positive=sum(one.positive for one in newest),
    )
