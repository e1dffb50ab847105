"""The index of words and facets, kept in step with the entries. `matching` asks it.

A row of `search` holds the words of an assessed entry, as `pipelines.query` compares them, and a token for each facet.
Words hold letters and digits only and facets begin with an underscore, so that none can be taken for another, not even
by its beginning, and nothing that was typed can be syntax. The database makes an inverted index of it: FTS5 by triggers
in SQLite, GIN in PostgreSQL. What is emptied leaves the index by a trigger, whoever empties it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, case, select, text
from sqlalchemy.dialects import postgresql, sqlite

from pipelines.query import words_of
from pipelines.search import FLAGGED, NO, YES, Facet
from pipelines.store import gists
from pipelines.store.schema import AnyRow, assessment, entry, entry_unit, flag, gist, search

CHUNK = 500
WITHIN_SECOND = 30
"""Bits of an id below those of its second."""
LAST_SECOND = 2**33 - 1
LONGEST_WORD = 200
"""Letters of a word that are compared: PostgreSQL takes no lexeme of 2,047 bytes."""
EVERY = "_"
"""A token that every entry has."""
when = case((entry.c.published <= entry.c.first_seen, entry.c.published), else_=entry.c.first_seen)
"""`Item.when` in SQL: when it was published, or first seen where the source says nothing or a time yet to come."""
WITHHELD = assessment.c.by_employee | assessment.c.about_management
"""That the units which the entry names may not know of it, unless they were told."""


def place(moment: datetime) -> int:
    """The lowest id that an entry of that second can have. What is older than 1970 is taken as of then."""
    seconds = int(moment.astimezone(UTC).timestamp())
    return min(max(seconds, 0), LAST_SECOND) << WITHIN_SECOND


def moment(place: int) -> datetime:
    """The second of the entry that has this id."""
    return datetime.fromtimestamp(place >> WITHIN_SECOND, UTC)


@lru_cache(maxsize=2_000)
def token(facet: Facet) -> str:
    """One word, different for any two facets: a sign that is neither a letter nor a digit of English is spelt out."""
    value = "".join(sign if sign.isascii() and sign.isalnum() else f"_{ord(sign):x}_" for sign in facet.value)
    return f"_{facet.key}_{value}"


def index(connection: Connection, ids: Iterable[str]) -> None:
    """Bring the rows of these entries up to date: those that are assessed and not emptied have one."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        _index(connection, wanted[start : start + CHUNK])


def complete(connection: Connection) -> None:
    """Index what has no row yet: after an upgrade from a version without an index or without gists."""
    missing = (
        select(entry.c.id)
        .join(assessment, assessment.c.entry_id == entry.c.id)
        .outerjoin(search, search.c.entry_id == entry.c.id)
        .outerjoin(gist, gist.c.entry_id == entry.c.id)
        .where(entry.c.purged_at.is_(None), entry.c.sealed_at.is_(None), search.c.id.is_(None) | gist.c.id.is_(None))
    )
    index(connection, connection.execute(missing).scalars().all())


