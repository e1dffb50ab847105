"""Teaches the judge from the posts that we wrote and labelled ourselves: `python -m pipelines.teach DIR [--write]`.

pipelines/texts/*.jsonl hold a post a line with its answers, as `eval` takes them. Prints what the judge is worth on
posts it was not taught by, beside the rules alone: in five parts, neighbours kept together, since a post and its
innocent twin stand side by side. With --write, teaches by all of them and replaces the weights that are shipped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.config import load
from pipelines.enrich.assess import Assessor, ByRules
from pipelines.enrich.contract import read_post
from pipelines.enrich.judge import EMPLOYEE, LANGUAGES, PATH, TONES, URGENT, Judge, outputs
from pipelines.evaluate import evaluate
from pipelines.figures import Measured, Report
from pipelines.types import Assessment, Entry, Role
from sentiment.classifier import Classifier, Outputs, Weights, save
from sentiment.classifier_fit import Example, fit

ROOT = Path(__file__).resolve().parents[1]
TEXTS = Path(__file__).parent / "texts"
FOLDS = 5
NEIGHBOURS = 10
"""Posts that stay together: pairs were written side by side."""
LEAST_OF_FLAG = 8
"""Posts with a suspicion (category, role) that are needed to learn it."""
LABELS = ("tone", "stance", "intent")
"""Each post has one of each, where it is told: suspicious posts in such numbers would make all others seem idle."""
BORNE = {"alert": URGENT, "by_employee": EMPLOYEE}
"""Labels that a post bears or not, and the questions they answer."""
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Post:
    """A labelled post and what the rules find in it."""

    row: Row
    entry: Entry
    found: ByRules
    part: int


def posts(assessor: Assessor, folder: Path = TEXTS) -> list[Post]:
    """All posts of `folder` in the languages that the judge reads, in the order of their files."""
    read = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            row: Row = json.loads(line)
            entry = read_post(row)
            found = assessor.by_rules(entry)
            if row["tone"] in TONES and found.language in LANGUAGES and found.words:
                read.append(Post(row, entry, found, _part(f"{path.stem} {number // NEIGHBOURS}")))
    return read


def _part(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % FOLDS


def asked(taught: Iterable[Post]) -> Outputs:
    """The questions that these posts can answer."""
    counts = Counter(found for post in taught for found in _flags(post.row))
    return outputs(sorted(found for found, count in counts.items() if count >= LEAST_OF_FLAG), whose=True)


def teach(taught: Sequence[Post], questions: Outputs) -> Weights:
    """What `taught` teaches."""
    return fit([_example(post, questions) for post in taught], questions)


def _example(post: Post, questions: Outputs) -> Example:
    flags = _flags(post.row)
    right = {f"{field}:{post.row[field]}" for field in LABELS if field in post.row}
    right |= {f"flag:{category}:{role}" for category, role in flags}
    right |= {f"category:{category}" for category, _ in flags} | {f"role:{role}" for _, role in flags}
    right |= {name for label, name in BORNE.items() if post.row.get(label)}
    aimed = {f"target:{target}" for target in _targets(post.row)}
    right |= aimed
    unknown = (*(f"{field}:" for field in LABELS if field not in post.row), *(("target:",) if len(aimed) != 1 else ()))
    targets = tuple(math.nan if name.startswith(unknown) else float(name in right) for name in questions.names)
    return Example(tuple(post.found.words), post.found.signs, targets)


def _targets(row: Row) -> set[str]:
    flags = row["flags"]
    assert isinstance(flags, list)
    return {flag["target"] for flag in flags if "target" in flag}


def _flags(row: Row) -> list[tuple[str, Role]]:
    flags = row["flags"]
    assert isinstance(flags, list)
    return [(flag["category"], flag["role"]) for flag in flags]


class Concluded:
    """Assesses the posts from what was found in them: each by the judge of its part, or by the rules alone."""

    def __init__(self, assessor: Assessor, taught: Sequence[Post], judges: Mapping[int, Judge]) -> None:
        self._assessor = assessor
        self._posts = {post.entry.id: post for post in taught}
        self._judges = judges

    def assess_all(self, entries: Iterable[Entry]) -> Iterator[Assessment]:
        for entry in entries:
            post = self._posts[entry.id]
            yield from self._assessor.conclude([(post.entry, post.found)], self._judges.get(post.part))


def _strangers(taught: Sequence[Post], questions: Outputs) -> dict[int, Judge]:
    """For each part a judge that was taught by the other parts only."""
    return {
        part: Judge(Classifier(teach([post for post in taught if post.part != part], questions)))
        for part in range(FOLDS)
    }


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m pipelines.teach", description=__doc__)
    parser.add_argument("config", type=Path, metavar="DIR", help="the configuration whose names the posts hold")
    parser.add_argument("--write", action="store_true", help="replace the weights that are shipped")
    parser.add_argument("--no-figures", action="store_true", help="do not measure first, which takes some minutes")
    given = parser.parse_args(arguments)
    assessor = Assessor(load(given.config), judged=False)
    taught = posts(assessor)
    questions = asked(taught)
    if not given.no_figures:
        rows = [post.row for post in taught]
        alone = evaluate(rows, Concluded(assessor, taught, {}))
        judged = evaluate(rows, Concluded(assessor, taught, _strangers(taught, questions)))
        sys.stdout.writelines(f"{line}\n" for line in _compared(alone, judged))
    if given.write:
        PATH.parent.mkdir(exist_ok=True)
        save(teach(taught, questions), PATH)
        sys.stdout.write(f"{PATH.relative_to(ROOT)}: {len(taught)} posts, {PATH.stat().st_size / 1e6:.2f} MB\n")


def _compared(alone: Report, judged: Report) -> Iterator[str]:
    yield f"{'posts not taught by':<20} {'rows':>5}  {'rules':>6}  {'judged':>6}"
    for before, after in zip(alone.fields, judged.fields, strict=True):
        yield f"{after.field:<20} {after.rows:>5}  {_share(before):>6.3f}  {_share(after):>6.3f}"
        if after.field in ("flags", "alert"):
            shown = after.micro or next(one for one in after.classes if one.label == "yes")
            first = before.micro or next(one for one in before.classes if one.label == "yes")
            yield (
                f"  precision {first.precision:.3f} -> {shown.precision:.3f}, "
                f"recall {first.recall:.3f} -> {shown.recall:.3f}"
            )


def _share(measured: Measured) -> float:
    return measured.micro.f1 if measured.micro else measured.right


if __name__ == "__main__":
    main(sys.argv[1:])
