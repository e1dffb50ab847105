"""coverage.toml: every network and kind of place that is to be watched, and by what it is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipelines.config.schema.base import Id, Table, Text
from pipelines.types import Kind

Route = Literal["direct", "feed", "search", "numbers"]


class Network(Table):
    """One thing to be watched. It is covered by the sources that `sources`, `families` or `kinds` take in."""

    id: Id
    name: Text
    asked_for: str = ""
    """Where it is asked for: the policy's page, or who wants it."""
    sources: tuple[Id, ...] = ()
    families: tuple[Id, ...] = ()
    kinds: tuple[Kind, ...] = ()
    route: Route = "direct"
    """direct: its own interface; feed: its public feeds; search: what a search engine finds of it; numbers: figures
    without texts."""
    how: Text
    """How it is watched, and what that does not show; for who reads the page."""
    why_not: str = ""
    """Why it is not watched, where no source takes it in."""
    ask: str = ""
    """What someone must do for it to be watched, and whom to ask."""


class CoverageFile(Table):
    network: tuple[Network, ...] = Field(())
