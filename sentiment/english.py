"""English, by TextBlob's own analyzer. Importing this module costs a second: only who meets English does it."""

from __future__ import annotations

from typing import Any

from textblob.en.sentiments import PatternAnalyzer

from sentiment.cues import cues
from sentiment.finder import Finder
from sentiment.marks import HOSTILE
from sentiment.reading import Reading, reading_of
from sentiment.types import MOST_LETTERS, Part, Tone, ToneLabel

ENGLISH_MARGIN = 0.1
"""PatternAnalyzer gives most notices a little polarity: under this it says nothing."""
FULL_MARGIN = 0.5
"""Where its sign is all but certain."""


SAYS = {"thanks": 0.4, "english_praise": 0.4, "english_blame": -0.4}
"""What the phrases of a list add: PatternAnalyzer knows single adjectives, no "thank you" and no "still waiting"."""
TOPICS = "english_topic"


class EnglishAnalyzer:
    """TextBlob's PatternAnalyzer, for English text only, in our terms; with the threats and thanks that it misses."""

    def __init__(self) -> None:
        self._analyzer = PatternAnalyzer()
        self._finder = Finder((*HOSTILE, *SAYS))
        self._topics = frozenset(cue.text for cue in cues(TOPICS))

    def tone(self, text: str | Reading, kind: str | None = None) -> Tone:  # noqa: ARG002 (it knows no kinds of source)
        """The tone of an English text; its parts are the words that PatternAnalyzer assessed, in equal shares."""
        reading = reading_of(text).cut(MOST_LETTERS)
        found: Any = self._analyzer.analyze(reading.text, keep_assessments=True)
        assessed = [one for one in found.assessments if not self._topics.issuperset(one[0])]
        parts = [Part(" ".join(words), value / len(assessed)) for words, value, _, _ in assessed]
        parts += [
            Part(hit.span.text, HOSTILE.get(hit.cue) or SAYS[hit.cue], hit.span) for hit in self._finder.find(reading)
        ]
        polarity = sum(part.value for part in parts)
        label: ToneLabel = "neutral"
        if abs(polarity) >= ENGLISH_MARGIN:
            label = "positive" if polarity > 0 else "negative"
        certain = min(1.0, abs(polarity) / FULL_MARGIN)
        confidence = 0.5 + 0.3 * certain if label != "neutral" else 0.6
        return Tone(label, max(-1.0, min(1.0, polarity)), confidence, tuple(parts))
