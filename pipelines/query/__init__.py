"""Watch terms and searches: words joined by AND, OR and NOT, "phrases", prefix*.

grammar  text in, a question out, or where it errs
words    the question asked of a text
"""

from pipelines.query.grammar import All, Any, BadQuery, Beside, Field, Not, Query, Term, parse
from pipelines.query.words import Words, ask, holds_for_silence, words_of

__all__ = [
    "All",
    "Any",
    "BadQuery",
    "Beside",
    "Field",
    "Not",
    "Query",
    "Term",
    "Words",
    "ask",
    "holds_for_silence",
    "parse",
    "words_of",
]
