"""municipality.toml, [clocks]: within what time questions and unsuitable posts are to be dealt with."""

from __future__ import annotations

from datetime import time
from typing import Literal, Self

from pydantic import Field, model_validator

from pipelines.config.schema.base import Table


class Clocks(Table):
    """The policy says 48 hours (pages 4 and 6) and not of which kind: by default they are the calendar's."""

    questions: Literal["about-us", "own", "never"] = "about-us"
    """Which questions get a clock: all that concern the municipality, those on our own accounts, or none."""
    unsuitable: tuple[str, ...] = ()
    """Categories that make a post on one of our own accounts unsuitable; empty: every category, as an act."""
    hours: float = Field(48, gt=0, le=24 * 30)
    remind_after_hours: float = Field(24, gt=0)
    counted: Literal["calendar", "working"] = "calendar"
    """"working": the clock stands still outside `opens` to `closes`, at weekends and on holidays."""
    opens: time = time(8, 0)
    closes: time = time(17, 0)
    half_days_close: time = time(12, 0)
    """On trettondagsafton, skärtorsdagen, valborgsmässoafton and allahelgonsafton. The same as `closes`: no
    half-days."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.remind_after_hours >= self.hours:
            raise ValueError("`remind_after_hours` is not before `hours`: nobody would be reminded in time")
        if not self.opens < self.half_days_close <= self.closes:
            raise ValueError("`opens`, `half_days_close` and `closes` do not follow each other")
        return self
