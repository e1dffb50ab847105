"""routes.toml: who is told of what, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from pipelines.config.schema.base import Address, Id, Table, Text
from pipelines.types import Kind, Role, Severity


class Quiet(Table):
    """Hours, local time, in which a receiver is told at once only of what is grave; the rest waits until they end."""

    begins: time
    ends: time
    passes: Severity = "critical"
    """From this severity on a mail is sent at any hour. Public warnings and threats always are."""

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.begins == self.ends:
            raise ValueError("`begins` and `ends` are the same time: quiet hours would last all day or never")
        return self


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
    quiet: Quiet | None = None


class UnitReceivers(Table):
    """Every unit's manager (units.toml) is a receiver of its own: `enhetschef:<unit>`."""

    digest: Literal["always", "when-something", "never"] = "when-something"
    quiet: Quiet | None = None
    days: Weekdays = WEEKDAYS


class Match(Table):
    """What an item must be for a route to hold; a key that is left out always holds, a list holds on any of it."""

    about: bool = True
    units: tuple[Id, ...] = ()
    """A department stands for its units too."""
    has_unit: bool | None = None
    flagged: bool | None = None
    categories: tuple[str, ...] = ()
    role: Role | None = None
    severity: Severity | None = None
    """At least so grave; of one and the same flag as category and role."""
    alert: bool | None = None
    tone: tuple[Literal["negative", "neutral", "positive", "unsure"], ...] = ()
    stance: tuple[Literal["critical", "none", "supportive"], ...] = ()
    intent: tuple[Literal["criticism", "question", "praise", "information", "other"], ...] = ()
    kinds: tuple[Kind, ...] = ()
    own: bool | None = None
    """Whether the source is an official account of ours."""
    spread: int | None = Field(None, ge=2)
    """So many sources at least have told the story."""


class Route(Table):
    """A branch of the tree: the routes in it are asked only where it holds."""

    id: Id
    match: Match = Match()
    to: tuple[Text, ...] = ()
    """Receivers' ids; a duty roster's name; "unit" for the managers of the units concerned, "department" for those of
    their parents."""
    urgent: bool = False
    """True: a mail at once, and a line in the digest. False: the digest only."""
    last: bool = False
    """Where it holds, the routes after it on the same branch are not asked."""
    route: tuple[Route, ...] = ()

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if not self.to and not self.route:
            raise ValueError("neither `to` nor routes of its own: it would tell nobody")
        return self


class Dated(Table):
    """What holds from the local date `first` to `last`, both included."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("`last` comes before `first`")
        return self

    def on(self, day: date) -> bool:
        return self.first <= day <= self.last


class Deputy(Dated):
    """Who is told beside `absent`."""

    absent: Text
    deputy: Text

    @model_validator(mode="after")
    def _of_another(self) -> Self:
        if self.absent == self.deputy:
            raise ValueError("nobody is a deputy of their own")
        return self


class Duty(Dated):
    """Who answers to the roster's name."""

    roster: Id
    receiver: Text


class RoutesFile(Table):
    root: Text
    """The receiver that is told when no route holds anyone; always the kommunikationschef's."""
    hr: Text | None = None
    """The receiver that is told in a manager's stead where the manager is accused, or an employee writes, and there is
    no superior in the configuration; the root where it is left out."""
    registrator: Text | None = None
    """The receiver that is sent what is proposed for the diary (policy page 6); without it that is handed over as
    files."""
    receiver: tuple[Receiver, ...]
    unit_receivers: UnitReceivers = UnitReceivers()
    route: tuple[Route, ...]
    deputy: tuple[Deputy, ...] = ()
    duty: tuple[Duty, ...] = ()


def every_route(routes: tuple[Route, ...]) -> Iterator[Route]:
    """All routes of the tree, each before those in it."""
    for one in routes:
        yield one
        yield from every_route(one.route)
