"""routes.toml: who is told of what."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from pipelines.config.schema.base import Address, Id, Table, Text
from pipelines.types import Kind, Role

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
Weekdays = Annotated[tuple[Weekday, ...], Field(min_length=1)]


class Receiver(Table):
    """A role with a function address. `digest`: "always" sends also when there is nothing to tell."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+([:-][a-z0-9]+)*$")]
    title: Text
    address: Address
    digest: Literal["always", "when-something", "never"] = "always"
    days: Weekdays = WEEKDAYS
    """On which the digest is sent; it then tells of all since the last one."""
    deputy: Text | None = None
    """Id of the receiver who is told beside the head when a clock has run out."""
    units: tuple[Id, ...] = ()
    """Units whose items this receiver may see; empty for all."""


class UnitReceivers(Table):
    """Every unit's manager (units.toml) is a receiver of its own: `enhetschef:<unit>`."""

    digest: Literal["always", "when-something", "never"] = "when-something"
    days: Weekdays = WEEKDAYS


class Match(Table):
    """What an item must be for a route to hold; a key that is left out always holds, a list holds on any of it."""

    about: bool = True
    units: tuple[Id, ...] = ()
    has_unit: bool | None = None
    flagged: bool | None = None
    categories: tuple[str, ...] = ()
    role: Role | None = None
    alert: bool | None = None
    tone: tuple[Literal["negative", "neutral", "positive", "unsure"], ...] = ()
    stance: tuple[Literal["critical", "none", "supportive"], ...] = ()
    intent: tuple[Literal["criticism", "question", "praise", "information", "other"], ...] = ()
    kinds: tuple[Kind, ...] = ()


class Route(Table):
    id: Id
    match: Match
    to: tuple[Text, ...] = Field(min_length=1)
    """Receivers' ids; "unit" for the managers of the units concerned, "department" for those of their parents."""
    urgent: bool = False
    """True: a mail at once, and a line in the digest. False: the digest only."""


class RoutesFile(Table):
    root: Text
    """The receiver that is told when no route holds anyone; always the kommunikationschef's."""
    receiver: tuple[Receiver, ...]
    unit_receivers: UnitReceivers = UnitReceivers()
    route: tuple[Route, ...]
