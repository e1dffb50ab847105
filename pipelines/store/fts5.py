"""A question in the language of SQLite's index: one expression, of quoted words only.

https://sqlite.org/fts5.html#full_text_query_syntax
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.query import All, Not, Query, Term
from pipelines.query import Any as AnyOf
from pipelines.search import Facet
from pipelines.store.search import EVERY, token
from pipelines.store.sought import compared, deepest_first, last_forms


def expression(query: Query) -> str:
    """What `search_index` is to match. Raises TypeError for what is not in the index."""
    match query:
        case Facet():
            return f'"{token(query)}"'
        case Term():
            return _either(f'"{" ".join(one)}"{" *" if query.prefix else ""}' for one in _phrases(query))
        case Not(part):
            return f'("{EVERY}" NOT {expression(part)})'
        case All(parts):
            held = [expression(part) for part in deepest_first(parts) if not isinstance(part, Not)] or [f'"{EVERY}"']
            without = [expression(part.part) for part in deepest_first(parts) if isinstance(part, Not)]
            every = held[0] if len(held) == 1 else f"({' AND '.join(held)})"
            return f"({every} NOT {_either(without)})" if without else every
        case AnyOf(parts):
            return _either(expression(part) for part in deepest_first(parts))
        case _:
            raise TypeError(f"not in the index: {query!r}")


def _either(parts: Iterable[str]) -> str:
    """One of them; FTS5 knows no empty expression, and nothing holds what every entry has and has not."""
    listed = list(parts)
    if not listed:
        return f'("{EVERY}" NOT "{EVERY}")'
    return listed[0] if len(listed) == 1 else f"({' OR '.join(listed)})"


def _phrases(term: Term) -> list[tuple[str, ...]]:
    """What may stand in a text: the last word of a term that is not quoted in all its forms."""
    *before, last = compared(term)
    return [(*before, form) for form in last_forms(term, last)]
