"""TextBlob's interface: for Swedish, without its traps.

TextBlob as it comes answers in English whatever analyzer is plugged in (`.polarity`, `.subjectivity`), and wants NLTK
corpora for `.words` and `.sentences`. `Blobber` makes blobs that ask our analyzer and our tokenizer for all of them.
Importing this module costs a second: nothing else in the package imports it at its own import.
"""

from __future__ import annotations

from typing import NamedTuple

from textblob import TextBlob
from textblob.base import CONTINUOUS, BaseSentimentAnalyzer
from textblob.blob import WordList
from textblob.tokenizers import BaseTokenizer

from sentiment.analyzers import SwedishAnalyzer
from sentiment.tokens import sentences, tokenize
from sentiment.types import Tone


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


def _subjectivity(tone: Tone) -> float:
    """How much of the text speaks of its author's view: the parts' weight, whatever their sign."""
    return min(1.0, sum(abs(part.value) for part in tone.parts if part.span is not None))
