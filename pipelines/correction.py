"""Corrections as values: what a person has said about an item against, or with, what the program made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipelines.types import Entry

Verdict = Literal["not-negative", "negative", "wrong-unit", "unit", "not-about", "about", "not-flag", "is-flag", "done"]
Via = Literal["account", "link"]
LOWERS: frozenset[Verdict] = frozenset(("not-negative", "wrong-unit", "not-about", "not-flag"))
"""Verdicts after which fewer are told, or less."""
QUESTIONS: dict[Verdict, str] = {
    "not-negative": "tone",
    "negative": "tone",
    "wrong-unit": "unit",
    "unit": "unit",
    "not-about": "about",
    "about": "about",
    "not-flag": "flag",
    "is-flag": "flag",
    "done": "done",
}
VALUED: frozenset[Verdict] = frozenset(("unit", "not-flag", "is-flag"))
"""Verdicts that mean nothing without a value."""
UNDONE = "undone"
"""Value of "done" that takes it back."""


@dataclass(frozen=True, slots=True)
class Said:
    """One verdict on one wording of one entry."""

    entry_id: str
    revision: str
    verdict: Verdict
    value: str
    """A category for flags, a unit's id for units, UNDONE for what is not done after all; "" for what takes none, and
    for "wrong-unit" every unit."""
    by: str
    """An account's name, or the receiver in whose mail the link stood."""
    via: Via
    """A link can be forwarded, and has no name: what it says waits in some matters for someone who is logged in."""
    rule: str | None = None
    """By which the flag in question was raised."""

    @property
    def confirmed(self) -> bool:
        """Whether someone logged in stands behind it."""
        return self.via == "account"

    @property
    def question(self) -> tuple[str, str]:
        """What it answers: of two answers by people who are logged in the later holds."""
        asked = QUESTIONS[self.verdict]
        return asked, self.value if asked == "flag" else ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A stored Said: never changed, never taken away; a later one may answer the same question otherwise."""

    id: int
    said: Said
    at: datetime


@dataclass(frozen=True, slots=True)
class Bearing:
    """A Correction that may bear on an entry: its own, or one of an entry of the same story."""

    correction: Correction
    wording: Entry | None
    """The corrected entry as it read then; None where that is no longer kept."""
