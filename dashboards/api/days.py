"""Days in an address: written in full, and within what every database can reckon with."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

FIRST, LAST = date(1900, 1, 1), date(9000, 1, 1)
WRITTEN = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _written(given: object) -> object:
    """A number is a day too, to pydantic: of seconds since 1970."""
    if isinstance(given, str) and not WRITTEN.fullmatch(given):
        raise PydanticCustomError("date_from_datetime_parsing", "not a day")
    return given


Day = Annotated[date, BeforeValidator(_written)] | SkipJsonSchema[None]


def bounded(day: date | None) -> date | None:
    """What is beyond FIRST and LAST asks for as much as these."""
    return min(max(day, FIRST), LAST) if day else None
