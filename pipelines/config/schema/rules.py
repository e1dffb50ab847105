"""rules.toml: signals, the rules that raise them, and what someone must know at once."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipelines.config.schema.base import Id, Table, Text
from pipelines.types import Kind, Role, Severity


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
    all: tuple[Text, ...] = Field(min_length=1)
    any: tuple[Text, ...] = ()
    none: tuple[Text, ...] = ()
    context: tuple[Text, ...] = ()
    unless: tuple[Text, ...] = ()
    scope: Literal["sentence", "text"] = "sentence"
    """What `all`, `any` and `none` look at: one sentence at a time, or the text as a whole."""
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


class RulesFile(Table):
    category: tuple[Category, ...]
    rule: tuple[Rule, ...]
    alert: tuple[AlertRule, ...]
    crime_group: tuple[Group, ...] = ()
