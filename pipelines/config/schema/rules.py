"""rules.toml: signals, the rules that raise them, and what someone must know at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pipelines.config.schema.base import Id, Table, Text
from pipelines.types import Kind, Role, Severity

Terms = Annotated[tuple[Text, ...], Field(min_length=1)]
"""Left out where there are none: an empty list asks for nothing, and is a slip."""


class Category(Table):
    """A kind of signal, as the policy names it."""

    id: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    name: Text
    about: Text
    """What it is and what it is not, one Swedish sentence."""
    severity: Severity
    contains: tuple[str, ...] = ()
    """Categories that are not raised beside an act of this one: the most serious word for one deed is enough."""


class Rule(Table):
    """Target + deed + context: fires on a sentence that has a hit of every term in `all`, of one in `any` if given, and
    of none in `none`, in a text that has one of `context` if given and nothing of `unless`.

    A term is the name of a cue list, a pattern "re:…" (RE2) or a sign "is:…" (see `pipelines.enrich.signs`).
    """

    id: Id
    category: str
    role: Role
    all: Terms = ()
    any: Terms = ()
    none: Terms = ()
    context: Terms = ()
    unless: Terms = ()
    weights: Mapping[Text, Annotated[float, Field(ge=-2, le=2)]] = {}
    """What each term adds, or takes off: the rule then fires where all of it comes to `least`. For what no single word
    says: a weapon, a place and a time. A stretch of text counts once, for the heaviest term that finds it."""
    least: float = Field(1.0, gt=0, le=5)
    scope: Literal["sentence", "passage", "text"] = "sentence"
    """What `all`, `any`, `none` and `weights` look at: one sentence at a time, two neighbours, or the whole text."""
    negatable: bool = True
    """Whether a negation just before a cue takes it back ("ska inte döda")."""
    times: int = Field(1, ge=1, le=10)
    """Hits that the first term of `all` must have: two weak cues may say what one does not."""
    within: int | None = Field(None, ge=1, le=1000)
    """Characters within which one hit of every term in `all`, and one of `any`, must lie."""
    kinds: tuple[Kind, ...] = ()
    """Kinds of source it holds for. Empty: for a report all, for an act all but news and authorities, which tell of
    deeds and do not do them."""
    severity: Severity | None = None
    confidence: float = Field(0.7, gt=0, le=1)
    type: str | None = None
    reason: Text
    """Swedish sentence; {evidence} stands for what was found."""

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not self.all and sum(weight for weight in self.weights.values() if weight > 0) < self.least:
            raise ValueError("neither `all` nor `weights` that can come to `least`: the rule would never fire")
        if self.scope == "passage" and not self.weights:
            raise ValueError('scope "passage" is for rules with `weights`')
        return self


class AlertRule(Table):
    """Someone must know now. Holds when every key that is given holds."""

    id: Id
    name: Text
    categories: tuple[str, ...] = ()
    role: Role | None = None
    at_unit: bool | None = None
    warning: bool | None = None
    """A public warning (VMA)."""


class Group(Table):
    """A group of crime types: the first group one of whose `in_type` stands in the lower-cased type."""

    id: str
    in_type: tuple[Text, ...]


class Precision(Table):
    """When a rule is proposed for silence; it is never silenced by itself."""

    floor: float = Field(0.5, ge=0, le=1)
    """The share of its judged flags that must be right."""
    least: int = Field(10, ge=1, le=1000)
    """Judged flags from which that is said."""
    days: int = Field(30, ge=1, le=365)
    """How far back is looked."""


class RulesFile(Table):
    category: tuple[Category, ...]
    rule: tuple[Rule, ...]
    alert: tuple[AlertRule, ...]
    crime_group: tuple[Group, ...] = ()
    precision: Precision = Precision()
