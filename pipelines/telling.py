"""Stories as values: an entry as they see it, and where it was put."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipelines.labels import ToldAs
from pipelines.types import Entry


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entry as stories see it."""

    entry: Entry
    at: datetime
    """When it was published; when it was first seen, if that is unknown or yet to come."""
    named: frozenset[str] = frozenset()
    """The places and units it names, the municipality itself left out."""
    about: bool = False
    act: bool = False
    """A flag says that the text itself threatens, bullies or the like."""


@dataclass(frozen=True, slots=True)
class Known:
    """A Sighting that is in a story already."""

    sighting: Sighting
    story_id: str


@dataclass(frozen=True, slots=True)
class Placed:
    """The story that an entry goes into, and why. `reason`: one plain Swedish sentence."""

    entry_id: str
    story_id: str
    told_as: ToldAs
    reason: str
    at: datetime
    keys: tuple[str, ...]
    """By which later entries find it."""
