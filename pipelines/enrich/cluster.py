"""Cluster: which story does an entry belong to? Exact copies only; what is merely alike begins a story of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pipelines.types import Entry

STORY_LASTS = timedelta(days=14)
"""How long after its last telling the same words still tell the same story: a notice that a paper repeats within a week
or two is one; a "Skadegörelse, ruta krossad" of last month is another."""


@dataclass(frozen=True, slots=True)
class Place:
    """The story that an entry goes into. `reason`: one plain Swedish sentence."""

    story_id: str
    new: bool
    reason: str


def place(entry: Entry, known: str | None) -> Place:
    """Where `entry` belongs, given the story that one of its keys stands for already, if any."""
    if known is None:
        return Place(entry.id, True, "Första inlägget i sin historia.")
    return Place(known, False, "Samma text eller samma länk som ett tidigare inlägg.")
