"""Very many assessed entries to look at, with all that stands beside them: the same ones every time.

Three years of days and nights, sources and units that are unequal as in life, sentences of our own posts, whose words
are as unequally frequent as those of any Swedish. Nothing here is written to a database: `dashboards_bulk` does that.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from pipelines.config import load
from pipelines.config.schema import Config
from pipelines.search import FLAGGED, YES, Facet
from pipelines.store import search
from pipelines.store.schema import AnyRow
from pipelines.types import short_hash

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config" / "botkyrka"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAYS = 3 * 365
CHUNK = 20_000
TONES = (("neutral", 60), ("negative", 22), ("positive", 10), ("unsure", 8))
STANCES = (("none", 80), ("critical", 15), ("supportive", 5))
INTENTS = (("information", 70), ("criticism", 15), ("question", 8), ("praise", 5), ("other", 2))
SEVERITY = (*(6 * ["low"]), *(10 * ["medium"]), *(3 * ["high"]), "critical")
HOURS = (2, 1, 1, 1, 1, 2, 5, 9, 9, 8, 7, 7, 8, 7, 6, 7, 8, 8, 9, 9, 8, 7, 5, 3)
WEEKDAYS = (10, 10, 10, 10, 9, 6, 6)
TEXTS = 20_000
"""Texts that entries are made of; each gets a number of its own, and names of units."""
NAMING, FLAGS, COPIES, EDITED, WITHHELD, UNDATED = 0.3, 0.05, 0.15, 0.02, 0.012, 0.03
"""Shares of the entries."""
Times = npt.NDArray[np.datetime64]
Rows = dict[str, list[tuple[Any, ...]]]
COLUMNS = {
    "story": "id first_at last_at",
    "entry": "id source_id native_id kind url title text author published language revision first_seen silent",
    "entry_version": "entry_id revision url title text replaced_at",
    "assessment": "entry_id version revision language about places tone polarity tone_confidence tone_parts stance "
    "stance_confidence intent toxicity alert alert_reasons by_employee about_management assessed_at",
    "story_entry": "entry_id story_id told_as reason at",
    "entry_unit": "entry_id unit_id",
    "mention": "entry_id number kind name start end confidence reason",
    "flag": "entry_id number category role severity confidence rule evidence reason target steps",
    "gist": "id entry_id source_id kind about tone stance intent flagged withheld reworded",
    "gist_unit": "id unit_id",
    "search": "id entry_id vector",
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
    alert: bool = False
    language: str = "sv"
    tokens: str = ""
    """All of it, as the index takes it."""


@dataclass(frozen=True, slots=True)
class Text:
    """A title, a text, and its words as the index takes them."""

    title: str
    body: str
    words: int
    vector: str
    parts: str
    """What its tone rests on."""
    quoted: bool
    """As PostgreSQL writes them, each with its places."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry that something stands beside: a notice, a case, a correction."""

    id: str
    story: str
    at: datetime
    units: tuple[str, ...]
    category: str
    """Of its flag; empty without one."""
    question: bool


def chunks(dialect: str, number: int, told: list[Told]) -> Iterator[Rows]:
    """`number` entries, oldest first, as rows for each table; what something is to stand beside is put into `told`."""
    config, chance, dice = load(CONFIG), random.Random(7), np.random.default_rng(7)
    texts, meanings = _texts(chance, dialect), _meanings(chance, config, dialect)
    units = [unit.id for unit in config.units]
    uneven = chance.choices(units, [1 / rank for rank in range(1, len(units) + 1)], k=number)
    categories = [one.id for one in config.categories]
    names = {unit.id: (unit.name, search.words_in("", unit.name)) for unit in config.units}
    written = _times(dice, number)
    seen = written + (60 + dice.exponential(900, number)).astype("timedelta64[s]")
    stamps, seen_stamps = _stamps(dialect, written), _stamps(dialect, seen)
    numbers = zip(
        dice.integers(0, len(texts), number).tolist(),
        dice.integers(0, len(meanings), number).tolist(),
        dice.random((number, 4)).tolist(),
        written.astype("int64").tolist(),
        seen.astype("int64").tolist(),
        strict=True,
    )
    rows: Rows = {table: [] for table in COLUMNS}
    recent: list[str] = []
    for index, (which, means, (naming, flagging, other, share), second, seen_second) in enumerate(numbers):
        named = tuple(dict.fromkeys(uneven[index - (naming < NAMING / 10) : index + 1])) if naming < NAMING else ()
        flags = (chance.choice(categories),) if flagging < FLAGS else ()
        copied = bool(recent) and share < COPIES
        story = recent[-1 - int(len(recent) * (share / COPIES) ** 3)] if copied else short_hash("story", str(index))
        dated = other > UNDATED
        one = _Entry(
            short_hash("row", str(index)),
            index,
            (second if dated else seen_second) << search.WITHIN_SECOND | index,
            stamps[index] if dated else None,
            seen_stamps[index],
            texts[which],
            ". ".join((f"Dnr {index}", *(names[unit][0] for unit in named))),
            ["dnr", str(index), *(word for unit in named for word in names[unit][1])],
            meanings[means],
            named,
            flags,
        )
        _add(rows, one, edited=other > 1 - EDITED, withheld=0.5 < other < 0.5 + WITHHELD)
        _into_story(rows, one, story, copied=copied)
        if not copied:
            recent = [*recent[-30:], story]
        if named or flags or one.meaning.intent == "question":
            at = datetime.fromtimestamp(one.place >> search.WITHIN_SECOND, UTC)
            told.append(Told(one.id, story, at, named, flags[0] if flags else "", one.meaning.intent == "question"))
        if len(rows["entry"]) == CHUNK or index == number - 1:
            yield rows
            rows = {table: [] for table in COLUMNS}


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    index: int
    place: int
    published: str | None
    seen: str
    text: Text
    tail: str
    """What stands at the end of the text."""
    last: list[str]
    """Its words."""
    meaning: Meaning
    units: tuple[str, ...]
    flags: tuple[str, ...]


