"""Learns the weights of a classifier from labelled texts: logistic regression, one text after the other (AdaGrad).

The same texts give the same weights: the order is drawn from a fixed seed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sentiment.classifier import SIGN, STEPS_OF_WEIGHT, Numbers, Outputs, Weights
from sentiment.grams import counted

ROUNDS = 8
"""Through all texts; more learn them by heart."""
PACE = 0.2
START = 0.01
"""Squared slope that a weight is taken to have moved by before: else its first step is a whole PACE, however small its
cause, and rare answers lean on whatever words stand about them."""
PULL = 1e-4
"""L2 towards nought, for each text a feature stands in."""
LEAST_TEXTS = 2
"""A word in one text only tells of that text."""
LEAST_TEXTS_OF_SIGN = 4
SIGN_VALUE = 0.5
"""What a sign counts beside the words: there are few, and each is in many texts."""
WORDS_LENGTH = 0.1375
"""Makes the words of a text about as long a vector as its signs."""
COARSE = 8
"""Steps to which the weights of words are rounded: fewer cost right answers, more cost space."""
SEED = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text: its words, its signs, and one number an output: 1 right, 0 wrong, NaN not known."""

    words: tuple[str, ...]
    signs: Mapping[str, float]
    targets: tuple[float, ...]


Row = tuple[NDArray[np.int64], Numbers]


def fit(examples: Sequence[Example], outputs: Outputs) -> Weights:
    """Learn from `examples`."""
    texts = [counted(example.words) for example in examples]
    spread = Counter(feature for counts in texts for feature in counts)
    signs = Counter(sign for example in examples for sign in example.signs)
    words = sorted(feature for feature, count in spread.items() if count >= LEAST_TEXTS)
    named = sorted(sign for sign, count in signs.items() if count >= LEAST_TEXTS_OF_SIGN)
    place = {feature: index for index, feature in enumerate((*words, *(SIGN + sign for sign in named)))}
    scale = {word: WORDS_LENGTH * math.log((1 + len(examples)) / (1 + spread[word])) for word in words}
    rows = [_row(counts, example.signs, place, scale) for counts, example in zip(texts, examples, strict=True)]
    table, bias = _learn(rows, np.array([example.targets for example in examples], np.float32), outputs, len(place))
    # a text's value of a feature holds its rarity; the weight that is kept must too
    table *= np.array([scale.get(feature, SIGN_VALUE) for feature in place], np.float32)[:, None]
    step = np.maximum(np.abs(table).max(axis=0), 1e-6) / STEPS_OF_WEIGHT
    steps = np.round(table / step).astype(np.int8)
    coarse = np.array([not feature.startswith(SIGN) for feature in place])
    steps[coarse] = COARSE * np.round(table[coarse] / step / COARSE).astype(np.int8)
    kept = np.flatnonzero((steps != 0).any(axis=1))
    names = tuple(place)
    return Weights(tuple(names[row] for row in kept), outputs.names, steps[kept], step.astype(np.float32), bias)


def _row(
    counts: Mapping[str, float], signs: Mapping[str, float], place: Mapping[str, int], scale: Mapping[str, float]
) -> Row:
    cells = {place[feature]: value * scale[feature] for feature, value in counts.items() if feature in place}
    cells |= {place[SIGN + sign]: value * SIGN_VALUE for sign, value in signs.items() if SIGN + sign in place}
    return np.fromiter(cells, np.int64, len(cells)), np.fromiter(cells.values(), np.float32, len(cells))


def _learn(rows: Sequence[Row], targets: Numbers, outputs: Outputs, count: int) -> tuple[Numbers, Numbers]:
    table: Numbers = np.zeros((count, len(outputs.names)), np.float32)
    known, wanted = ~np.isnan(targets), np.nan_to_num(targets)
    bias = _usual(wanted, known, outputs)
    moved = np.full_like(table, START)
    order = np.random.default_rng(SEED)
    for _ in range(ROUNDS):
        for index in order.permutation(len(rows)):
            places, values = rows[index]
            here = table[places]
            missed = (outputs.chances(values @ here + bias) - wanted[index]) * known[index]
            slope = values[:, None] * missed + PULL * here
            force = moved[places] + slope * slope
            moved[places] = force
            table[places] = here - PACE * slope / np.sqrt(force)
    return table, bias


def _usual(wanted: Numbers, known: NDArray[np.bool_], outputs: Outputs) -> Numbers:
    """The logits of an empty text: how often each answer is right at all. Words and signs say what differs."""
    share = (wanted.sum(axis=0) + 0.5) / (known.sum(axis=0) + 1)
    usual: Numbers = np.log(share / (1 - share)).astype(np.float32)
    for choice in outputs.choices:
        usual[choice] = np.log(share[choice])
    return usual
