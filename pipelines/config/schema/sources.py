"""sources.toml: where the world is asked, and with which manners."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipelines.config.schema.base import HttpUrl, Id, Table, Text
from pipelines.config.schema.retention import Keep, Licence
from pipelines.types import Kind

SILENT_FAMILIES = (
    *("bluesky", "facebook", "foursquare", "googleplaces", "hackernews", "instagram", "reddit", "x", "youtube"),
)
"""Families whose pages answer as if nothing had happened where a post is removed (200, or a login): they are not asked
about it. From general knowledge, confirmed by nobody."""


class Fetch(Table):
    """Manners and caps of the door to the world."""

    timeout_seconds: float = Field(20, gt=0, le=120)
    max_bytes: int = Field(8_000_000, ge=1_000)
    spacing_seconds: float = Field(1.0, ge=0)
    """Shortest time between two requests to one host; a source may ask for more."""
    concurrency: int = Field(16, ge=1, le=256)
    allow_private: bool = False
    """Whether addresses on this machine or the local network may be asked: tests and the sample only."""


class Budget(Table):
    """What a source may use up at most; days and months are UTC's. What is left out has no limit."""

    requests_per_day: int | None = Field(None, ge=1)
    usd_per_month: float | None = Field(None, ge=0)


class Expects(Table):
    """What a source is like when it is well, as its own row states it: falling short of it is told."""

    entries_per_week: float | None = Field(None, gt=0)
    languages: tuple[Text, ...] = ()
    """Codes such as "sv": of what it publishes, whatever it declares."""
    max_silence_hours: float | None = Field(None, gt=0)
    """Longest time without anything new."""


class Source(Table):
    id: Id
    name: Text
    family: Id
    kind: Kind
    url: HttpUrl
    language: str | None = None
    local: bool = False
    """The source writes about the municipality only: ambiguous names need no other support."""
    own: bool = False
    """An official account of ours: what others write there is ours to answer, and to remove where it is unsuitable."""
    every_minutes: int = Field(10, ge=1, le=7 * 24 * 60)
    slowest_minutes: int = Field(6 * 60, ge=1, le=7 * 24 * 60)
    """What `every_minutes` may grow to while the source is silent for months; no more than `every_minutes`: never."""
    spacing_seconds: float | None = Field(None, ge=0)
    budget: Budget = Budget()
    expects: Expects = Expects()
    group: str = ""
    """The folder it lies in, as feed readers have them; «A/B» for one in another."""
    article: Literal["never", "if-mentioned", "always"] = "never"
    """Whether pages behind teasers are asked for, and an excerpt of them kept; "always": not only where the teaser
    mentions the municipality. Within robots.txt, but whether its terms allow it is for the operator to read."""
    keeps_text: bool = True
    """Whether texts may be stored; if not they are assessed as they come, and title, time and link are kept."""
    licence: Id | None = None
    """The [[licence]] whose terms cap how long its texts are kept."""
    keep: Keep | None = None
    enabled: bool = True
    note: str = ""
    options: dict[str, object] = Field(default_factory=dict)
    """What only this family understands; validated by the family."""


class SourcesFile(Table):
    fetch: Fetch = Fetch()
    licence: tuple[Licence, ...] = ()
    source: tuple[Source, ...]
