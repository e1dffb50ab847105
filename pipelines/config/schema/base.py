"""What every table has in common: closed, unchangeable, and made of values that are checked."""

from __future__ import annotations

import re
from typing import Annotated, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pipelines.types import Kind

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Text = Annotated[str, Field(min_length=1)]
KINDS: tuple[str, ...] = get_args(Kind)


def is_address(value: str) -> bool:
    """Whether mail can be sent there; quoted names and the like are not."""
    return re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value) is not None


def _address(value: str) -> str:
    if not is_address(value):
        raise ValueError(f"«{value}» is no e-mail address")
    return value


def _http_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", value):
        raise ValueError(f"«{value}» is no http(s) address without a user or password in it")
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"«{value}» is no time zone such as Europe/Stockholm") from error
    return value


Address = Annotated[str, AfterValidator(_address)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
TimeZone = Annotated[str, AfterValidator(_timezone)]


class Table(BaseModel):
    """A TOML table: closed and unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True)
