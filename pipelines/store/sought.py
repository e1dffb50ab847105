"""The parts of a question as each index is asked for them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.forms import forms
from pipelines.query import All, Not, Query, Term
from pipelines.query import Any as AnyOf
from pipelines.store.search import shortened


def compared(term: Term) -> tuple[str, ...]:
    """Its words as the index holds them."""
    return tuple(shortened(word) for word in term.words)


def last_forms(term: Term, last: str) -> Sequence[str]:
    """What its last word may be in a text: in all its forms, unless it is quoted or a beginning."""
    return (last,) if term.exact or term.prefix else forms(last)


def _depth(query: Query) -> int:
    match query:
        case Not(part):
            return 1 + _depth(part)
        case All(parts) | AnyOf(parts):
            return 1 + max(map(_depth, parts), default=0)
        case _:
            return 0


def deepest_first(parts: Iterable[Query]) -> list[Query]:
    """A parser keeps what stands before what nests: written so, it has least to keep."""
    return sorted(parts, key=_depth, reverse=True)
