"""A million assessed entries to look at: the same ones every time, written in bulk.

python -m tests.prove.dashboards_rows URL [NUMBER]: fills the database at URL, which is made where it is missing.
"""

from __future__ import annotations

import io
import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table

from pipelines.config import load
from pipelines.store import search
from pipelines.store.engine import migrate, open_engine
from pipelines.store.schema import assessment, entry, entry_unit, flag, story, story_entry
from pipelines.types import short_hash

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config" / "botkyrka"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
YEARS = timedelta(days=730)
CHUNK = 10_000
TONES = (("neutral", 60), ("negative", 22), ("positive", 10), ("unsure", 8))
STANCES = (("none", 80), ("critical", 15), ("supportive", 5))
INTENTS = (("information", 70), ("criticism", 15), ("question", 8), ("praise", 5), ("other", 2))
Row = dict[str, Any]
Rows = dict[Table, list[Row]]


def rows(number: int) -> Iterator[tuple[list[str], Rows]]:
    """Entries in chunks, with all that belongs to each, oldest first. Every tenth repeats the story before it."""
    config = load(CONFIG)
    chance = random.Random(7)
    sentences = list(_sentences())
    units, sources, categories = config.units, config.sources, [one.id for one in config.categories]
    step = YEARS / number
    made = 0
    while made < number:
        chunk: Rows = {entry: [], story: [], assessment: [], story_entry: [], entry_unit: [], flag: []}
        ids = []
        for index in range(made, min(made + CHUNK, number)):
            id_, at = short_hash("row", str(index)), NOW - YEARS + index * step
            source = chance.choice(sources)
            named = chance.sample(units, chance.choices((0, 1, 2), (70, 25, 5))[0])
            flags = chance.sample(categories, chance.choices((0, 1, 2), (94, 5, 1))[0])
            title, body = _text(chance, sentences, [unit.name for unit in named])
            ids.append(id_)
            chunk[entry].append(_entry(id_, index, at, source, title, body))
            chunk[assessment].append(_assessment(id_, at, chance, bool(flags)))
            first = chance.random() >= 0.1 or not chunk[story]
            if first:
                chunk[story].append({"id": f"s{id_[:22]}", "first_at": at, "last_at": at})
            told = chunk[story][-1]["id"]
            why = {"told_as": "first" if first else "copy", "reason": "Samma text."}
            chunk[story_entry].append({"entry_id": id_, "story_id": told, "at": at} | why)
            chunk[entry_unit] += [{"entry_id": id_, "unit_id": unit.id} for unit in named]
            chunk[flag] += [_flag(id_, place, category) for place, category in enumerate(flags)]
        made += CHUNK
        yield ids, chunk


def fill(engine: Engine, number: int) -> None:
    """Write them, and index them."""
    for ids, chunk in rows(number):
        with engine.begin() as connection:
            for table, listed in chunk.items():
                _write(connection, table, listed)
            search.index(connection, ids)
    with engine.begin() as connection:
        search.tidy(connection)
        connection.exec_driver_sql("ANALYZE")


def _sentences() -> Iterator[str]:
    for path in sorted((ROOT / "pipelines" / "texts").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield from json.loads(line)["text"].split(". ")


def _text(chance: random.Random, sentences: list[str], names: list[str]) -> tuple[str, str]:
    said = [*chance.choices(sentences, k=chance.randint(2, 5)), *names, f"Dnr {chance.randrange(1_000_000)}"]
    return chance.choice(sentences)[:90], ". ".join(said)


def _entry(id_: str, index: int, at: datetime, source: Any, title: str, body: str) -> Row:
    return {
        "id": id_,
        "source_id": source.id,
        "native_id": str(index),
        "kind": source.kind,
        "url": f"https://blad.example/{index}",
        "title": title,
        "text": body,
        "published": at,
        "language": "sv",
        "revision": "r1",
        "first_seen": at + timedelta(minutes=10),
        "silent": False,
    }


def _assessment(id_: str, at: datetime, chance: random.Random, flagged: bool) -> Row:
    def one(weighed: tuple[tuple[str, int], ...]) -> str:
        return chance.choices([name for name, _ in weighed], [weight for _, weight in weighed])[0]

    return {
        "entry_id": id_,
        "version": "v1",
        "revision": "r1",
        "language": "sv",
        "about": chance.random() < 0.6,
        "places": "[]",
        "tone": one(TONES),
        "polarity": 0.0,
        "tone_confidence": 0.8,
        "tone_parts": "[]",
        "stance": one(STANCES),
        "stance_confidence": 0.8,
        "intent": one(INTENTS),
        "toxicity": 0.0,
        "alert": flagged,
        "alert_reasons": "[]",
        "by_employee": False,
        "about_management": False,
        "assessed_at": at + timedelta(minutes=11),
    }


def _flag(id_: str, number: int, category: str) -> Row:
    return {
        "entry_id": id_,
        "number": number,
        "category": category,
        "role": "act",
        "severity": "medium",
        "confidence": 0.8,
        "rule": category,
        "evidence": "[]",
        "reason": "Därför.",
        "target": "allman",
        "steps": "[]",
    }


def _write(connection: Connection, table: Table, listed: list[Row]) -> None:
    """As the driver takes it fastest: many rows at once in SQLite, COPY in PostgreSQL."""
    if not listed:
        return
    names = list(listed[0])
    quoted = ", ".join(f'"{name}"' for name in names)
    cursor = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        values = [[_plain(row[name]) for name in names] for row in listed]
        cursor.executemany(f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})", values)
        return
    lines = ("\t".join(_copied(row[name]) for name in names) for row in listed)
    copy = f"COPY {table.name} ({quoted}) FROM STDIN"
    cursor.execute(copy, stream=io.BytesIO(("\n".join(lines) + "\n").encode()))


def _plain(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value


def _copied(value: Any) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else str(value)
    return plain.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


if __name__ == "__main__":
    made = open_engine(sys.argv[1])
    migrate(made)
    fill(made, int(next(islice(sys.argv, 2, None), 1_000_000)))