def tidy(connection: Connection) -> None:
    """Let SQLite write its index anew, without what was removed; PostgreSQL does so by itself."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO search_index(search_index) VALUES ('optimize')"))


def _index(connection: Connection, ids: Sequence[str]) -> None:
    rows = connection.execute(
        select(
            entry.c.id,
            entry.c.title,
            entry.c.text,
            entry.c.source_id,
            entry.c.kind,
            when.label("when"),
            assessment.c.tone,
            assessment.c.stance,
            assessment.c.intent,
            assessment.c.language,
            assessment.c.about,
            assessment.c.alert,
            WITHHELD.label("withheld"),
            (assessment.c.revision != entry.c.revision).label("reworded"),
        )
        .join(assessment, assessment.c.entry_id == entry.c.id)
        .where(entry.c.id.in_(ids), entry.c.purged_at.is_(None), entry.c.sealed_at.is_(None))
    ).all()
    if not rows:
        return
    units = _of(connection, entry_unit.c.entry_id, entry_unit.c.unit_id, ids)
    flags = _of(connection, flag.c.entry_id, flag.c.category, ids)
    made = postgresql if connection.dialect.name == "postgresql" else sqlite
    places = _places(connection, rows)
    values = [
        {
            "id": places[row.id],
            "entry_id": row.id,
            "vector": vector(
                connection.dialect.name,
                words_in(row.title, row.text),
                facets(row, units.get(row.id, ()), flags.get(row.id, ())),
            ),
        }
        for row in rows
    ]
    gists.keep(connection, rows, places, units, flags)
    fresh = made.insert(search)
    connection.execute(
        fresh.on_conflict_do_update(
            index_elements=["entry_id"],
            set_={"id": fresh.excluded.id, "vector": fresh.excluded.vector},
            where=(search.c.id != fresh.excluded.id) | (search.c.vector != fresh.excluded.vector),
        ),
        values,
    )


def _of(connection: Connection, key: Any, value: Any, ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(key, value).where(key.in_(ids)).distinct()):
        found.setdefault(row[0], []).append(row[1])
    return found


def _places(connection: Connection, rows: Iterable[AnyRow]) -> dict[str, int]:
    """An id for each entry that no other has: its second, and below it a number from its own id."""
    given: dict[str, int] = {}
    seconds = {row.id: place(row.when) for row in rows}
    known = {row.entry_id: row.id for row in connection.execute(_known_of(list(seconds)))}
    for entry_id, second in seconds.items():
        if entry_id in known and known[entry_id] >> WITHIN_SECOND == second >> WITHIN_SECOND:
            given[entry_id] = known[entry_id]
        else:
            below = blake2b(entry_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            given[entry_id] = second + (int.from_bytes(below) >> (64 - WITHIN_SECOND))
    return _apart(connection, given)


def _apart(connection: Connection, given: dict[str, int]) -> dict[str, int]:
    """The same, the next number wherever one is another entry's: among a thousand of one second it happens to one in a
    million."""
    taken = {row.id: row.entry_id for row in connection.execute(_at(list(given.values())))}
    for entry_id, number in given.items():
        free = number
        while taken.setdefault(free, entry_id) != entry_id:
            free += 1
            if free not in taken:
                taken |= {row.id: row.entry_id for row in connection.execute(_at([free]))}
        given[entry_id] = free
    return given


def _known_of(ids: Sequence[str]) -> Any:
    return select(search.c.id, search.c.entry_id).where(search.c.entry_id.in_(ids))


def _at(places: Sequence[int]) -> Any:
    return select(search.c.id, search.c.entry_id).where(search.c.id.in_(places))


def words_in(title: str, body: str) -> list[str]:
    """The words of an entry, in order."""
    return [shortened(word) for word in words_of(f"{title}\n{body}" if title else body)]


def shortened(word: str) -> str:
    """As much of a word as is compared."""
    return word[:LONGEST_WORD]


def facets(row: AnyRow, units: Iterable[str], flags: Collection[str]) -> list[str]:
    """The tokens of an entry; `row` holds its columns and those of its assessment."""
    yes = ((FLAGGED, bool(flags)), (Facet("alert", YES), row.alert))
    known = (
        *(Facet(key, getattr(row, key)) for key in ("tone", "stance", "intent", "language", "kind")),
        Facet("source", row.source_id),
        Facet("about", YES if row.about else NO),
        *(facet for facet, holds in yes if holds),
        *(Facet("flag", category) for category in flags),
        *(Facet("unit", unit) for unit in units),
    )
    return [EVERY, *sorted(map(token, known))]


def vector(dialect: str, words: Sequence[str], tokens: Iterable[str]) -> str:
    """Words and tokens as the database indexes them: a text for SQLite; for PostgreSQL a tsvector, which keeps the
    first 255 places of a word."""
    if dialect == "sqlite":
        return " ".join((*words, *tokens))
    places: dict[str, list[int]] = {}
    for number, word in enumerate(words, start=1):
        places.setdefault(word, []).append(number)
    lexemes = (f"'{word}':{','.join(map(str, at[:255]))}" for word, at in places.items())
    return " ".join((*lexemes, *(f"'{one}'" for one in tokens)))
