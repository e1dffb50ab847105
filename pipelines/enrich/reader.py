"""Reads a text once for all terms that rules and scores ask for: cue lists, RE2 patterns, signs and mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import re2

from pipelines.enrich.evidence import MOST_HITS, NEGATION, QUOTE, Evidence, Place
from pipelines.enrich.signs import signs_in
from pipelines.types import Mention
from sentiment.finder import Finder
from sentiment.marks import OVERTONE
from sentiment.reading import Reading

LONGEST = 50_000
"""Characters of a text that are read for cues: longer than any article; what is longer is junk, or a book."""
SURROGATE = re.compile("[\ud800-\udfff]")
"""Without a partner it stands for nothing, and RE2 takes none."""
SIEVE_MEMORY = 64 << 20
"""Bytes that the automaton of all patterns may grow to; beyond the default it falls back to a slower way."""


class Reader:
    """Gathers the Evidence for a fixed set of terms, from any number of texts."""

    def __init__(self, terms: Iterable[str], schools: Iterable[str] = ()) -> None:
        """`schools`: ids of the units that are schools."""
        wanted = set(terms) | {NEGATION, QUOTE}
        self._schools = frozenset(schools)
        self._finder = Finder({term for term in wanted if not term.startswith(("re:", "is:"))} | OVERTONE)
        self._patterns = [(term, re2.compile(term[3:])) for term in sorted(wanted) if term.startswith("re:")]
        self._sieve = _sieve(term[3:] for term, _ in self._patterns)
        self._signs = frozenset(term for term in wanted if term.startswith("is:"))

    def reading(self, content: str) -> Reading:
        """A text to be read, and to be shared with all who ask anything else of it."""
        return Reading(SURROGATE.sub("\ufffd", content), self._finder)

    def read(self, given: str | Reading, mentions: Sequence[Mention]) -> Evidence:
        """The Evidence in a text, or in a reading of ours; it names what `mentions` say."""
        reading = (given if isinstance(given, Reading) else self.reading(given)).cut(LONGEST)
        content = reading.text
        found: dict[str, list[Place]] = {}
        for hit in reading.hits:
            places = found.setdefault(hit.cue, [])
            if len(places) < MOST_HITS:
                places.append(hit)
        for sign, spans in signs_in(content):
            if f"is:{sign}" in self._signs:
                found[f"is:{sign}"] = [*spans]
        for mention in mentions:
            found.setdefault("is:unit" if mention.kind == "unit" else "is:place", []).append(mention.span)
            if mention.name in self._schools:
                found.setdefault("is:school", []).append(mention.span)
        matching = (self._sieve.Match(content) or ()) if self._patterns else ()
        return Evidence(content, found, dict(self._patterns[index] for index in matching))


def _sieve(patterns: Iterable[str]) -> Any:
    """All patterns as one automaton: tells in one pass which of them are worth asking."""
    options = re2.Options()
    options.max_mem = SIEVE_MEMORY
    sieve = re2.Set.SearchSet(options)
    for pattern in patterns:
        sieve.Add(pattern)
    sieve.Compile()
    return sieve
