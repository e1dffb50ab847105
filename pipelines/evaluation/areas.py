"""Whom a report is about, and over which days. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from pipelines.config.schema import Campaign, Config
from pipelines.evaluation.values import Area, Span
from pipelines.query import Query
from pipelines.register.official import Official
from pipelines.register.words import network
from pipelines.reports.periods import DAY, Period, steps


@dataclass(frozen=True, slots=True)
class Subject:
    kind: Literal["municipality", "unit", "account"]
    id: str
    """Of the unit or the account; empty for the municipality."""
    name: str
    area: Area
    feed: str | None = None
    """Source of the account's own posts."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A year or a campaign."""

    id: str
    name: str
    period: Period
    campaign: Campaign | None = None

    @property
    def year(self) -> int | None:
        return None if self.campaign else self.period.first.year


def municipality(config: Config) -> Subject:
    return Subject("municipality", "", config.municipality.name, Area())


def of_unit(id: str, config: Config) -> Subject | None:
    """A unit with those beneath it; None where there is none of that id."""
    unit = config.unit(id)
    if unit is None:
        return None
    ids = frozenset(one.id for one in config.units if id in (one.id, one.parent))
    return Subject("unit", id, unit.name, Area(units=ids, owners=ids))


def of_account(account: Official) -> Subject:
    """What others wrote on it; of the municipality's own accounts, for those who may see everything."""
    return Subject(
        "account",
        account.id,
        f"{network(account.network)} {account.handle}",
        Area(
            sources=frozenset((account.source,) if account.source else ()),
            owners=frozenset((account.unit,)) if account.unit else None,
        ),
        account.feed,
    )


def of_year(year: int) -> Occasion:
    return Occasion(str(year), str(year), Period(date(year, 1, 1), date(year + 1, 1, 1)))


def of_campaign(campaign: Campaign) -> Occasion:
    return Occasion(campaign.id, campaign.name, Period(campaign.first, campaign.last + DAY), campaign)


def named(id: str, config: Config) -> Occasion | None:
    """The year or the campaign of that id; None where there is none."""
    if id.isdecimal() and 2000 <= int(id) <= 2100:
        return of_year(int(id))
    return next((of_campaign(one) for one in config.campaigns if one.id == id), None)


def span(occasion: Occasion, posts: Query | None, zone: ZoneInfo) -> Span:
    """posts: of its campaign."""
    whole = occasion.period
    months = steps(whole, "month")
    cut = (Period(max(one.first, whole.first), min(one.end, whole.end)) for one in months)
    return Span(
        tuple(f"{one.first:%Y-%m}" for one in months),
        tuple(one.window(zone) for one in cut),
        occasion.campaign.id if occasion.campaign else None,
        posts,
    )
