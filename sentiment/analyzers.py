"""The tone of a text: `tone_of` picks the analyzer for its language, `SwedishAnalyzer` is ours."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Protocol

from sentiment.coefficients import Coefficients, shipped
from sentiment.evidence import gather, scale_name
from sentiment.lexicon import Lexicon, swedish
from sentiment.reading import Reading, reading_of
from sentiment.types import MOST_LETTERS, Part, Tone, ToneLabel

LOGIT = 0.3
"""Polarity per logit: one strong word of praise comes to about 0.35, three to nearly 1."""
LABELS: tuple[ToneLabel, ...] = ("negative", "neutral", "positive")
LEAST_VALUE = 0.0005
"""A part of less is not worth a line in an explanation."""


NORDIC = frozenset({"no", "da"})
NEAR_WORDS = 10
"""In so few words Norwegian and Danish are read as if they were Swedish; a longer text deserves a reader of its own."""
NEAR_CONFIDENCE = 0.7
"""How far such a reading is believed, as a share of what it says of itself."""


class Analyzer(Protocol):
    """Tells the tone of texts in one language."""

    def tone(self, text: str | Reading, kind: str | None = None) -> Tone:
        """The tone of `text`, from a source of this kind (a pipelines Kind, or None when unknown)."""


class SwedishAnalyzer:
    """Lexicon, rules and a few fitted coefficients; every polarity is the sum of its named parts."""

    def __init__(self, lexicon: Lexicon | None = None, coefficients: Coefficients | None = None) -> None:
        """With the lexicon and the coefficients that are shipped, unless others are given."""
        self._lexicon = lexicon or swedish()
        self._coefficients = coefficients or shipped()

    def tone(self, text: str | Reading, kind: str | None = None) -> Tone:
        """The tone of a Swedish text; never raises, whatever the text. `kind` sets what is usual for the source."""
        reading = reading_of(text).cut(MOST_LETTERS)
        tokens = reading.tokens
        evidence = gather(reading, tokens, self._lexicon, kind)
        weights = self._coefficients.weights
        parts = [
            Part(item.name, value, item.span, item.reason)
            for item in evidence
            if abs(value := weights.get(item.feature, 0.0) * item.value * LOGIT) >= LEAST_VALUE
        ]
        polarity = sum([part.value for part in parts])
        scale = self._coefficients.scales[scale_name(kind, tokens)]
        score = polarity / LOGIT
        label: ToneLabel = "neutral"
        if score <= scale.negative:
            label = "negative"
        elif score >= scale.positive:
            label = "positive"
        return Tone(label, max(-1.0, min(1.0, polarity)), scale.chances(score)[LABELS.index(label)], tuple(parts))


def tone_of(text: str | Reading, language: str, kind: str | None = None) -> Tone:
    """The tone of `text` in `language` (ISO 639-1); `unsure` with polarity 0 where no measured analyzer speaks it."""
    analyzer = _analyzer(language)
    if analyzer is None and language in NORDIC and len(reading_of(text).text[:MOST_LETTERS].split()) < NEAR_WORDS:
        near = tone_of(text, "sv", kind)
        return replace(near, confidence=near.confidence * NEAR_CONFIDENCE)
    if analyzer is None:
        return Tone("unsure", 0.0, 0.0)
    return analyzer.tone(text, kind)


@cache
def _analyzer(language: str) -> Analyzer | None:
    match language:
        case "sv":
            return SwedishAnalyzer()
        case "en":
            # TextBlob and NLTK behind it take a second to import: only for those who meet English
            from sentiment.english import EnglishAnalyzer

            return EnglishAnalyzer()
        case _:
            return None