def _add(rows: Rows, one: _Entry, *, edited: bool, withheld: bool) -> None:
    is_, body = one.meaning, f"{one.text.body}. {one.tail}"
    named = (one.id, is_.source_id, str(one.index), is_.kind, f"https://blad.example/{one.index}", one.text.title, body)
    author = f"p{one.index % 9973:016x}"
    rows["entry"].append((*named, author, one.published, is_.language, "r2" if edited else "r1", one.seen, False))
    if edited:
        rows["entry_version"].append((one.id, "r1", named[4], one.text.title, one.text.body, one.seen))
    judged = (
        one.id,
        "v1",
        "r2" if edited else "r1",
        is_.language,
        is_.about,
        "[]",
        is_.tone,
        -0.2,
        0.8,
        one.text.parts,
    )
    held = (bool(one.flags), '["act"]' if one.flags else "[]", withheld and one.index % 2 == 0, withheld)
    rows["assessment"].append((*judged, is_.stance, 0.8, is_.intent, 0.0, *held, one.seen))
    begins = len(one.text.title) + 1
    for number, unit in enumerate(one.units):
        rows["entry_unit"].append((one.id, unit))
        rows["gist_unit"].append((one.place, unit))
        rows["mention"].append((one.id, number, "unit", unit, begins, begins + 4, 0.9, "Enhetens namn står i texten."))
    for number, category in enumerate(one.flags):
        severity = SEVERITY[one.index % len(SEVERITY)]
        raised = (one.id, number, category, "act", severity, 0.8, category, f"[[{begins}, {begins + 9}]]", "Därför.")
        rows["flag"].append((*raised, "allman", "[]"))
    seen_as = (one.id, is_.source_id, is_.kind, is_.about, is_.tone, is_.stance, is_.intent)
    rows["gist"].append((one.place, *seen_as, bool(one.flags), withheld, False))
    rows["search"].append((one.place, one.id, _vector(one)))


def _into_story(rows: Rows, one: _Entry, story: str, *, copied: bool) -> None:
    if not copied:
        rows["story"].append((story, one.seen, one.seen))
    how = ("copy", "Samma text.") if copied else ("first", "Den första.")
    rows["story_entry"].append((one.id, story, *how, one.seen))


def _vector(one: _Entry) -> str:
    """The words of the text, which are known, those of the tail, and the tokens: as `search.vector` has it."""
    flags = [FLAGGED, Facet("alert", YES), *(Facet("flag", flag) for flag in one.flags)] if one.flags else []
    tokens = [*map(search.token, flags), *(search.token(Facet("unit", unit)) for unit in one.units)]
    if not one.text.quoted:
        return " ".join((one.text.vector, one.meaning.tokens, *one.last, *tokens))
    after = (f"'{word}':{place}" for place, word in enumerate(one.last, one.text.words + 1))
    return " ".join((one.text.vector, one.meaning.tokens, *after, *(f"'{one}'" for one in tokens)))


def _texts(chance: random.Random, dialect: str) -> list[Text]:
    """Sentences of our own posts, put together anew."""
    sentences = list(_sentences())
    made = []
    for _ in range(TEXTS):
        title, body = chance.choice(sentences)[:90], ". ".join(chance.choices(sentences, k=chance.randint(2, 5)))
        words = search.words_in(title, body)
        begins = len(title) + 1
        parts = json.dumps([[word, -0.2, [begins, begins + len(word)]] for word in words[:2]])
        made.append(Text(title, body, len(words), search.vector(dialect, words, ()), parts, dialect != "sqlite"))
    return made


def _sentences() -> Iterator[str]:
    for path in sorted((ROOT / "pipelines" / "texts").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield from json.loads(line)["text"].split(". ")


def _meanings(chance: random.Random, config: Config, dialect: str) -> list[Meaning]:
    """What entries are taken to be; a few sources write most of them."""

    def one(weighed: tuple[tuple[str, int], ...]) -> str:
        return chance.choices([name for name, _ in weighed], [weight for _, weight in weighed])[0]

    uneven = [1 / rank for rank in range(1, len(config.sources) + 1)]
    made = []
    for source in chance.choices(config.sources, uneven, k=TEXTS):
        given = Meaning(source.id, source.kind, one(TONES), one(STANCES), one(INTENTS), chance.random() < 0.6)
        made.append(replace(given, tokens=search.vector(dialect, (), search.facets(cast(AnyRow, given), (), ()))))
    return made


def _times(dice: np.random.Generator, number: int) -> Times:
    """When they were written, to the second, in order: fewer at night and at weekends."""
    end = np.datetime64(NOW.replace(tzinfo=None), "s")
    days = end.astype("datetime64[D]") - np.arange(DAYS, 0, -1)
    weights = np.array(WEEKDAYS, float)[(days.astype(int) + 3) % 7]
    hours = np.array(HOURS, float)
    at = dice.choice(days, number, p=weights / weights.sum()).astype("datetime64[s]")
    at += dice.choice(24, number, p=hours / hours.sum()) * np.timedelta64(3600, "s")
    at += dice.integers(0, 3600, number) * np.timedelta64(1, "s")
    late = at > end
    at[late] -= np.timedelta64(86_400, "s")
    return np.sort(at)


def _stamps(dialect: str, times: Times) -> list[str]:
    """As the database writes them."""
    texts = np.char.replace(np.datetime_as_string(times.astype("datetime64[us]")), "T", " ")
    return texts.tolist() if dialect == "sqlite" else np.char.add(texts, "+00").tolist()
