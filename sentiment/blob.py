"""TextBlob's interface: for Swedish without its traps, and its own English analyzer as one of ours.

TextBlob as it comes answers in English whatever analyzer is plugged in (`.polarity`, `.subjectivity`), and wants NLTK
corpora for `.words` and `.sentences`. `Blobber` makes blobs that ask our analyzer and our tokenizer for all of them.
Importing this module costs a second: nothing else in the package imports it at its own import.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from textblob import TextBlob
from textblob.base import CONTINUOUS, BaseSentimentAnalyzer
from textblob.blob import WordList
from textblob.en.sentiments import PatternAnalyzer
from textblob.tokenizers import BaseTokenizer

from sentiment.analyzers import MOST_LETTERS, SwedishAnalyzer
from sentiment.cues import Finder, cues
from sentiment.marks import HOSTILE
from sentiment.tokens import sentences, tokenize
from sentiment.types import Part, Tone, ToneLabel

ENGLISH_MARGIN = 0.1
"""PatternAnalyzer gives most notices a little polarity: under this it says nothing."""
FULL_MARGIN = 0.5
"""Where its sign is all but certain."""


SAYS = {"thanks": 0.4, "english_praise": 0.4, "english_blame": -0.4}
"""What the phrases of a list add: PatternAnalyzer knows single adjectives, no "thank you" and no "still waiting"."""
TOPICS = "english_topic"


class Sentiment(NamedTuple):
    """What TextBlob's analyzers answer: polarity −1…1, subjectivity 0…1."""

    polarity: float
    subjectivity: float


class SwedishBlobAnalyzer(BaseSentimentAnalyzer):  # type: ignore[misc]
    """Our Swedish analyzer where TextBlob expects one of its own."""

    kind = CONTINUOUS

    def __init__(self, source: str | None = None) -> None:
        """`source`: the kind of source the texts come from, when it is known."""
        super().__init__()
        self._analyzer = SwedishAnalyzer()
        self._source = source

    def analyze(self, text: str) -> Sentiment:
        """Polarity and subjectivity of a Swedish text."""
        tone = self.tone(text)
        return Sentiment(tone.polarity, _subjectivity(tone))

    def tone(self, text: str) -> Tone:
        """The tone with its label, confidence and parts."""
        return self._analyzer.tone(str(text), self._source)


class SwedishTokenizer(BaseTokenizer):  # type: ignore[misc]
    """Our tokenizer where TextBlob expects one of its own."""

    def tokenize(self, text: str) -> list[str]:
        """The words, numbers, hashtags, emoji and marks of `text`."""
        return [token.text for token in tokenize(text)]


class SwedishBlob(TextBlob):  # type: ignore[misc]
    """A TextBlob that is Swedish in all it answers, and needs no corpora."""

    @property
    def polarity(self) -> float:
        """−1…1, by the blob's own analyzer."""
        polarity: float = self.sentiment.polarity
        return polarity

    @property
    def subjectivity(self) -> float:
        """0…1, by the blob's own analyzer."""
        subjectivity: float = self.sentiment.subjectivity
        return subjectivity

    @property
    def words(self) -> WordList:
        """The words, without marks and emoji."""
        return WordList([token.text for token in tokenize(self.raw) if token.kind in ("word", "number", "hashtag")])

    @property
    def sentences(self) -> list[SwedishBlob]:
        """The sentences, each a blob with the same analyzer."""
        return [
            SwedishBlob(span.text, analyzer=self.analyzer, tokenizer=self.tokenizer) for span in sentences(self.raw)
        ]


class Blobber:
    """Makes Swedish blobs that share one analyzer: `Blobber()("Tack för plogningen!").sentiment`."""

    def __init__(self, source: str | None = None) -> None:
        self._analyzer = SwedishBlobAnalyzer(source)
        self._tokenizer = SwedishTokenizer()

    def __call__(self, text: str) -> SwedishBlob:
        return SwedishBlob(text, analyzer=self._analyzer, tokenizer=self._tokenizer)


class EnglishAnalyzer:
    """TextBlob's PatternAnalyzer, for English text only, in our terms; with the threats and thanks that it misses."""

    def __init__(self) -> None:
        self._analyzer = PatternAnalyzer()
        self._finder = Finder((*HOSTILE, *SAYS))
        self._topics = frozenset(cue.text for cue in cues(TOPICS))

    def tone(self, text: str, kind: str | None = None) -> Tone:  # noqa: ARG002 (it knows no kinds of source)
        """The tone of an English text; its parts are the words that PatternAnalyzer assessed, in equal shares."""
        text = text[:MOST_LETTERS]
        found: Any = self._analyzer.analyze(text, keep_assessments=True)
        assessed = [one for one in found.assessments if not self._topics.issuperset(one[0])]
        parts = [Part(" ".join(words), value / len(assessed)) for words, value, _, _ in assessed]
        parts += [
            Part(hit.span.text, HOSTILE.get(hit.cue) or SAYS[hit.cue], hit.span) for hit in self._finder.find(text)
        ]
        polarity = sum(part.value for part in parts)
        label: ToneLabel = "neutral"
        if abs(polarity) >= ENGLISH_MARGIN:
            label = "positive" if polarity > 0 else "negative"
        certain = min(1.0, abs(polarity) / FULL_MARGIN)
        confidence = 0.5 + 0.3 * certain if label != "neutral" else 0.6
        return Tone(label, max(-1.0, min(1.0, polarity)), confidence, tuple(parts))


def _subjectivity(tone: Tone) -> float:
    """How much of the text speaks of its author's view: the parts' weight, whatever their sign."""
    return min(1.0, sum(abs(part.value) for part in tone.parts if part.span is not None))
