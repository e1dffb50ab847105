"""How often what is understood is right, as those who use the system are told: figures measured before it was shipped.

`accuracy.json` beside this file is written by `python -m tests.prove.figures --write` from our own labelled posts, of
which only those count that no rule was written by.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

PATH = Path(__file__).with_suffix(".json")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Share(_Frozen):
    """A share of `rows`, 0…1, and the 95 % interval around it."""

    rows: int
    right: float
    low: float
    high: float


class Told(_Frozen):
    """One answer: of the posts where it is right, how many get it; of the posts that get it, where it is right."""

    found: Share
    kept: Share


class Field(_Frozen):
    """One question: the posts whose answer is right as a whole, also by kind of source, by answer, by difficulty."""

    right: Share
    kinds: Mapping[str, Share]
    answers: Mapping[str, Told]
    difficulties: Mapping[str, Share]


class Trust(_Frozen):
    """Texts whose tone was told with about this confidence, and how many of them were right."""

    confidence: float
    right: Share


class Accuracy(_Frozen):
    """All figures, and what they were measured on."""

    measured: date
    version: str
    """Of the understanding, as `Assessor.version` tells it for the configuration in `config/botkyrka`."""
    stale_since: date | None = None
    """Since when the rules are others than those that were measured; None where they are the same."""
    municipality: str
    texts: int
    fields: Mapping[str, Field]
    trust: tuple[Trust, ...]


@cache
def read() -> Accuracy:
    """The figures that are shipped."""
    return Accuracy.model_validate_json(PATH.read_text("utf-8"))
