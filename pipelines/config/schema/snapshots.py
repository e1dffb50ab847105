"""[snapshots] of municipality.toml: when our accounts' start pages are kept for the archive, and how much of each."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from pipelines.config.schema.base import Table


def _day_of_year(value: str) -> str:
    """Of every year: 29 February is none."""
    if re.fullmatch(r"\d\d-\d\d", value):
        try:
            date.fromisoformat(f"2026-{value}")
        except ValueError:
            pass
        else:
            return value
    raise ValueError(f"«{value}» is no day of every year; write it as 06-30, the month first")


def _each_once(days: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(days)) != len(days):
        raise ValueError("the same day stands there twice. Take one of them out")
    return days


DayOfYear = Annotated[str, AfterValidator(_day_of_year)]


class Snapshots(Table):
    """The policy says at each half-year (page 6)."""

    dates: Annotated[tuple[DayOfYear, ...], AfterValidator(_each_once)] = Field(
        ("06-30", "12-31"), min_length=1, max_length=12
    )
    """Local days, month and day."""
    late_days: int = Field(60, ge=1, le=180)
    """So long after its day a snapshot is still made: the machine may have stood still, or the picture have to be taken
    by hand."""
    page_seconds: int = Field(45, ge=5, le=300)
    """Until a page must be there; of what takes longer is kept what has come."""
    page_megabytes: int = Field(40, ge=1, le=500)
    """That a page may bring along, and that its PDF may be."""
    upload_megabytes: int = Field(25, ge=1, le=200)
    """Of a picture taken by hand."""
