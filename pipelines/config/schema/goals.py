"""goals.toml: what the yearly evaluation measures against, campaigns, and when the report is sent."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pipelines.config.schema.base import Id, Table, Text
from pipelines.config.schema.routes import Dated

Measure = Literal[
    "posts",
    "negative-share",
    "positive-share",
    "critical-share",
    "questions-in-time",
    "median-hours",
    "unsuitable-in-time",
    "own-posts",
]
"""What can be measured; docs/konfiguration.md defines each.

posts: posts about the municipality; of an account, all that others wrote on it. *-share: percent of them.
questions-in-time, unsuitable-in-time: percent of the cases whose time is up or that are done. median-hours: from
question to answer. own-posts: posts of the account itself.
"""
SHARES: tuple[Measure, ...] = (
    "negative-share",
    "positive-share",
    "critical-share",
    "questions-in-time",
    "unsuitable-in-time",
)


def _no_year(value: str) -> str:
    if value.isdigit():
        raise ValueError("digits alone would be a year. Put a letter in it")
    return value


class Goal(Table):
    """Measured over one year or one campaign, for the municipality unless `unit` or `account` is there."""

    id: Id
    name: Text
    measure: Measure
    direction: Literal["at-least", "at-most"]
    target: float = Field(ge=0)
    """Percent, hours or posts, as `measure` says."""
    year: int | None = Field(None, ge=2000, le=2100)
    campaign: Id | None = None
    unit: Id | None = None
    """A department stands for its units too."""
    account: Id | None = None
    """An account of the register."""
    set_on: date
    """When it was decided; after its period began, the report says so."""

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        if (self.year is None) == (self.campaign is None):
            raise ValueError("name one of `year` and `campaign`")
        if self.unit and self.account:
            raise ValueError("name one of `unit` and `account`, or neither for the municipality")
        if self.measure in SHARES and self.target > 100:
            raise ValueError(f"`{self.measure}` is a percentage: `target` is 0 to 100")
        if self.measure == "own-posts" and not self.account:
            raise ValueError("`own-posts` is measured of an account: name it in `account`")
        return self


class Campaign(Dated):
    """What was posted on these local dates. Each key narrows; within a list, any of it."""

    id: Annotated[Id, AfterValidator(_no_year)]
    name: Text
    words: Text | None = None
    """A search, as in docs/sokning.md."""
    accounts: tuple[Id, ...] = ()
    """Of the register: what others wrote on them."""
    units: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.last - self.first).days > 366:
            raise ValueError("a campaign lasts at most a year: mend `first` or `last`")
        if not (self.words or self.accounts or self.units):
            raise ValueError("neither `words`, `accounts` nor `units`: nothing would tell its posts from others")
        return self


class Evaluation(Table):
    """When the report goes to the departments' communicators (`communicator` in units.toml)."""

    year_after_days: int = Field(14, ge=1, le=30)
    """Days after the year's end: in January."""
    campaign_after_days: int = Field(7, ge=1, le=30)


class GoalsFile(Table):
    evaluation: Evaluation = Evaluation()
    goals: tuple[Goal, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
