"""places.toml and units.toml: the names that are looked for."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pipelines.config.schema.base import Address, Id, Table, Text
from pipelines.config.schema.routes import Quiet, Weekdays
from pipelines.query import holds_for_silence, parse


def _watch(value: str) -> str:
    if holds_for_silence(parse(value)):
        raise ValueError("these terms hold for a text that says nothing. Name a word that must be there")
    return value


Watch = Annotated[str, AfterValidator(_watch)]


class Place(Table):
    name: Text
    kind: Literal["municipality", "locality", "district"]
    sense: Literal["certain", "unless-elsewhere", "needs-support"]
    forms: tuple[Text, ...] = ()
    elsewhere: tuple[Text, ...] = ()
    not_to_confuse: tuple[Text, ...] = ()


class PlacesFile(Table):
    place: tuple[Place, ...]


class Contact(Table):
    title: Text
    address: Address


class Manager(Contact):
    """What is left out is as [unit_receivers] of routes.toml says."""

    digest: Literal["always", "when-something", "never"] | None = None
    days: Weekdays | None = None
    quiet: Quiet | Literal[False] | None = None
    """False: no quiet hours, though [unit_receivers] has some."""


class Unit(Table):
    id: Id
    name: Text
    kind: Literal["department", "company", "school", "preschool", "care-home", "library", "sports", "other"]
    names: tuple[Text, ...] = Field(min_length=1)
    watch: Watch | None = None
    """Watch terms (see docs/sokning.md): a text for which they hold mentions the unit, named or not."""
    manager: Manager | None = None
    """Without one the kommunikationschef is told in the manager's stead, and an Issue says so."""
    deputy: Contact | None = None
    """Who is told beside the department's head when the manager has let a clock run out (policy, page 6)."""
    communicator: Contact | None = None
    """Förvaltningens kommunikatör, who is sent the evaluation (policy, page 5); a department has one, not its units."""
    parent: Id | None = None
    needs_support: bool = False
    """Every municipality has one of that name: it counts beside another name of ours, or from a local source."""
    certain: tuple[Text, ...] = ()
    """Names that are enough by themselves though the unit needs support."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.communicator and self.parent:
            raise ValueError("`communicator` is for a whole department: write it on the unit that is the `parent`")
        return self


class UnitsFile(Table):
    unit: tuple[Unit, ...]
