"""Of which type a crime is, and how toxic a text: `python -m tests.prove.crimes`, a part of `make prove-signals`.

MEDIEBEVAKNING_LABELLED may name a folder with the police's notices (police-notices.jsonl.gz) and toxic texts
(toxicity.jsonl); what is not there is left out, and said. Held-out posts of ours are counted, never shown.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines import teach_crime
from pipelines.config import load
from pipelines.enrich.assess import Assessor
from pipelines.enrich.contract import read_post
from pipelines.enrich.crime import CATEGORY, OTHER, PATH, shipped
from pipelines.evaluate import evaluate
from pipelines.types import Entry, Flag
from sentiment.intervals import wilson
from tests.prove.table import Table

ROOT = Path(__file__).resolve().parents[2]
SUITES = ROOT / "tests" / "suites"
SENTENCE_FLOOR, SENTENCE_AIM = 0.82, 0.85
WHOLE_FLOOR, WHOLE_AIM = 0.91, 0.94
"""Macro-F1 over the groups of the newest notices."""
TYPE_FLOOR = 0.7
"""Share of our own posts on a crime whose type is right, of those that are suspected and given one."""
TOXIC_FLOOR, TOXIC_AIM = 0.65, 0.75
BYTES = 1_000_000
TOXIC_FILE = "toxicity.jsonl"


def main() -> int:
    table = Table()
    show(table)
    return table.close()


def show(table: Table) -> None:
    """All of it, as lines of `table`."""
    config = load(ROOT / "config" / "botkyrka")
    assessor = Assessor(config)
    named = os.environ.get(teach_crime.FOLDER)
    folder = Path(named) if named else None
    if folder and (folder / teach_crime.FILE).exists():
        of_the_police(table, teach_crime.notices(folder, config.crime_groups)[1])
    else:
        table.row(
            "types of crime on the police's newest notices", f"left out: {teach_crime.FOLDER} names no such folder"
        )
    table.row("size of what was learned", f"{PATH.stat().st_size / 1e6:.2f} MB", holds=PATH.stat().st_size < BYTES)
    for split in ("development", "held-out"):
        transfer(table, assessor, split)
    cost(table)
    if folder and (folder / TOXIC_FILE).exists():
        toxicity(table, assessor, folder / TOXIC_FILE)
    else:
        table.row("toxicity", f"left out: {teach_crime.FOLDER} names no such folder")


def of_the_police(table: Table, newest: Sequence[teach_crime.Notice]) -> None:
    """On notices that are newer than all that taught."""
    found = [teach_crime.worth(shipped(), newest, whole=whole) for whole in (False, True)]
    for name, one, floor, aim in zip(
        ("one sentence", "with body"), found, (SENTENCE_FLOOR, WHOLE_FLOOR), (SENTENCE_AIM, WHOLE_AIM), strict=True
    ):
        low, high = one.interval
        seen = (
            f"{one.macro_f1:.3f} ({low:.3f}–{high:.3f}) over {len(one.groups)} groups, {len(newest)} notices, aim {aim}"
        )
        table.row(f"type of crime, macro-F1, {name}", seen, holds=one.macro_f1 >= floor)
        table.figure(f"crime type, {name}", round(one.macro_f1, 3))
    print(f"        {'F1 by group':<24}{'notices':>8}{'sentence':>10}{'body':>8}")
    for sentence, whole in zip(found[0].groups, found[1].groups, strict=True):
        print(f"        {sentence.label:<24}{sentence.support:>8}{sentence.f1:>10.2f}{whole.f1:>8.2f}")


@dataclass(frozen=True, slots=True)
class Post:
    """A post of ours on a crime that has a type, and the types that are told of it; None where none is."""

    text: str
    true: str
    suspected: bool
    rules: str | None
    told: str | None
    learned: str


def transfer(table: Table, assessor: Assessor, split: str) -> None:
    """On posts as citizens write them, that taught nothing. What the police write is another language."""
    found = [_post(assessor, entry, kind) for entry, kind in _labelled(split)]
    suspected = [post for post in found if post.suspected]
    for name, right, of in (
        ("learned alone", sum(post.learned == post.true for post in found), len(found)),
        ("rules, where given", sum(post.rules == post.true for post in suspected), sum(map(_by_rules, suspected))),
        ("told, where given", sum(post.told == post.true for post in suspected), sum(map(_by_all, suspected))),
        ("told, of all suspected", sum(post.told == post.true for post in suspected), len(suspected)),
    ):
        low, high = wilson(right, of)
        share = right / of if of else 0.0
        holds = share >= TYPE_FLOOR if name == "told, where given" else None
        table.row(
            f"type of crime in citizens' posts, {split}: {name}",
            f"{share:.2f} ({low:.2f}–{high:.2f}) of {of}",
            holds=holds,
        )
        table.figure(f"crime type, posts, {split}: {name}", round(share, 3))
    if split == "development":
        for post in suspected:
            if post.told != post.true:
                print(f"        said {post.told or 'no type'}, labelled {post.true}: {post.text[:90]}")


def _by_rules(post: Post) -> bool:
    return post.rules is not None


def _by_all(post: Post) -> bool:
    return post.told is not None


def _post(assessor: Assessor, entry: Entry, true: str) -> Post:
    found = assessor.by_rules(entry)
    given = assessor.assess(entry)
    return Post(
        text=entry.content.replace("\n", " / "),
        true=true,
        suspected=any(flag.category == CATEGORY for flag in given.flags),
        rules=_type(found.flags),
        told=_type(given.flags),
        learned=teach_crime.told(shipped(), found.words),
    )


def _type(flags: Sequence[Flag]) -> str | None:
    return next((flag.type for flag in flags if flag.category == CATEGORY), None)


def _labelled(split: str) -> Iterator[tuple[Entry, str]]:
    for path in sorted(SUITES.glob("*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            kinds = [flag["type"] for flag in row["flags"] if flag["category"] == CATEGORY and "type" in flag]
            if row["split"] == split and kinds and kinds[0] != OTHER:
                yield read_post(row), kinds[0]


def cost(table: Table) -> None:
    """What a suspected crime costs, once its words are known."""
    words = ["någon", "har", "brutit", "sig", "in", "i", "vår", "bil", "och", "tagit", "barnvagnen", "i", "natt"]
    classifier = shipped()
    classifier.hear([(words, {})])
    began = time.process_time()
    for _ in range(2000):
        classifier.hear([(words, {})])
    table.row("a text heard for its type of crime", f"{(time.process_time() - began) / 2000 * 1e6:.0f} µs")


def toxicity(table: Table, assessor: Assessor, path: Path) -> None:
    """How well texts are ranked; the file is measured on and learned from nowhere."""
    report = evaluate(map(json.loads, path.read_text("utf-8").splitlines()), assessor, "forum")
    measured = next(one for one in report.fields if one.field == "toxicity")
    value = measured.auc or 0.0
    table.row("toxicity, AUC", f"{value:.3f} on {report.rows} texts, aim {TOXIC_AIM}", holds=value >= TOXIC_FLOOR)
    table.figure("toxicity, AUC", round(value, 3))


if __name__ == "__main__":
    sys.exit(main())
