"""What stands in one text for the rules to judge by: hits of terms, each in its sentence, worked out when asked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from sentiment import Span, finder
from sentiment.tokens import sentences

NEGATION = "negation"
QUOTE = "is:quote"
WORDS_BETWEEN = re.compile(r"\s+(?:[^\s,.;:!?]+\s+){0,2}")
"""What may stand between a negation and the cue it takes back: two words, no break."""
CONDITION = re.compile(r"\b(?:om|ifall|annars|if|unless)\b", re.IGNORECASE)
CONDITION_REACH = 60
"""Characters before a negation in which an "om" makes it a condition."""
MOST_HITS = 60
"""Hits of one term that are kept: rules ask whether, and where first."""

Manner = Literal["said", "denied", "quoted"]
SAID: tuple[Manner, ...] = ("said",)

Place = Span | finder.Hit
"""Where a term stands: of both the rules need start and end."""


class Hit(NamedTuple):
    """A term stands in sentence number `sentence`. `negated`: a negation just before it takes it back."""

    span: Span
    sentence: int
    negated: bool = False
    quoted: bool = False
    """Stands within quotation marks: somebody else's words."""


class Evidence:
    """The hits of all terms in one text."""

    def __init__(
        self, content: str, found: Mapping[str, Sequence[Place]], patterns: Mapping[str, Any] | None = None
    ) -> None:
        """`found`: where each term stands; `patterns`: compiled patterns that are known to match somewhere."""
        self._content = content
        self._found = found
        self._patterns = patterns or {}
        self._hits: dict[str, Sequence[Hit]] = {}
        self._starts: list[int] = []
        self._negations: list[tuple[int, int]] = []
        self.words = found.keys()
        """The terms that are no patterns."""
        self.terms = frozenset((*found, *self._patterns))

    def of(self, term: str) -> Sequence[Hit]:
        """The hits of `term`, in the order they stand."""
        if term not in self.terms:
            return ()
        hits = self._hits.get(term)
        if hits is None:
            places = self._found[term] if term in self._found else matches(self._patterns[term], self._content)
            hits = self._hits[term] = [self._placed(place.start, place.end) for place in places]
        return hits

    def manners(self, term: str) -> Collection[Manner]:
        """How `term`, one of `words`, is said: in most texts nothing is denied or quoted."""
        if NEGATION not in self._found and QUOTE not in self._found:
            return SAID
        return {"denied" if hit.negated else "quoted" if hit.quoted else "said" for hit in self.of(term)}

    def any_of(self, terms: Iterable[str]) -> bool:
        """Whether one of `terms` stands anywhere in the text."""
        return not self.terms.isdisjoint(terms)

    def sentence_of(self, start: int) -> int:
        """The number of the sentence that holds character `start`."""
        if not self._starts:
            self._starts = [sentence.start for sentence in sentences(self._content)] or [0]
        return max(0, bisect_right(self._starts, start) - 1)

    def _placed(self, start: int, end: int) -> Hit:
        sentence = self.sentence_of(start)
        negated = NEGATION in self._found and self._is_negated(start, sentence)
        quoted = any(quote.start < start and end < quote.end for quote in self._found.get(QUOTE, ()))
        return Hit(Span(start, end, self._content[start:end]), sentence, negated, quoted)

    def _is_negated(self, start: int, sentence: int) -> bool:
        """Whether a negation stands up to two words before. "Om ni inte betalar dödar jag er" takes nothing back."""
        if not self._negations:
            self._negations = [(place.end, self.sentence_of(place.start)) for place in self._found[NEGATION]]
        index = bisect_right(self._negations, (start, sentence)) - 1
        if index < 0:
            return False
        end, where = self._negations[index]
        if where != sentence or not WORDS_BETWEEN.fullmatch(self._content, end, start):
            return False
        return not CONDITION.search(self._content, max(self._starts[sentence], end - CONDITION_REACH), end)


def matches(pattern: Any, content: str) -> Iterator[Span]:
    """The first places where a compiled RE2 pattern matches."""
    for count, found in enumerate(pattern.finditer(content)):
        if count >= MOST_HITS:
            return
        yield Span(found.start(), found.end(), found.group())
