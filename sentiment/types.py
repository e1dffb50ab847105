"""The values this package answers with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

MOST_LETTERS = 20_000
"""So much of a text is read, longer than any article: 1 MB of junk costs no more than that."""

ToneLabel = Literal["negative", "neutral", "positive", "unsure"]


class Span(NamedTuple):
    """A stretch of a text: characters `start` to `end` (exclusive), and what stands there.

    A plain tuple, not a dataclass: a text has dozens.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One named addend of a polarity, so that a score can explain itself."""

    name: str
    """What it is: the word, or the rule in Swedish ("nekat", "förstärkt", "utropstecken")."""
    value: float
    """What it adds, in units of polarity."""
    span: Span | None = None
    reason: str = field(default="", compare=False)
    """Why the lexicon has the word: what it is about. Not kept with an assessment."""


@dataclass(frozen=True, slots=True)
class Tone:
    """The tone of a text, as a reader takes it."""

    label: ToneLabel
    polarity: float
    """-1…1; its sign decides in two-class sets."""
    confidence: float
    """0…1, the share of texts with such a score that a person labels the same way."""
    parts: tuple[Part, ...] = ()
