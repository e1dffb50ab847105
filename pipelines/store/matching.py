"""A question as conditions on a query over `gist`, beside which PostgreSQL has its index in `search`.

What the index can answer is asked of it as one expression in its own language, a bound value made of letters, digits
and underscores only; the rest is SQL. Whatever nests deepest is written first: a parser keeps what stands before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Text,
    and_,
    cast,
    column,
    false,
    func,
    not_,
    or_,
    select,
    table,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from pipelines.forms import forms
from pipelines.query import All, Not, Query, Term
from pipelines.query import Any as AnyOf
from pipelines.search import Facet, InCase, Within
from pipelines.store.cases import is_open
from pipelines.store.schema import case_file, gist, search
from pipelines.store.search import EVERY, place, shortened, token

search_index = table("search_index", column("rowid"), column("search_index"))
"""The FTS5 table, in SQLite only."""
Known = frozenset[str]
COMMON, LASTS = "common words", 600.0
"""Where a connection keeps them, and for how many seconds."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Where to read from, the column that orders it by time, and the conditions."""

    source: FromClause
    place: ColumnElement[int]
    conditions: tuple[ColumnElement[bool], ...]


def matching(connection: Connection, query: Query) -> Matching:
    """The rows of `gist` that `query` holds for. What stands at its top goes to the index in one question, which is
    answered newest first, as far as one reads."""
    known = None if connection.dialect.name == "sqlite" else _known(connection, query)
    parts = query.parts if isinstance(query, All) else (query,)
    asked = [part for part in parts if _is_indexed(part)]
    others = [part for part in parts if not _is_indexed(part)]
    at: ColumnElement[int] = gist.c.id
    source: FromClause = gist
    held: list[ColumnElement[bool]] = []
    if known is not None:
        # it does not see that what bounds the one id bounds the other: it is asked by that of the wider rows
        at, source = search.c.id, search.join(gist, gist.c.id == search.c.id)
        held = [_postgresql(asked, known)] if asked else []
    elif asked:
        at, source = search_index.c.rowid, search_index.join(gist, gist.c.id == search_index.c.rowid)
        held = [search_index.c.search_index.match(_fts5(All(tuple(asked))))]
    return Matching(source, at, (*held, *(_condition(part, at, known) for part in others)))


def _condition(query: Query, at: ColumnElement[int], known: Known | None) -> ColumnElement[bool]:
    """known: None in SQLite."""
    if _is_indexed(query):
        if known is not None:
            return _postgresql([query], known)
        held = select(search_index.c.rowid).where(search_index.c.search_index.match(_fts5(query)))
        return gist.c.id.in_(held)
    match query:
        case Within(since, until):
            begins = at >= place(since) if since else true()
            return and_(begins, at < place(until) if until else true())
        case InCase(open=wanted):
            state = () if wanted is None else (is_open if wanted else ~is_open,)
            return gist.c.entry_id.in_(select(case_file.c.entry_id).where(*state))
        case Not(part):
            return not_(_condition(part, at, known))
        case All(parts):
            return and_(true(), *(_condition(part, at, known) for part in _deepest_first(parts)))
        case AnyOf(parts):
            return or_(false(), *(_condition(part, at, known) for part in _deepest_first(parts)))
        case _:
            raise TypeError(f"no field that was looked up: {query!r}")


def _is_indexed(query: Query) -> bool:
    match query:
        case Not(part):
            return _is_indexed(part)
        case All(parts) | AnyOf(parts):
            return all(map(_is_indexed, parts))
        case _:
            return isinstance(query, Term | Facet)


def _depth(query: Query) -> int:
    match query:
        case Not(part):
            return 1 + _depth(part)
        case All(parts) | AnyOf(parts):
            return 1 + max(map(_depth, parts), default=0)
        case _:
            return 0


def _deepest_first(parts: Iterable[Query]) -> list[Query]:
    return sorted(parts, key=_depth, reverse=True)


# --- SQLite ------------------------------------------------------------------------------------------------------


def _fts5(query: Query) -> str:
    match query:
        case Facet():
            return f'"{token(query)}"'
        case Term():
            return _either(f'"{" ".join(one)}"{" *" if query.prefix else ""}' for one in _phrases(query))
        case Not(part):
            return f'("{EVERY}" NOT {_fts5(part)})'
        case All(parts):
            held = [_fts5(part) for part in _deepest_first(parts) if not isinstance(part, Not)] or [f'"{EVERY}"']
            without = [_fts5(part.part) for part in _deepest_first(parts) if isinstance(part, Not)]
            every = held[0] if len(held) == 1 else f"({' AND '.join(held)})"
            return f"({every} NOT {_either(without)})" if without else every
        case AnyOf(parts):
            return _either(_fts5(part) for part in _deepest_first(parts))
        case _:
            raise TypeError(f"not in the index: {query!r}")


def _either(parts: Iterable[str]) -> str:
    """One of them; FTS5 knows no empty expression, and nothing holds what every entry has and has not."""
    listed = list(parts)
    if not listed:
        return f'("{EVERY}" NOT "{EVERY}")'
    return listed[0] if len(listed) == 1 else f"({' OR '.join(listed)})"


# --- PostgreSQL --------------------------------------------------------------------------------------------------


def _known(connection: Connection, query: Query) -> Known:
    """The forms of the sought words that any entry has. Of a hundred that a word may have, half a dozen are written,
    and the index would look at each of the rest for every entry that has one of these. What is common is there
    without being looked for, which would read all of it."""
    wanted = frozenset(form for term in _terms(query) for form in _last_forms(term, _compared(term)[-1]))
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


def _postgresql(parts: Sequence[Query], known: Known) -> ColumnElement[bool]:
    return search.c.vector.bool_op("@@")(cast(_tsquery(All(tuple(parts)), known), TSQUERY))


def _tsquery(query: Query, known: Known) -> str:
    match query:
        case Facet():
            return _quoted(token(query))
        case Term():
            *before, last = _compared(query)
            listed = [form for form in _last_forms(query, last) if form in known] or [last]
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


# --- both --------------------------------------------------------------------------------------------------------


def _compared(term: Term) -> tuple[str, ...]:
    return tuple(shortened(word) for word in term.words)


def _last_forms(term: Term, last: str) -> Sequence[str]:
    return (last,) if term.exact or term.prefix else forms(last)


def _phrases(term: Term) -> list[tuple[str, ...]]:
    """What may stand in a text: the last word of a term that is not quoted in all its forms."""
    *before, last = _compared(term)
    return [(*before, form) for form in _last_forms(term, last)]


def everything(*parts: Query) -> Query:
    """All of `parts`, those within each other laid side by side."""
    flat: list[Query] = []
    for part in parts:
        flat += part.parts if isinstance(part, All) else (part,)
    return All(tuple(flat))
