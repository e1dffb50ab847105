"""What stands in one text for the rules to judge by: hits of terms, each in its sentence, worked out when asked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sentiment import Span
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


@dataclass(frozen=True, slots=True)
class Hit:
    """A term stands in sentence number `sentence`. `negated`: a negation just before it takes it back."""

    span: Span
    sentence: int
    negated: bool = False
    quoted: bool = False
    """Stands within quotation marks: somebody else's words."""


class Evidence:
    """The hits of all terms in one text."""

    def __init__(
        self, content: str, found: Mapping[str, Sequence[Span]], patterns: Mapping[str, Any] | None = None
    ) -> None:
        """`found`: where each term stands; `patterns`: compiled patterns that are known to match somewhere."""
        self._content = content
        self._found = found
        self._patterns = patterns or {}
        self._hits: dict[str, Sequence[Hit]] = {}
        self.terms = self._found.keys() | self._patterns.keys()

    def of(self, term: str) -> Sequence[Hit]:
        """The hits of `term`, in the order they stand."""
        if term not in self.terms:
            return ()
        if term not in self._hits:
            spans = self._found[term] if term in self._found else matches(self._patterns[term], self._content)
            self._hits[term] = [self._placed(span) for span in spans]
        return self._hits[term]

    def any_of(self, terms: Iterable[str]) -> bool:
        """Whether one of `terms` stands anywhere in the text."""
        return any(term in self.terms for term in terms)

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in sentences(self._content)] or [0]

    @cached_property
    def _negations(self) -> list[tuple[int, int]]:
        return [(span.end, self.sentence_of(span)) for span in self._found.get(NEGATION, ())]

    def sentence_of(self, span: Span) -> int:
        """The number of the sentence in which `span` begins."""
        return max(0, bisect_right(self._starts, span.start) - 1)

    def _placed(self, span: Span) -> Hit:
        sentence = self.sentence_of(span)
        quoted = any(quote.start < span.start and span.end < quote.end for quote in self._found.get(QUOTE, ()))
        return Hit(span, sentence, self._is_negated(span, sentence), quoted)

    def _is_negated(self, span: Span, sentence: int) -> bool:
        """Whether a negation stands up to two words before. "Om ni inte betalar dödar jag er" takes nothing back."""
        index = bisect_right(self._negations, (span.start, sentence)) - 1
        if index < 0:
            return False
        end, where = self._negations[index]
        if where != sentence or not WORDS_BETWEEN.fullmatch(self._content, end, span.start):
            return False
        return not CONDITION.search(self._content, max(self._starts[sentence], end - CONDITION_REACH), end)


def matches(pattern: Any, content: str) -> Iterator[Span]:
    """The first places where a compiled RE2 pattern matches."""
    for count, found in enumerate(pattern.finditer(content)):
        if count >= MOST_HITS:
            return
        yield Span(found.start(), found.end(), found.group())
