"""A question asked of a text, in time linear in the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from pipelines.query.grammar import WORD, All, Any, Beside, Not, Query, Term
from sentiment import Span
from sentiment.fold import Folded, fold

LONGEST_TEXT = 100_000
"""Characters of a text that are searched, as for names."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared, in order: what an index of texts must hold to answer as `ask` does."""
    return tuple(WORD.findall(fold(text[:LONGEST_TEXT]).text))


class Words:
    """A text to be asked: its words and where they stand, made once for all questions."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded: Folded = fold(text[:LONGEST_TEXT])
        self._found = [(match[0], match.start(), match.end()) for match in WORD.finditer(self._folded.text)]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for index, (word, _, _) in enumerate(self._found):
            places.setdefault(word, []).append(index)
        return places

    @cached_property
    def _ordered(self) -> list[str]:
        return sorted(self._places)

    def first(self, term: Term) -> Span | None:
        """Where `term` stands first among those with its first word; None where it does not."""
        *before, last = term.words
        for index in self._starts(term):
            end = index + len(before)
            if end >= len(self._found):
                continue
            if all(self._found[index + step][0] == word for step, word in enumerate(before)):
                ending = self._found[end][0]
                if ending.startswith(last) if term.prefix else ending == last:
                    return self._folded.span(self._text, self._found[index][1], self._found[end][2])
        return None

    def _starts(self, term: Term) -> Iterator[int]:
        if len(term.words) > 1 or not term.prefix:
            yield from self._places.get(term.words[0], ())
            return
        prefix = term.words[0]
        at = bisect_left(self._ordered, prefix)
        if at < len(self._ordered) and self._ordered[at].startswith(prefix):
            yield from self._places[self._ordered[at]]


def ask(query: Query, words: Words) -> tuple[Span, ...] | None:
    """Where the terms that make `query` hold stand; None where it does not hold."""
    match query:
        case Term():
            span = words.first(query)
            return None if span is None else (span,)
        case Not(part):
            return () if ask(part, words) is None else None
        case All(parts):
            spans: list[Span] = []
            for part in parts:
                if (found := ask(part, words)) is None:
                    return None
                spans += found
            return tuple(spans)
        case Any(parts):
            return next((found for part in parts if (found := ask(part, words)) is not None), None)
        case Beside():
            raise TypeError("a text alone knows no fields")


def holds_for_silence(query: Query) -> bool:
    """Whether a text without any words answers: such a question watches for everything else ("NOT fotboll")."""
    return ask(query, Words("")) is not None
