"""Reads a text once for all terms that rules and scores ask for: cue lists, RE2 patterns, signs and mentions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import re2

from pipelines.enrich.evidence import MOST_HITS, NEGATION, QUOTE, Evidence
from pipelines.enrich.signs import IN_TEXT
from pipelines.types import Mention
from sentiment import Span
from sentiment.cues import Finder

LONGEST = 50_000
"""Characters of a text that are read for cues: longer than any article; what is longer is junk, or a book."""
SIEVE_MEMORY = 64 << 20
"""Bytes that the automaton of all patterns may grow to; beyond the default it falls back to a slower way."""


class Reader:
    """Gathers the Evidence for a fixed set of terms, from any number of texts."""

    def __init__(self, terms: Iterable[str], schools: Iterable[str] = ()) -> None:
        """`schools`: ids of the units that are schools."""
        wanted = set(terms) | {NEGATION, QUOTE}
        self._schools = frozenset(schools)
        self._finder = Finder({term for term in wanted if not term.startswith(("re:", "is:"))})
        self._patterns = [(term, re2.compile(term[3:])) for term in sorted(wanted) if term.startswith("re:")]
        self._sieve = _sieve(term[3:] for term, _ in self._patterns)
        self._signs = {f"is:{name}": find for name, find in IN_TEXT.items() if f"is:{name}" in wanted}

    def read(self, content: str, mentions: Sequence[Mention]) -> Evidence:
        """The Evidence in `content`, which names what `mentions` say."""
        # RE2 takes no lone surrogates; what stands in their place is as long as they were
        content = content[:LONGEST].encode("utf-8", "replace").decode()
        found: dict[str, list[Span]] = {}
        for hit in self._finder.find(content):
            spans = found.setdefault(hit.cue, [])
            if len(spans) < MOST_HITS:
                spans.append(hit.span)
        for term, sign in self._signs.items():
            if signs := list(sign(content)):
                found[term] = signs
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
