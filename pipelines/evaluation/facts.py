"""What a report tells of, read under someone's Scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from pipelines.config.schema import Config, Goal
from pipelines.evaluation import areas, campaigns
from pipelines.evaluation.areas import Occasion, Subject
from pipelines.evaluation.figures import Coverage, Figures, coverage, figures
from pipelines.evaluation.goals import Circumstances, Result, result
from pipelines.evaluation.values import Area, Span
from pipelines.query import Query
from pipelines.register.official import Official
from pipelines.store import register, tallies
from pipelines.store.views import Scope, totals
from pipelines.store.views import evaluation as view


@dataclass(frozen=True, slots=True)
class Facts:
    subject: Subject
    occasion: Occasion
    over: bool
    """Whether all its days have passed."""
    now: datetime
    watched_since: date | None
    """When the watch began, where that was after the first day; None where it saw all of it."""
    figures: Figures
    before: Figures | None
    """Of the year before; None for a campaign, and where the watch did not see all of that year."""
    results: tuple[Result, ...]
    sources: tuple[Coverage, ...]
    days_since: date | None
    """From when on it is known which days the sources answered; None where nothing is."""
    unasked: tuple[str, ...]
    """Ids of sources of which nothing is known."""
    counted_last: datetime | None
    """When the last of the texts that are gone was counted."""
    cases_gone: date | None
    """Cases that were decided before this day are deleted, where some of the period may be among them."""


@dataclass(slots=True)
class Gathering:
    """One reading of the store for one report: figures that several goals need are counted once."""

    connection: Connection
    scope: Scope
    config: Config
    occasion: Occasion
    now: datetime
    accounts: Mapping[str, Official]
    posts: Query | None
    """Of the campaign, and what our accounts themselves wrote on its days."""
    own: Query | None
    began: date | None
    """The local day on which the watch began."""
    known: dict[tuple[str, str, str], Figures] = field(default_factory=dict)

    def figures(self, subject: Subject, occasion: Occasion) -> Figures:
        key = (occasion.id, subject.kind, subject.id)
        if key not in self.known:
            self.known[key] = self._counted(subject, areas.span(occasion, self.posts, self.config.zone))
        return self.known[key]

    def _counted(self, subject: Subject, span: Span) -> Figures:
        given = (self.connection, self.scope, subject.area, span)
        own = None
        if subject.feed:
            feed = Area(sources=frozenset((subject.feed,)), owners=subject.area.owners)
            theirs = (
                replace(span, campaign=f"{campaigns.OWN}{span.campaign}", posts=self.own) if span.campaign else span
            )
            own = sum(row.entries for row in view.counted(self.connection, self.scope, feed, theirs))
        return figures(
            view.counted(*given),
            view.of_units(*given),
            view.of_flags(*given),
            view.of_cases(*given),
            len(span.months),
            own,
            self.now,
        )

    def cases_gone(self) -> date | None:
        kept = (self.now - timedelta(days=self.config.retention.cases_days)).astimezone(self.config.zone).date()
        return kept if kept > self.occasion.period.first else None

    def over(self) -> bool:
        return self.occasion.period.window(self.config.zone)[1] <= self.now

    def results(self, subject: Subject) -> Iterator[Result]:
        """Of the goals of the subject and of all beneath it."""
        for goal in self.config.goals:
            if goal.campaign != (self.occasion.campaign.id if self.occasion.campaign else None):
                continue
            if goal.year != self.occasion.year:
                continue
            of = self._subject(goal)
            if subject.kind == "municipality" or (of is not None and _beneath(of, subject)):
                yield self._result(goal, of)

    def _result(self, goal: Goal, of: Subject | None) -> Result:
        first = self.occasion.period.first
        given = Circumstances(
            over=self.over(),
            unwatched=self.began is None or self.began >= self.occasion.period.end,
            late_watch=self.began is not None and self.began > first,
            cases_gone=self.cases_gone() is not None,
            collected=of is None or of.kind != "account" or bool(of.area.sources),
        )
        found = self.figures(of, self.occasion) if of else None
        return result(goal, of.name if of else goal.account or "", found, given, first)

    def _subject(self, goal: Goal) -> Subject | None:
        if goal.account:
            return areas.of_account(self.accounts[goal.account]) if goal.account in self.accounts else None
        return areas.of_unit(goal.unit, self.config) if goal.unit else areas.municipality(self.config)


def subjects(config: Config, accounts: Iterable[Official], scope: Scope) -> Iterator[Subject]:
    """All that a report can be made of for them: the municipality, departments, units, accounts."""
    first = sorted(config.units, key=lambda unit: (unit.parent is not None, unit.name))
    units = (areas.of_unit(unit.id, config) for unit in first)
    every = (areas.municipality(config), *units, *(areas.of_account(one) for one in accounts))
    return (one for one in every if one is not None and view.allowed(scope, one.area))


def facts(
    connection: Connection, scope: Scope, config: Config, subject: Subject, occasion: Occasion, now: datetime
) -> Facts:
    """All of it as it stands now. The caller has asked whether the subject is for them (`view.allowed`)."""
    accounts = {one.id: one for one in register.current(connection)}
    posts = campaigns.question(occasion.campaign, accounts, config) if occasion.campaign else None
    own = campaigns.own(occasion.campaign, accounts, config) if occasion.campaign else None
    since = totals.watched_since(connection)
    began = since.astimezone(config.zone).date() if since else None
    given = Gathering(connection, scope, config, occasion, now, accounts, posts, own, began)
    period = occasion.period
    days = tallies.source_days(connection, config.zone, period.first, period.end, now)
    sources = _sources(subject, config)
    first = min((one.day for one in days), default=None)
    last = min(period.end, now.astimezone(config.zone).date())
    found = coverage(days, sources, first or last, last)
    return Facts(
        subject=subject,
        occasion=occasion,
        over=given.over(),
        now=now,
        watched_since=began if began and began > period.first else None,
        figures=given.figures(subject, occasion),
        before=_before(given, subject),
        results=tuple(given.results(subject)),
        sources=found,
        days_since=first,
        unasked=tuple(source for source in sources if source not in {one.source for one in found}),
        counted_last=view.counted_last(connection, scope, subject.area, areas.span(occasion, posts, config.zone)),
        cases_gone=given.cases_gone(),
    )


def _before(given: Gathering, subject: Subject) -> Figures | None:
    if given.occasion.year is None:
        return None
    before = areas.of_year(given.occasion.year - 1)
    if given.began is None or given.began > before.period.first:
        return None
    return given.figures(subject, before)


def _sources(subject: Subject, config: Config) -> tuple[str, ...]:
    if subject.kind == "account":
        return tuple(sorted({*(subject.area.sources or ()), *((subject.feed,) if subject.feed else ())}))
    return tuple(source.id for source in config.sources if source.enabled)


def _beneath(one: Subject, other: Subject) -> bool:
    """Whether a goal of `one` belongs in the report of `other`."""
    if other.kind == "account":
        return (one.kind, one.id) == (other.kind, other.id)
    return one.area.owners is not None and other.area.owners is not None and one.area.owners <= other.area.owners
