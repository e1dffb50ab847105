"""places.toml and units.toml: the names that are looked for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipelines.config.schema.base import Address, Id, Table, Text


class Place(Table):
    name: Text
    kind: Literal["municipality", "locality", "district"]
    sense: Literal["certain", "unless-elsewhere", "needs-support"]
    forms: tuple[Text, ...] = ()
    elsewhere: tuple[Text, ...] = ()
    not_to_confuse: tuple[Text, ...] = ()


class PlacesFile(Table):
    place: tuple[Place, ...]


class Manager(Table):
    title: Text
    address: Address


class Unit(Table):
    id: Id
    name: Text
    kind: Literal["department", "company", "school", "preschool", "care-home", "library", "sports", "other"]
    names: tuple[Text, ...] = Field(min_length=1)
    manager: Manager
    parent: Id | None = None
    needs_support: bool = False
    """Every municipality has one of that name: it counts beside another name of ours, or from a local source."""
    certain: tuple[Text, ...] = ()
    """Names that are enough by themselves though the unit needs support."""


class UnitsFile(Table):
    unit: tuple[Unit, ...]
