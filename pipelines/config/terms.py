"""Checks the terms of a rule: the name of a cue list, a pattern "re:…" (RE2) or a sign "is:…"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import re2

NEVER_A_BOUNDARY = re.compile(r"[^\x00-\x7f]\)?\\b|\\b(?:\((?:\?:)?)?[^\x00-\x7f]")
"""A \\b beside å, ä or ö: RE2 knows the letters a–z only when it looks for a boundary, so it would never match."""

EXCEPTION = re.compile(r"[^\W_](?:[ .-]?[^\W_]){2,59}")
"""A word or a few that a person may except: letters and digits, so that none of it is a pattern."""


def exception(words: Sequence[str]) -> str:
    """The term that stands in a text where one of `words` does, whole and in any case. RE2's \\b knows a–z only."""
    for word in words:
        if not EXCEPTION.fullmatch(word):
            raise LookupError(f"«{word}» is no word of 3 letters or more")
    spelt = "|".join(re.sub(r"([.-])", r"\\\1", word).replace(" ", r"\s+") for word in sorted(words))
    return rf"re:(?i)(?:^|[^\pL\pN])(?:{spelt})(?:$|[^\pL\pN])"


@cache
def problem_of(term: str) -> str | None:
    """What is wrong with `term` and how to mend it; None where nothing is."""
    from pipelines.enrich.signs import SIGNS
    from sentiment.cues import is_empty, names

    if term.startswith("re:"):
        return _problem_of_pattern(term[3:])
    if term.startswith("is:"):
        if term[3:] not in SIGNS:
            return f'no sign is named "{term}". Known: {", ".join(f"is:{name}" for name in sorted(SIGNS))}.'
    elif term in names():
        if is_empty(term):
            return (
                f'the cue list "{term}" is empty (sentiment/data/cues/{term}.txt). Write a cue in it, or leave it out.'
            )
    else:
        return f'no cue list is named "{term}". Known: {", ".join(sorted(names()))}.'
    return None


def _problem_of_pattern(pattern: str) -> str | None:
    if NEVER_A_BOUNDARY.search(pattern):
        return (
            f"in {pattern!r} a \\b stands beside å, ä or ö, where RE2 sees no boundary. Leave it out, or write a blank."
        )
    options = re2.Options()
    options.log_errors = False  # said by us, once
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        return f"the pattern {pattern!r} is refused by RE2: {reason}. Mend it."
    return None
