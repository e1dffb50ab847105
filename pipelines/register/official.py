"""An official account, as the register holds it. Roles, never names: they outlast those who have them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from typing import Annotated, get_args

from pydantic import AfterValidator, Field

from pipelines.config.schema.base import HttpUrl, Id, Table
from pipelines.config.schema.municipality import Network

NETWORKS: tuple[Network, ...] = get_args(Network)
LONGEST_ID = 64


def _written(value: str) -> str:
    """PostgreSQL keeps no NUL, and nobody writes the other controls."""
    if any(unicodedata.category(sign) in ("Cc", "Cs") and not sign.isspace() for sign in value):
        raise ValueError("it holds signs that cannot be shown")
    return value.strip()


def _one_line(value: str) -> str:
    return " ".join(_written(value).split())


Line = Annotated[str, AfterValidator(_one_line), Field(max_length=200)]
Words = Annotated[str, AfterValidator(_written), Field(max_length=2000)]
Address = Annotated[HttpUrl, AfterValidator(_one_line)]


class Official(Table):
    """One account. What may be left out is lacking until it is filled in (`rules.lacking`)."""

    id: Id
    network: Network
    handle: Annotated[Line, Field(min_length=1)]
    address: Address
    unit: Id | None = None
    """Whose it is; None: the whole municipality's."""
    responsible: Annotated[str, Field(min_length=1, max_length=128)]
    """Id of the receiver who answers for it and is told."""
    deputy: str | None = Field(None, max_length=128)
    """Id of the receiver who stands in."""
    communicator: Line = ""
    """Role of the department's communicator, who can administer it too."""
    administrators: tuple[Line, ...] = Field((), max_length=20)
    """Roles of those who can log in to it, the communicator apart."""
    purpose: Words = ""
    audience: Words = ""
    goals: Words = ""
    """What is to be reached, so that it can be measured."""
    ordered_by: Line = ""
    """Role of the manager who has given the assignment."""
    approved_by: Line = ""
    """Role of who has approved it for the municipality."""
    approved_on: date | None = None
    opened: date | None = None
    closed: date | None = None
    source: Id | None = None
    """Source in which what others write on the account is collected."""
    feed: Id | None = None
    """Source that holds the account's own posts and nothing else."""

    @property
    def is_open(self) -> bool:
        return self.closed is None


FIELDS: tuple[str, ...] = tuple(Official.model_fields)
PUBLIC = ("id", "network", "handle", "address", "unit", "responsible", "purpose", "audience", "opened", "closed")
"""What everyone may read: what the policy's page 4 says that the register tells."""


def new_id(network: str, handle: str, taken: Collection[str]) -> str:
    """An id that is not `taken`."""
    plain = handle.casefold().translate(str.maketrans("åäöéü", "aaoeu"))
    whole = "-".join(re.findall(r"[a-z0-9]+", f"{network} {plain}"))[: LONGEST_ID - 4].strip("-")
    return next(id for id in (whole, *(f"{whole}-{number}" for number in range(2, 1000))) if id not in taken)
