"""What stands in a text for the rules to judge by: hits of cue lists, patterns and signs, each in its sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import re2

from pipelines.enrich.signs import IN_TEXT
from pipelines.types import Mention
from sentiment import Span
from sentiment.cues import Finder
from sentiment.tokens import sentences

NEGATION = "negation"
QUOTE = "is:quote"
WORDS_BETWEEN = re.compile(r"\s+(?:[^\s,.;:!?]+\s+){0,2}")
"""What may stand between a negation and the cue it takes back: two words, no break."""
CONDITION = re.compile(r"\b(?:om|ifall|annars|if|unless)\b", re.IGNORECASE)
LONGEST = 50_000
"""Characters of a text that are read for cues: longer than any article; what is longer is junk, or a book."""
MOST_HITS = 60
"""Hits of one term that are kept: rules ask whether, and where first."""
CONDITION_REACH = 60
SIEVE_MEMORY = 64 << 20
"""Bytes that the automaton of all patterns may grow to; beyond the default it falls back to a slower way."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A term stands in sentence number `sentence`. `negated`: a negation just before it takes it back."""

    span: Span
    sentence: int
    negated: bool = False
    quoted: bool = False
    """Stands within quotation marks: somebody else's words."""


@dataclass(slots=True)
class Evidence:
    """All hits in one text, by term, in the order they stand."""

    hits: dict[str, list[Hit]] = field(default_factory=dict)

    def of(self, term: str) -> Sequence[Hit]:
        return self.hits.get(term, ())

    def any_of(self, terms: Iterable[str]) -> bool:
        return any(term in self.hits for term in terms)


class Reader:
    """Gathers the Evidence for a fixed set of terms, from any number of texts."""

    def __init__(self, terms: Iterable[str], schools: Iterable[str] = ()) -> None:
        """`schools`: ids of the units that are schools."""
        wanted = set(terms)
        self._schools = frozenset(schools)
        self._finder = Finder({term for term in wanted if not term.startswith(("re:", "is:"))} | {NEGATION})
        self._patterns = [(term, re2.compile(term[3:])) for term in sorted(wanted) if term.startswith("re:")]
        self._sieve = _sieve(term[3:] for term, _ in self._patterns)
        self._signs = {f"is:{name}": find for name, find in IN_TEXT.items() if f"is:{name}" in wanted | {QUOTE}}

    def read(self, content: str, mentions: Sequence[Mention]) -> Evidence:
        """The Evidence in `content`. A text with no cue of any list costs one pass and little more."""
        content = (
            content[:LONGEST].encode("utf-8", "replace").decode()
        )  # RE2 takes no lone surrogates; as long as before
        spans: dict[str, list[Span]] = {}
        for hit in self._finder.find(content):
            found = spans.setdefault(hit.cue, [])
            if len(found) < MOST_HITS:
                found.append(hit.span)
        for index in self._sieve.Match(content) or () if self._patterns else ():
            term, pattern = self._patterns[index]
            spans[term] = list(_matches(pattern, content))
        for term, sign in self._signs.items():
            if signs := list(sign(content)):
                spans[term] = signs
        for mention in mentions:
            spans.setdefault("is:unit" if mention.kind == "unit" else "is:place", []).append(mention.span)
            if mention.name in self._schools:
                spans.setdefault("is:school", []).append(mention.span)
        return _placed(content, spans)


def _sieve(patterns: Iterable[str]) -> Any:
    """All patterns as one automaton: tells in one pass which of them are worth asking."""
    options = re2.Options()
    options.max_mem = SIEVE_MEMORY
    sieve = re2.Set.SearchSet(options)
    for pattern in patterns:
        sieve.Add(pattern)
    sieve.Compile()
    return sieve


def _matches(pattern: Any, content: str) -> Iterable[Span]:
    for count, found in enumerate(pattern.finditer(content)):
        if count >= MOST_HITS:
            return
        yield Span(found.start(), found.end(), found.group())


def _placed(content: str, spans: Mapping[str, list[Span]]) -> Evidence:
    if not spans:
        return Evidence()
    starts = [sentence.start for sentence in sentences(content)]
    negations = [(span.end, max(0, bisect_right(starts, span.start) - 1)) for span in spans.get(NEGATION, ())]
    evidence = Evidence()
    for term, found in spans.items():
        hits = []
        for span in found:
            sentence = max(0, bisect_right(starts, span.start) - 1)
            negated = _negated(content, span, sentence, negations, starts)
            quoted = any(quote.start < span.start and span.end < quote.end for quote in spans.get(QUOTE, ()))
            hits.append(Hit(span, sentence, negated, quoted))
        evidence.hits[term] = hits
    return evidence


def _negated(
    content: str, span: Span, sentence: int, negations: Sequence[tuple[int, int]], starts: Sequence[int]
) -> bool:
    """Whether a negation stands up to two words before. "Om ni inte betalar dödar jag er" takes nothing back."""
    index = bisect_right(negations, (span.start, sentence)) - 1
    if index < 0:
        return False
    end, where = negations[index]
    if where != sentence or not WORDS_BETWEEN.fullmatch(content, end, span.start):
        return False
    return not CONDITION.search(content, max(starts[sentence], end - CONDITION_REACH), end)
