"""What each rule brings: macro-F1 lost without it; where it fires, how many labels it mends and how many it breaks.

`python -m sentiment.ablate [KIND=]FILE.jsonl …`: rows with `text` and `label` of sources of KIND, or posts as
`mediebevakning eval` takes them (`source`, `title`, `text`, `tone`). A rule is left out by giving its features no
weight, without fitting the others anew. Rows in another language than Swedish, or marked held-out, are left out.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sentiment.coefficients import Scale, shipped
from sentiment.evaluate import macro_f1
from sentiment.evidence import gather, scale_name
from sentiment.language import detect
from sentiment.lexicon import swedish
from sentiment.tokens import tokenize

RULES: Mapping[str, tuple[str, ...]] = {
    "phrases": ("phrase+", "phrase-"),
    "compounds": ("first",),
    "emoji, emoticons": ("emoji+", "emoji-", "scorn", "laugh", "pictured", "scorned"),
    "swear words": ("swear",),
    "hostile phrases": ("hostile",),
    "negation of praise": ("negated+",),
    "negation of blame": ("negated-", "absent"),
    "idle negations": ("idle_negation",),
    "degrees": ("boosted", "strong"),
    "clauses with but": ("before_but", "blame_before_but"),
    "quotation": ("quoted", "doubted", "named"),
    "questions": ("question", "asked", "inquired"),
    "exclamation marks": ("exclaimed",),
    "irony": ("ironic",),
    "sport, fiction, idioms": ("staged",),
    "length and source": ("length", "source_post", "source_review"),
}
TWO_CLASSES = frozenset({"negative", "positive"})


class Judged(NamedTuple):
    """A labelled text with what speaks for its tone."""

    label: str
    totals: Mapping[str, float]
    scale: Scale


def read(path: Path, kind: str) -> list[Judged]:
    """The labelled Swedish texts of a file; `kind` is that of rows without `source`."""
    lexicon, scales = swedish(), shipped().scales
    judged = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        label = row.get("label") or row["tone"]
        text = f"{row['title']}\n{row['text']}" if row.get("title") else row["text"]
        foreign = "source" in row and detect(text, row.get("language"), "sv").code != "sv"
        if label == "unsure" or foreign or row.get("split") == "held-out":
            continue
        source = row.get("source", kind)
        tokens = tokenize(text)
        totals: dict[str, float] = {}
        for item in gather(text, tokens, lexicon, source):
            totals[item.feature] = totals.get(item.feature, 0.0) + item.value
        judged.append(Judged(label, totals, scales[scale_name(source, tokens)]))
    return judged


class Worth(NamedTuple):
    """What a rule does to texts: how many it is found in, and in how many of them it decides for right or for wrong."""

    fires: int
    mended: int
    broken: int

    def __add__(self, other: object) -> Worth:
        assert isinstance(other, Worth)
        return Worth(*(one + more for one, more in zip(self, other, strict=True)))

    @property
    def luck(self) -> float:
        """Chance that a rule that does neither good nor harm mends so many of the labels that it moves (sign test)."""
        moved = self.mended + self.broken
        chance: float = sum(math.comb(moved, count) for count in range(self.mended, moved + 1)) * 0.5**moved
        return chance


def worth(judged: Sequence[Judged], rule: Sequence[str]) -> Worth:
    """What the features `rule` do to the labels of the texts that have them."""
    having = [one for one in judged if any(one.totals.get(feature) for feature in rule)]
    two = {one.label for one in judged} == TWO_CLASSES
    pairs = zip(having, told(having, two), told(having, two, rule), strict=True)
    moved = [(label == one.label, bare == one.label) for one, label, bare in pairs]
    return Worth(len(having), moved.count((True, False)), moved.count((False, True)))


def figure(judged: Sequence[Judged], without: Sequence[str] = ()) -> float:
    """Macro-F1 when the features `without` weigh nothing; two classes are told by the sign."""
    two = {one.label for one in judged} == TWO_CLASSES
    return macro_f1([one.label for one in judged], told(judged, two, without))


def told(judged: Sequence[Judged], two: bool, without: Sequence[str] = ()) -> list[str]:
    """The labels when the features `without` weigh nothing."""
    weights = {name: value for name, value in shipped().weights.items() if name not in without}
    labels = []
    for one in judged:
        score = sum(weights.get(name, 0.0) * value for name, value in one.totals.items())
        low, high = (0.0, 0.0) if two else (one.scale.negative, one.scale.positive)
        labels.append("negative" if score <= low else "positive" if score >= high else "neutral")
    return labels


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m sentiment.ablate", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="[KIND=]FILE")
    sets = []
    for given in parser.parse_args(arguments).files:
        kind, _, name = given.rpartition("=")
        sets.append((Path(name).stem, read(Path(name), kind or "microblog")))
    wholes = [figure(judged) for _, judged in sets]
    lines = [f"{'':<26}" + "".join(f"{name[-16:]:>18}" for name, _ in sets) + "   fires  mended  broken    luck"]
    lines += [f"{'all rules':<26}" + "".join(f"{whole:>18.3f}" for whole in wholes)]
    for rule, features in RULES.items():
        losses = (whole - figure(judged, features) for whole, (_, judged) in zip(wholes, sets, strict=True))
        does = sum((worth(judged, features) for _, judged in sets), Worth(0, 0, 0))
        found = f"{does.fires:>8}{does.mended:>8}{does.broken:>8}{does.luck:>8.3f}"
        lines += [f"{rule:<26}" + "".join(f"{loss:>+18.3f}" for loss in losses) + found]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
