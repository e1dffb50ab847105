"""A question as conditions on a query over `gist`, beside which PostgreSQL has its index in `search`.

What the index can answer is asked of it as one expression in its own language (`fts5`, `tsquery`), a bound value of
letters, digits and underscores only; the rest is SQL. Whatever nests deepest is written first: a parser keeps what
stands before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, FromClause, and_, column, false, not_, or_, select, table, true

from pipelines.query import All, Not, Query, Term
from pipelines.query import Any as AnyOf
from pipelines.search import Facet, InCase, Within
from pipelines.store import fts5, tsquery
from pipelines.store.cases import is_open
from pipelines.store.schema import case_file, gist, search
from pipelines.store.search import place
from pipelines.store.sought import deepest_first

search_index = table("search_index", column("rowid"), column("search_index"))
"""The FTS5 table, in SQLite only."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Where to read from, the column that orders it by time, and the conditions."""

    source: FromClause
    place: ColumnElement[int]
    conditions: tuple[ColumnElement[bool], ...]


def matching(connection: Connection, query: Query) -> Matching:
    """The rows of `gist` that `query` holds for. What stands at its top goes to the index in one question, which is
    answered newest first, as far as one reads."""
    known = None if connection.dialect.name == "sqlite" else tsquery.known_forms(connection, query)
    parts = query.parts if isinstance(query, All) else (query,)
    asked = [part for part in parts if _is_indexed(part)]
    others = [part for part in parts if not _is_indexed(part)]
    at: ColumnElement[int] = gist.c.id
    source: FromClause = gist
    held: list[ColumnElement[bool]] = []
    if known is not None:
        # it does not see that what bounds the one id bounds the other: it is asked by that of the wider rows
        at, source = search.c.id, search.join(gist, gist.c.id == search.c.id)
        held = [tsquery.holds(asked, known)] if asked else []
    elif asked:
        at, source = search_index.c.rowid, search_index.join(gist, gist.c.id == search_index.c.rowid)
        held = [search_index.c.search_index.match(fts5.expression(All(tuple(asked))))]
    return Matching(source, at, (*held, *(_condition(part, at, known) for part in others)))


def _condition(query: Query, at: ColumnElement[int], known: tsquery.Known | None) -> ColumnElement[bool]:
    """known: None in SQLite."""
    if _is_indexed(query):
        if known is not None:
            return tsquery.holds([query], known)
        held = select(search_index.c.rowid).where(search_index.c.search_index.match(fts5.expression(query)))
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
            return and_(true(), *(_condition(part, at, known) for part in deepest_first(parts)))
        case AnyOf(parts):
            return or_(false(), *(_condition(part, at, known) for part in deepest_first(parts)))
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


def everything(*parts: Query) -> Query:
    """All of `parts`, those within each other laid side by side."""
    flat: list[Query] = []
    for part in parts:
        flat += part.parts if isinstance(part, All) else (part,)
    return All(tuple(flat))
