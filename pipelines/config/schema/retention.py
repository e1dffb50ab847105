"""How long what is kept: [retention] in municipality.toml, [[licence]] and a source's own `keep` in sources.toml.

Every time is a whole number of days with an end: nothing is kept for ever, and no key lets a rule reach what is held.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from pipelines.config.schema.base import Id, Table, Text

LONGEST = 3650
"""Ten years. Longer is no forgetting, and what is worth it belongs in the municipal archive."""
TOMBSTONES = 7300


def _days(value: object) -> object:
    """Refused in words: a rule without an end is what people write when they have not decided."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("a number of days from 1 upwards is needed: nothing is kept for ever, and nothing for no time")
    if value > TOMBSTONES:
        raise ValueError(f"more than {TOMBSTONES} days is for ever. What is to stay belongs in the archive")
    return value


Days = Annotated[int, BeforeValidator(_days), Field(le=LONGEST)]


class Decided(Table):
    """Who decided on these times, so that the document says so."""

    by: Text
    on: date
    number: Text
    """Of the decision, in the municipality's register."""


class Retention(Table):
    """Days, counted from when a post was first seen or last edited, a mail composed, a case decided."""

    entries_days: Days = 365
    """Texts of what is about the municipality and not flagged."""
    others_days: Days = 90
    """Texts of what is not about the municipality."""
    flagged_days: Days = 365
    """Texts of flagged posts; `categories` may say otherwise, and of several the longest holds."""
    categories: Mapping[str, Days] = Field(default_factory=dict)
    metadata_days: Days = 1095
    """Link, time, tone, flags and who was told; after that a tombstone."""
    tombstones_days: Annotated[int, BeforeValidator(_days)] = LONGEST
    """Id, hash, when and why: as long as it is there, its feed cannot bring the post back."""
    mails_days: Days = 90
    """What kept copies of mails say; the rest of them goes by metadata_days."""
    cases_days: Days = 1825
    """Counted from the last decision; an open case stays."""
    decisions_days: Days = 1825
    """What people have decided that no longer holds: silences, deputies, stories, holds, requests of persons."""
    delivered_days: Days = 90
    """Pictures of our accounts, counted from the day on which the archive got them; until then they stay."""
    issues_days: Days = 90
    polls_days: Days = 30
    access_days: int = Field(730, ge=31, le=LONGEST)
    """Counted from the end of the month: the access log goes by whole months."""
    decided: Decided | None = None


class Times(Table):
    """Of a text, and of what belongs to it."""

    entries_days: Days
    metadata_days: Days

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.metadata_days < self.entries_days:
            raise ValueError("metadata_days is shorter than entries_days: a text goes before what belongs to it")
        return self


class Licence(Times):
    """Terms that several sources share: the longest that their texts may be kept, flagged or not."""

    id: Id
    name: Text


class Keep(Times):
    """A source's own times, in place of entries_days, others_days and metadata_days."""

    why: Text


class Persons(Table):
    """Whose accounts may stand in a stored text. Ours and the public institutions' are known by their names."""

    public_accounts: tuple[Annotated[str, Field(pattern=r"^@?[\w.-]{2,64}$")], ...] = ()
    """Further ones: of politicians in office, of associations. Without the network's address."""
