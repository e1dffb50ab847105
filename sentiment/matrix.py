"""Labelled texts as numbers: their words, pairs and pieces as a sparse matrix, what the rules find as a table."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sentiment.analyzers import LOGIT, SwedishAnalyzer
from sentiment.evidence import gather, scale_name
from sentiment.grams import counted, seen
from sentiment.lexicon import swedish
from sentiment.tokens import tokenize
from sentiment.types import MOST_LETTERS

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
LABELS = ("negative", "neutral", "positive")
FOLDS = 5
LEAST_TEXTS_OF_WORD = 3


@dataclass(frozen=True, slots=True)
class Text:
    """A labelled text: −1, 0 or 1; `sample` names the labelling it comes from, which has three classes or two."""

    sample: str
    text: str
    kind: str | None
    label: int


@dataclass(frozen=True, slots=True)
class Data:
    """All texts as numbers: the words as (row, column, value), the rules as a table; samples and manners by index."""

    words: tuple[str, ...]
    row: Integers
    column: Integers
    value: Numbers
    rarity: Numbers
    """By column; the values hold it, the weights that are kept must too."""
    rules: tuple[str, ...]
    table: Numbers
    labels: Integers
    samples: tuple[str, ...]
    sample: Integers
    manners: tuple[str, ...]
    manner: Integers
    three: NDArray[np.bool_]
    """By sample: whether it has neutral texts."""
    folds: Integers
    by_rules: Numbers
    """The score of the rules as they are shipped."""


def numbers(texts: Sequence[Text]) -> Data:
    """All of `texts`, a row each, in their order."""
    lexicon, analyzer = swedish(), SwedishAnalyzer()
    counts: list[dict[str, float]] = []
    totals: list[Counter[str]] = []
    manners: list[str] = []
    by_rules: list[float] = []
    for one in texts:
        text = one.text[:MOST_LETTERS]
        tokens = tokenize(text)
        counts.append(counted([token.norm for token in seen(tokens)]))
        total: Counter[str] = Counter()
        for item in gather(text, tokens, lexicon, one.kind):
            total[item.feature] += item.value  # type: ignore[assignment]
        totals.append(total)
        manners.append(scale_name(one.kind, tokens))
        by_rules.append(sum(part.value for part in analyzer.tone(text, one.kind).parts) / LOGIT)
    frequency = Counter(name for count in counts for name in count)
    words = tuple(name for name, seen_in in frequency.items() if seen_in >= LEAST_TEXTS_OF_WORD)
    place = {name: index for index, name in enumerate(words)}
    rarity = [math.log((1 + len(texts)) / (1 + frequency[name])) for name in words]
    cells = [
        (row, column, value * rarity[column])
        for row, count in enumerate(counts)
        for name, value in count.items()
        if (column := place.get(name)) is not None
    ]
    rules = tuple(sorted({name for total in totals for name in total}))
    samples, known = tuple(dict.fromkeys(one.sample for one in texts)), tuple(dict.fromkeys(manners))
    labels = np.array([one.label for one in texts])
    sample = np.array([samples.index(one.sample) for one in texts])
    return Data(
        words=words,
        row=np.array([cell[0] for cell in cells], dtype=np.int64),
        column=np.array([cell[1] for cell in cells], dtype=np.int64),
        value=np.array([cell[2] for cell in cells], dtype=np.float64),
        rarity=np.array(rarity),
        rules=rules,
        table=np.array([[total[name] for name in rules] for total in totals], dtype=np.float64),
        labels=labels,
        samples=samples,
        sample=sample,
        manners=known,
        manner=np.array([known.index(name) for name in manners]),
        three=np.array([bool((labels[sample == index] == 0).any()) for index in range(len(samples))]),
        folds=np.array([_fold(one.text) for one in texts]),
        by_rules=np.array(by_rules),
    )


def _fold(text: str) -> int:
    """By the text, so that one that stands twice is never both learned and asked."""
    return int(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(), 16) % FOLDS
