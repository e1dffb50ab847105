"""A question in the language of PostgreSQL's index: a tsquery of quoted words only.

https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from time import monotonic

from sqlalchemy import ColumnElement, Connection, Text, cast, column, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from pipelines.query import All, Not, Query, Term
from pipelines.query import Any as AnyOf
from pipelines.search import Facet
from pipelines.store.schema import search
from pipelines.store.search import EVERY, token
from pipelines.store.sought import compared, last_forms

Known = frozenset[str]
COMMON, LASTS = "common words", 600.0
"""Where a connection keeps them, and for how many seconds."""


def known_forms(connection: Connection, query: Query) -> Known:
    """The forms of the sought words that any entry has. Of a hundred that a word may have, half a dozen are written,
    and the index would look at each of the rest for every entry that has one of these. What is common is there
    without being looked for, which would read all of it."""
    wanted = frozenset(form for term in _terms(query) for form in last_forms(term, compared(term)[-1]))
    common = _common(connection)
    rare = sorted(wanted - common)
    there = select(search.c.id).where(search.c.vector.bool_op("@@")(column("form", TSQUERY))).exists()
    given = func.unnest(cast([_quoted(form) for form in rare], ARRAY(TSQUERY))).column_valued("form")
    found = connection.execute(select(cast(given, Text)).where(there)).scalars() if rare else ()
    return (wanted & common) | {form.strip("'") for form in found}


def _common(connection: Connection) -> Known:
    """The words that PostgreSQL found to be the most frequent when it last looked; kept with the connection for a
    while, as nothing depends on it but how long a search takes."""
    words: Known
    at, words = connection.info.get(COMMON, (-LASTS, frozenset()))
    if monotonic() - at >= LASTS:
        lists = connection.execute(
            text(
                "SELECT most_common_elems::text::text[] FROM pg_stats WHERE schemaname = current_schema()"
                " AND tablename = 'search' AND attname = 'vector'"
            )
        ).scalar()
        words = frozenset(lists or ())
        connection.info[COMMON] = monotonic(), words
    return words


def holds(parts: Sequence[Query], known: Known) -> ColumnElement[bool]:
    """The condition on a row of `search` that all of `parts` hold for it. known: of `known_forms`."""
    return search.c.vector.bool_op("@@")(cast(_tsquery(All(tuple(parts)), known), TSQUERY))


def _tsquery(query: Query, known: Known) -> str:
    match query:
        case Facet():
            return _quoted(token(query))
        case Term():
            *before, last = compared(query)
            listed = [form for form in last_forms(query, last) if form in known] or [last]
            ends = [f"{_quoted(last)}:*"] if query.prefix else map(_quoted, listed)
            return f"({' <-> '.join([*map(_quoted, before), _joined(ends, '|')])})"
        case Not(part):
            return f"!({_tsquery(part, known)})"
        case All(parts):
            return _joined((_tsquery(part, known) for part in parts), "&") if parts else _quoted(EVERY)
        case AnyOf(parts):
            return _joined((_tsquery(part, known) for part in parts), "|") if parts else f"!{_quoted(EVERY)}"
        case _:
            raise TypeError(f"not in the index: {query!r}")


def _terms(query: Query) -> Iterator[Term]:
    """The words of the question that are sought in other forms too."""
    match query:
        case Term():
            if not (query.exact or query.prefix):
                yield query
        case Not(part):
            yield from _terms(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _terms(part)


def _quoted(lexeme: str) -> str:
    return f"'{lexeme}'"


def _joined(parts: Iterable[str], operator: str) -> str:
    return f"({f' {operator} '.join(parts)})"
