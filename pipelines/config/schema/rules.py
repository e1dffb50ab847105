"""rules.toml: signals, the rules that raise them, and what someone must know at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, model_validator

from pipelines.config.schema.base import Id, Table, Text
from pipelines.labels import Target
from pipelines.types import Kind, Role, Severity

Terms = Annotated[tuple[Text, ...], Field(min_length=1)]
"""Left out where there are none: an empty list asks for nothing, and is a slip."""
Verified = TypeVar("Verified", bound=Table)


class Category(Table):
    """A kind of signal, as the policy names it."""

    id: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    name: Text
    about: Text
    """What it is, one Swedish sentence."""
    not_about: Text
    """What it is not, likewise: the neighbour that it is often taken for."""
    law: str = ""
    """What a manager may read up on, as information and never as a verdict; empty where no law is about it."""
    verified_by: str | None = None
    """The lawyer who has confirmed `law`; None: shown as unverified."""
    verified_on: date | None = None
    severity: Severity
    """Where the reckoning of severity starts."""
    told: Text
    """Who is told and how fast, one Swedish sentence."""
    routine: str = ""
    """What the one who is told does first, where it cannot wait for their own judgement."""
    help_lines: bool = False
    """Whether the help lines are shown with it."""
    falls_on: Literal["unit", "text", "group", "nobody"] = "text"
    """Who is meant: whom the text names ("text"), else those the unit is there for ("unit"); always a group; nobody."""
    contains: tuple[str, ...] = ()
    """Categories that are not raised beside an act of this one: the most serious word for one deed is enough."""

    @property
    def legal(self) -> str:
        """`law` as it is shown: with who has confirmed it and when, or that nobody has; empty without one."""
        if not self.law:
            return ""
        if self.verified_by and self.verified_on:
            return f"{self.law} (granskad av {self.verified_by} {self.verified_on.isoformat()})"
        return f"{self.law} (ej verifierad)"

    @model_validator(mode="after")
    def _verified_by_someone_some_day(self) -> Self:
        return _whole(self, self.verified_by, self.verified_on)


class HelpLine(Table):
    """Where someone who may be at risk, or who is worried for another, can turn."""

    name: Text
    number: Annotated[str, Field(pattern=r"^[0-9 -]{3,15}$")]
    about: Text
    verified_by: str | None = None
    verified_on: date | None = None

    @property
    def shown(self) -> str:
        """One line: number, who answers, when to ring, and whether anyone has confirmed it."""
        unverified = "" if self.verified_by else " (ej verifierad)"
        return f"{self.number} – {self.name}: {self.about}{unverified}"

    @model_validator(mode="after")
    def _verified_by_someone_some_day(self) -> Self:
        return _whole(self, self.verified_by, self.verified_on)


class SeverityStep(Table):
    """One line of the table of severity: where all that it gives holds, the severity goes up or down by `by` steps."""

    id: Id
    name: Text
    """Why, as managers read it."""
    by: int = Field(ge=-3, le=3)
    categories: tuple[str, ...] = ()
    role: Role | None = None
    """Not reckoned with where the rule that fired has a severity of its own: it was set for the rule's role."""
    targets: tuple[Target, ...] = ()
    signs: tuple[tuple[Text, ...], ...] = ()
    """Groups of terms (as in rules); a group stands in the text where one of its terms does."""
    least: int = Field(0, ge=0)
    """So many of the groups must stand in it."""
    none: tuple[Text, ...] = ()
    """Terms none of which may."""
    sources: int | None = Field(None, ge=2)
    """So many sources must have had the same text; known only once it is told."""

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if bool(self.signs) != bool(self.least) or self.least > len(self.signs):
            raise ValueError("`least` must be at least 1 and at most the number of groups in `signs`")
        if self.sources and (self.signs or self.none):
            raise ValueError("`sources` is known when the text is no longer read: leave `signs` and `none` out")
        return self


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
    urgent: float = Field(0.0, ge=0, le=1)
    """The least chance, judged from the text as a whole, that someone must know now."""

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not self.categories and self.role is None and self.warning is None:
            raise ValueError("neither `categories`, `role` nor `warning`: it would never hold. Give one, or remove it")
        return self


class Group(Table):
    """A group of crime types: of a type is the first group that holds it."""

    id: str
    name: Text | None = None
    """As a sentence calls it, in Swedish; the id where there is none."""
    in_type: tuple[Text, ...]
    """Beginnings of words in the lower-cased type: "rån" is in "Rån, försök", not in "Olaga intrång"."""

    offence: bool = True
    """Whether it can be the type of a suspected crime; an accident cannot."""

    def holds(self, kind: str) -> bool:
        """Whether the police's type `kind` is of this group."""
        return any(re.search(rf"(?<!\w){re.escape(start)}", kind.lower()) for start in self.in_type)


def _whole(table: Verified, by: str | None, on: date | None) -> Verified:
    if (by is None) != (on is None):
        raise ValueError("`verified_by` and `verified_on` belong together: give both, or neither")
    return table


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
    help_line: tuple[HelpLine, ...] = ()
    severity_step: tuple[SeverityStep, ...] = ()
    rule: tuple[Rule, ...]
    alert: tuple[AlertRule, ...]
    crime_group: tuple[Group, ...] = ()
    precision: Precision = Precision()
