"""Teaches the types of crime: `python -m pipelines.teach_crime DIR [--write]`.

From the police's notices, police-notices.jsonl.gz (`id`, `type`, `text`, `body` a line) in the folder that
MEDIEBEVAKNING_LABELLED names, and from our own posts (pipelines/texts). The newest notices teach nothing: on them it
prints what the types are worth. With --write it replaces the weights that are shipped.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.config import load
from pipelines.config.schema import Group
from pipelines.enrich.assess import Assessor
from pipelines.enrich.crime import CATEGORY, OTHER, PATH
from pipelines.errors import UserError
from pipelines.teach import ROOT, Row, posts
from sentiment.classifier import Classifier, Weights, save
from sentiment.evaluate import ClassFigures, by_class, macro_f1
from sentiment.grams import seen
from sentiment.intervals import Interval, bootstrap
from sentiment.margin_fit import Labelled, fit
from sentiment.tokens import tokenize

FOLDER = "MEDIEBEVAKNING_LABELLED"
FILE = "police-notices.jsonl.gz"
LEFT_OUT = "none"
"""The group of notices that tell of no one event, and of what is not typed; it counts in no figure."""
NEWEST = 0.15
"""The share of the notices that is kept to measure by."""
MOST_FEATURES = 90_000
"""What is kept of words, pairs and pieces: weights under a megabyte."""
OWN_COST = 2.0
"""What a post of ours counts beside a notice: they are few, and written as citizens write."""
EVERY = 8
"""Of the posts without any suspicion every so manieth teaches what is no crime."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of the police with the group of its type."""

    group: str
    sentence: tuple[str, ...]
    """The words of its first sentence; of all of it:"""
    whole: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worth:
    """How well the groups of notices are told."""

    macro_f1: float
    interval: Interval
    """95 % of it, by bootstrap."""
    groups: tuple[ClassFigures, ...]


def notices(folder: Path, groups: Sequence[Group]) -> tuple[list[Notice], list[Notice]]:
    """The notices that have a group: those that may teach, and the newest, which may not.

    Raises UserError where the folder holds none, or a line that is none.
    """
    try:
        with gzip.open(folder / FILE, "rt", encoding="utf-8") as lines:
            rows = sorted(map(_read, lines), key=lambda row: row[0])
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{folder / FILE}: {error!r}. {FOLDER} must name the folder that holds it.") from error
    first = round(len(rows) * (1 - NEWEST))
    return list(_grouped(rows[:first], groups)), list(_grouped(rows[first:], groups))


def _read(line: str) -> tuple[int, str, str, str]:
    row = json.loads(line)
    return int(row["id"]), str(row["type"]), str(row["text"]), str(row["body"] or "")


def _grouped(rows: Sequence[tuple[int, str, str, str]], groups: Sequence[Group]) -> Iterator[Notice]:
    for _, kind, text, body in rows:
        group = next((group.id for group in groups if group.holds(kind)), LEFT_OUT)
        if group != LEFT_OUT:
            sentence = _words(text)
            yield Notice(group, sentence, (*sentence, *_words(body)))


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.norm for token in seen(tokenize(text)))


def own(assessor: Assessor) -> list[Labelled]:
    """Our posts whose crime has a type, and some that raise no suspicion."""
    taught = []
    for number, post in enumerate(posts(assessor)):
        label = _type(post.row) or (OTHER if number % EVERY == 0 and not post.row["flags"] else None)
        if label:
            taught.append(Labelled(tuple(post.found.words), label, OWN_COST))
    return taught


def _type(row: Row) -> str | None:
    flags = row["flags"]
    assert isinstance(flags, list)
    kinds: Iterator[Mapping[str, str]] = (flag for flag in flags if flag["category"] == CATEGORY)
    return next((flag["type"] for flag in kinds if "type" in flag), None)


def teach(taught: Sequence[Notice], posts_of_ours: Sequence[Labelled]) -> Weights:
    """What the notices teach, each by its first sentence and by all of it, and our posts."""
    texts = [
        text
        for notice in taught
        for text in (Labelled(notice.sentence, notice.group, whole=False), Labelled(notice.whole, notice.group))
    ]
    texts += posts_of_ours
    return fit(texts, sorted({text.label for text in texts}), MOST_FEATURES)


def told(classifier: Classifier, words: Sequence[str]) -> str:
    """The likeliest group of a notice, which is known to be of one."""
    logits = dict(zip(classifier.outputs, classifier.hear([(words, {})])[0].logits, strict=True))
    logits.pop(OTHER, None)
    return max(logits, key=logits.__getitem__)


def worth(classifier: Classifier, newest: Sequence[Notice], *, whole: bool) -> Worth:
    """What the weights are worth on notices that they were not taught by."""
    true = [notice.group for notice in newest]
    said = [told(classifier, notice.whole if whole else notice.sentence) for notice in newest]
    groups = sorted({*true, *said})
    pairs = Counter(zip(true, said, strict=True))
    interval, _ = bootstrap([[pairs[one, other] for other in groups] for one in groups])
    return Worth(macro_f1(true, said), interval, tuple(one for one in by_class(true, said) if one.support))


def _shown(found: Worth) -> str:
    low, high = found.interval
    return f"{found.macro_f1:.3f} ({low:.3f}–{high:.3f})"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipelines.teach_crime", description=__doc__)
    parser.add_argument("config", type=Path, metavar="DIR", help="the configuration that gathers types into groups")
    parser.add_argument("--write", action="store_true", help="replace the weights that are shipped")
    given = parser.parse_args(arguments)
    if not (folder := os.environ.get(FOLDER)):
        sys.stderr.write(f"{FOLDER} is not set. It must name the folder that holds {FILE}.\n")
        return 1
    try:
        config = load(given.config)
        taught, newest = notices(Path(folder), config.crime_groups)
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    ours = own(Assessor(config, judged=False))
    weights = teach(taught, ours)
    for name, whole in (("one sentence", False), ("with body", True)):
        found = worth(Classifier(weights), newest, whole=whole)
        sys.stdout.write(f"macro-F1 on {len(newest)} newer notices, {name}: {_shown(found)}\n")
    if given.write:
        save(weights, PATH)
        size = PATH.stat().st_size / 1e6
        sys.stdout.write(f"{PATH.relative_to(ROOT)}: {len(taught)} notices, {len(ours)} posts, {size:.2f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
