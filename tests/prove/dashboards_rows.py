"""A million assessed entries to look at: the same ones every time, written in bulk.

python -m tests.prove.dashboards_rows URL [NUMBER]: fills the database at URL, which is made where it is missing.
"""

from __future__ import annotations

import io
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table

from pipelines.config import load
from pipelines.store import search
from pipelines.store.engine import migrate, open_engine
from pipelines.store.schema import assessment, entry, entry_unit, flag, story, story_entry
from pipelines.store.schema import search as search_table
from pipelines.types import short_hash

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config" / "botkyrka"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
YEARS = timedelta(days=730)
CHUNK = 10_000
TONES = (("neutral", 60), ("negative", 22), ("positive", 10), ("unsure", 8))
STANCES = (("none", 80), ("critical", 15), ("supportive", 5))
INTENTS = (("information", 70), ("criticism", 15), ("question", 8), ("praise", 5), ("other", 2))
POOL = 20_000
"""Texts that entries are made of; each gets a number of its own, and names of units."""
COLUMNS = {
    story: "id first_at last_at",
    entry: "id source_id native_id kind url title text published language revision first_seen silent",
    assessment: "entry_id version revision language about places tone polarity tone_confidence tone_parts stance "
    "stance_confidence intent toxicity alert alert_reasons by_employee about_management assessed_at",
    story_entry: "entry_id story_id told_as reason at",
    entry_unit: "entry_id unit_id",
    flag: "entry_id number category role severity confidence rule evidence reason target steps",
    search_table: "id entry_id vector",
}
"""In the order in which they can be written."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an entry is taken to be, as `search.facets` reads it."""

    source_id: str
    kind: str
    tone: str
    stance: str
    intent: str
    about: bool
    alert: bool
    language: str = "sv"


def fill(engine: Engine, number: int) -> None:
    """Write `number` entries of two years, oldest first, every tenth in the story before it, with their index."""
    chance = random.Random(7)
    config = load(CONFIG)
    pool = _pool(chance)
    categories = [one.id for one in config.categories]
    kinds = [_meaning(chance, config.sources) for _ in range(POOL)]
    with engine.connect() as connection:
        _hurry(connection)
        for start in range(0, number, CHUNK):
            rows: dict[Table, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
            for index in range(start, min(start + CHUNK, number)):
                at = NOW - YEARS + index * (YEARS / number)
                draw = chance.random()
                units = chance.sample(config.units, 1 + (draw < 0.05)) if draw < 0.3 else []
                flags = [chance.choice(categories)] if chance.random() < 0.06 else []
                meaning = chance.choice(kinds)
                _add(rows, engine.dialect.name, index, at, chance.choice(pool), units, flags, meaning)
            with connection.begin():
                for table, listed in rows.items():
                    _write(connection, table, listed)
        _settle(connection)


def _add(
    rows: dict[Table, list[tuple[Any, ...]]],
    dialect: str,
    index: int,
    at: datetime,
    text: tuple[str, str, list[str]],
    units: list[Any],
    flags: list[str],
    is_: Meaning,
) -> None:
    id_, when, seen = short_hash("row", str(index)), _time(dialect, at), _time(dialect, at + timedelta(minutes=10))
    title, body, words = text
    tail = f"Dnr {index}. {'. '.join(unit.name for unit in units)}"
    row = (id_, is_.source_id, str(index), is_.kind, f"https://blad.example/{index}", title, f"{body} {tail}")
    rows[entry].append((*row, when, "sv", "r1", seen, False))
    judged = (id_, "v1", "r1", "sv", is_.about, "[]", is_.tone, 0.0, 0.8, "[]", is_.stance, 0.8, is_.intent, 0.0)
    rows[assessment].append((*judged, bool(flags), "[]", False, False, seen))
    if first := index % 10 != 9 or not rows[story]:
        rows[story].append((f"s{id_[:22]}", when, when))
    rows[story_entry].append((id_, rows[story][-1][0], "first" if first else "copy", "Samma text.", seen))
    rows[entry_unit] += [(id_, unit.id) for unit in units]
    rows[flag] += [(id_, 0, one, "act", "medium", 0.8, one, "[]", "Därför.", "allman", "[]") for one in flags]
    tokens = search.facets(replace(is_, alert=bool(flags)), [unit.id for unit in units], flags)
    written = search.vector(dialect, [*words, *search.words_in("", tail)], tokens)
    rows[search_table].append((search.place(at), id_, written))


def _pool(chance: random.Random) -> list[tuple[str, str, list[str]]]:
    """Title, text and words: sentences of our own posts, put together anew."""
    sentences = list(_sentences())
    made = []
    for _ in range(POOL):
        title, body = chance.choice(sentences)[:90], ". ".join(chance.choices(sentences, k=chance.randint(2, 5)))
        made.append((title, body, search.words_in(title, body)))
    return made


def _sentences() -> Iterator[str]:
    for path in sorted((ROOT / "pipelines" / "texts").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield from json.loads(line)["text"].split(". ")


def _meaning(chance: random.Random, sources: Sequence[Any]) -> Meaning:
    def one(weighed: tuple[tuple[str, int], ...]) -> str:
        return chance.choices([name for name, _ in weighed], [weight for _, weight in weighed])[0]

    source = chance.choice(sources)
    return Meaning(source.id, source.kind, one(TONES), one(STANCES), one(INTENTS), chance.random() < 0.6, alert=False)


def _time(dialect: str, at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}" + ("" if dialect == "sqlite" else "+00")


def _hurry(connection: Connection) -> None:
    """Let SQLite keep more in memory while it is filled; PostgreSQL makes its index afterwards."""
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute("INSERT INTO search_index(search_index, rank) VALUES ('hashsize', 67108864)")
        for pragma in ("cache_size=-600000", "synchronous=OFF"):
            cursor.execute(f"PRAGMA {pragma}")
    else:
        with connection.begin():
            connection.exec_driver_sql("DROP INDEX ix_search_vector")


def _settle(connection: Connection) -> None:
    """As the night leaves it: indexes whole, statistics made."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search_index(search_index, rank) VALUES ('hashsize', 1048576)")
    else:
        connection.exec_driver_sql("SET maintenance_work_mem = '512MB'")
        connection.exec_driver_sql("CREATE INDEX ix_search_vector ON search USING gin (vector)")
    search.tidy(connection)
    connection.exec_driver_sql("ANALYZE")
    connection.commit()


def _write(connection: Connection, table: Table, listed: list[tuple[Any, ...]]) -> None:
    """As the driver takes it fastest: many rows at once in SQLite, COPY in PostgreSQL."""
    if not listed:
        return
    names = COLUMNS[table].split()
    quoted = ", ".join(f'"{name}"' for name in names)
    cursor = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        cursor.executemany(f"INSERT INTO {table.name} ({quoted}) VALUES ({', '.join('?' * len(names))})", listed)
        return
    lines = ("\t".join(map(_copied, row)) for row in listed)
    copy = f"COPY {table.name} ({quoted}) FROM STDIN"
    cursor.execute(copy, stream=io.BytesIO(("\n".join(lines) + "\n").encode()))


def _copied(value: Any) -> str:
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


if __name__ == "__main__":
    made = open_engine(sys.argv[1])
    migrate(made)
    began = time.process_time()
    fill(made, int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    print(f"{time.process_time() - began:.0f} seconds of this processor")
