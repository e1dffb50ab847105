"""A day's noise: what is flagged of texts that were gathered for other ends. Part of `make prove-signals`.

None of them is labelled with flags, so that no share of right answers comes of it: how often a flag is raised at all,
and the most doubtful ones in a file for a person to read. Every text is read as one by a source that writes about the
municipality only, so that nothing is spared for not being about it.
"""

from __future__ import annotations

import gzip
import json
import os
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, zip_longest
from pathlib import Path

from pipelines.config.schema import Config
from pipelines.enrich.assess import Assessor
from pipelines.types import Assessment, Entry, Kind
from sample.world import build
from tests.prove.table import Table

LABELLED = "MEDIEBEVAKNING_LABELLED"
ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ROOT / "var" / "prove" / "noise.txt"
WHEN = datetime(2026, 11, 22, 9, tzinfo=UTC)
KINDS: dict[str, Kind] = {"tweets": "microblog", "social": "social", "reviews": "review", "debate": "forum"}
"""The kind of source of a set of tones, by what the name of its file holds."""
HELD_OUT = 0.15
"""The newest share of the notices: counted, never shown."""
NO_CRIME = frozenset(("none", "traffic_no_offence", "missing_rescue", "accident"))
SHOWN = 50
MOST_PER_1000 = {"notices": 720.0, "tweets": 48.0, "social": 45.0, "reviews": 25.0, "debate": 100.0, "month": 150.0}
"""Flags per 1,000 texts that are not passed. A notice tells of a crime by its nature."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is read."""

    entry: Entry
    shown: bool = True
    known: frozenset[str] = frozenset()
    """Categories that it is known to give cause for."""


@dataclass(slots=True)
class Heard:
    """What was raised on the texts of one set."""

    texts: int = 0
    alerts: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    doubtful: list[tuple[float, Text, Assessment]] = field(default_factory=list)

    def per_1000(self, count: int) -> float:
        return 1000 * count / self.texts if self.texts else 0.0


def show(table: Table, config: Config, assessor: Assessor) -> None:
    """A row for each set, and the file of what is most doubtful."""
    given = {name: listen(assessor, texts) for name, texts in sets(config)}
    if LABELLED not in os.environ:
        table.row("noise of the police's notices and the sets of tones", f"left out: {LABELLED} names no folder")
    for name, heard in given.items():
        flags = heard.per_1000(heard.flags.total())
        seen = f"{flags:.1f} flags, {heard.per_1000(heard.alerts):.1f} alerts per 1,000 of {heard.texts:,} texts"
        table.row(f"noise, {name}", seen, holds=flags <= MOST_PER_1000[name])
        each = (f"{flag} {heard.per_1000(count):.2f}" for flag, count in heard.flags.most_common())
        print(f"        {', '.join(each)}")
        table.figure(f"noise, {name}: flags per 1,000", round(flags, 2))
        table.figure(f"noise, {name}: alerts per 1,000", round(heard.per_1000(heard.alerts), 2))
    chosen = most_doubtful(given.values())
    WRITTEN.parent.mkdir(parents=True, exist_ok=True)
    WRITTEN.write_text("\n\n".join("\n".join(described(text, said)) for text, said in chosen) + "\n", "utf-8")
    table.row("the most doubtful, for a person to read", f"{len(chosen)} in {WRITTEN.relative_to(ROOT)}")


def sets(config: Config) -> Iterator[tuple[str, Iterator[Text]]]:
    """The sets that are there, each with its texts."""
    folder = os.environ.get(LABELLED)
    for path in sorted(Path(folder).rglob("*.jsonl*")) if folder else ():
        name = next((name for name in KINDS if path.match(f"*{name}*.jsonl")), None)
        if name:
            yield name, _posts(path, KINDS[name])
        elif path.match("*notices*.jsonl.gz"):
            yield "notices", _notices(path, config)
    yield "month", _month()


def _month() -> Iterator[Text]:
    """The sample's month and its day, each post as its source is configured to be."""
    sources = tomllib.loads((ROOT / "sample" / "config" / "sources.toml").read_text("utf-8"))["source"]
    kinds = {source["id"]: source["kind"] for source in sources}
    for number, post in enumerate(build(WHEN).posts(True)):
        entry = Entry(f"month {number}", "", "", kinds[post.source], None, post.title, post.text or post.html or "")
        yield Text(entry, known=frozenset(category for category, _ in post.label.flags))


def _posts(path: Path, kind: Kind) -> Iterator[Text]:
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        yield Text(Entry(f"{path.stem} {number}", "", "", kind, None, "", json.loads(line)["text"]))


def _notices(path: Path, config: Config) -> Iterator[Text]:
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]
    for number, row in enumerate(rows):
        group = next((one.id for one in config.crime_groups if one.holds(row["type"])), None)
        entry = Entry(f"notice {row['id']}", "", "", "news", None, row["text"], row["body"])
        crime = group is not None and group not in NO_CRIME
        yield Text(entry, number < (1 - HELD_OUT) * len(rows), frozenset({"crime"} if crime else ()))


def listen(assessor: Assessor, texts: Iterable[Text]) -> Heard:
    """What is raised on `texts`."""
    heard = Heard()
    for text in texts:
        said = assessor.assess(text.entry, local=True)
        heard.texts += 1
        heard.alerts += said.alert
        heard.flags.update(f"{flag.category}:{flag.role}" for flag in said.flags)
        doubts = [1 - flag.confidence for flag in said.flags if flag.category not in text.known]
        if doubts and text.shown:
            heard.doubtful.append((max(doubts) + said.alert, text, said))
    return heard


def most_doubtful(given: Iterable[Heard], most: int = SHOWN) -> list[tuple[Text, Assessment]]:
    """The most doubtful of each set in turn, those that would alert someone before the rest."""
    ranked = (sorted(heard.doubtful, key=lambda one: -one[0]) for heard in given)
    turns = chain.from_iterable(zip_longest(*ranked))
    return [(one[1], one[2]) for one in turns if one][:most]


def described(text: Text, said: Assessment) -> Sequence[str]:
    """The text as it stands, and why it was flagged."""
    lines = [f"{text.entry.id}{'  ALERT' if said.alert else ''}: {' '.join(text.entry.content.split())[:600]}"]
    lines += [f"  {flag.category}:{flag.role} {flag.confidence:.2f} [{flag.rule}] {flag.reason}" for flag in said.flags]
    return lines
