"""Learns which one of several classes a text is of: linear support vectors, by dual coordinate descent.

Against logistic regression (`sentiment.classifier_fit`) it needs far fewer rounds and holds rare classes apart better.
Two voices learn, and their weights are added up: one by all features of all texts, one by words and pairs of words of
whole texts alone, since pieces of words, which help most where words are few, drown them where they are many. What
comes out are weights as `sentiment.classifier` takes them, with the margins scaled to chances. The same texts give the
same weights: the order is drawn from a fixed seed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sentiment.classifier import STEPS_OF_WEIGHT, Numbers, Outputs, Weights
from sentiment.grams import PIECE, features, of_pairs

ROUNDS = 5
"""Through all texts; more change nothing that shows."""
COST = 0.3
"""Of a text on the wrong side of its margin, against the size of the weights."""
BALANCE = 0.75
"""Power of a class's rarity by which its texts cost more: 0 counts each text alike, 1 each class."""
LEAST_TEXTS = 2
"""Of a feature; what is rarer tells of those texts alone."""
PIECES_COUNT = 5 / 3
"""What pieces of words count here against what they count elsewhere (`grams.PIECE_VALUE`)."""
SHARE = 0.5
"""Of the second voice beside the first."""
COARSE = 2
"""Steps to which weights are rounded: fewer cost right answers, more cost space."""
APART = 7
"""Every so manieth stretch of texts is kept apart to see what a margin is worth; then all teach."""
STRETCH = 20
"""Texts that stay together: the same thing may be said twice side by side."""
STEEPNESS = tuple(0.25 * step for step in range(2, 41))
"""What a margin may be multiplied by to become a logit."""
STILL = 1e-4
"""Of a text that moves less the weights need not hear."""
TINY = 1e-9
SEED = 0


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text's words, and the class it is of."""

    words: tuple[str, ...]
    label: str
    cost: float = 1.0
    """How much it weighs among the others."""
    whole: bool = True
    """False for a part of another text; only whole texts teach the second voice."""


Unit = tuple[NDArray[np.int64], Numbers]
"""Places of features, and a text's values of them."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What a text has of each feature."""

    places: NDArray[np.int64]
    heard: Numbers
    """As `sentiment.classifier` hears it."""
    learned: Numbers
    """With what is said again counting by its logarithm."""


def fit(texts: Sequence[Labelled], classes: Sequence[str], most_features: int) -> Weights:
    """Learn from `texts`; the outputs are `classes`, of which one is right; the heaviest features stay."""
    place, scale = _features(texts)
    rows = [_row(text.words, place) for text in texts]
    labels = np.array([classes.index(text.label) for text in texts])
    cost = np.array([text.cost for text in texts], np.float32)
    whole = np.array([text.whole for text in texts])
    no_pieces = scale * np.array([not feature.startswith(PIECE) for feature in place], np.float32)

    def learned(among: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
        first, bias = _voice(rows, scale, labels, cost, np.flatnonzero(among), len(classes))
        second, more = _voice(rows, no_pieces, labels, cost, np.flatnonzero(among & whole), len(classes))
        return first + SHARE * second, bias + SHARE * more

    taught = np.arange(len(rows)) // STRETCH % APART != 0
    apart = np.flatnonzero(~taught)
    table, bias = learned(taught)
    margins = np.array([rows[index].heard @ table[rows[index].places] + bias for index in apart])
    steep = _steepness(margins.reshape(-1, len(classes)), labels[apart], cost[apart])
    table, bias = learned(np.ones_like(taught))
    table *= steep
    step = np.maximum(np.abs(table).max(axis=0), 1e-6) / STEPS_OF_WEIGHT
    most = STEPS_OF_WEIGHT // COARSE
    steps = (COARSE * np.clip(np.round(table / step / COARSE), -most, most)).astype(np.int8)
    heaviest = np.argsort(-np.abs(table).max(axis=1), kind="stable")[:most_features]
    kept = np.sort(heaviest[(steps[heaviest] != 0).any(axis=1)])
    known = tuple(place)
    names = tuple(known[row] for row in kept)
    return Weights(names, tuple(classes), steps[kept], step.astype(np.float32), (bias * steep).astype(np.float32))


def _features(texts: Sequence[Labelled]) -> tuple[dict[str, int], Numbers]:
    """Each feature that enough texts have, with its place; and by place what it counts."""
    spread = Counter(feature for text in texts for feature in dict(features(text.words)))
    kept = sorted(feature for feature, count in spread.items() if count >= LEAST_TEXTS)
    rarity = [math.log((1 + len(texts)) / (1 + spread[feature])) for feature in kept]
    counts = [PIECES_COUNT if feature.startswith(PIECE) else 1.0 for feature in kept]
    worth = np.array(rarity, np.float32) * np.array(counts, np.float32)
    return {feature: index for index, feature in enumerate(kept)}, worth


def _row(words: Sequence[str], place: dict[str, int]) -> _Row:
    cells: dict[int, tuple[float, float]] = {}
    parts = [(tuple(features((word,))), times) for word, times in Counter(words).items()]
    parts += [(((pair, 1.0),), times) for pair, times in Counter(of_pairs(words)).items()]
    for part, times in parts:
        calm = 1 + math.log(times)
        for feature, value in part:
            if (index := place.get(feature)) is not None:
                heard, learned = cells.get(index, (0.0, 0.0))
                cells[index] = heard + value * times, learned + value * calm
    values = np.array(list(cells.values()), np.float32).reshape(-1, 2)
    share = np.float32(math.sqrt(len(words) or 1))
    return _Row(np.fromiter(cells, np.int64, len(cells)), values[:, 0] / share, values[:, 1])


def _voice(
    rows: Sequence[_Row],
    scale: Numbers,
    labels: NDArray[np.int64],
    cost: Numbers,
    taught: NDArray[np.int64],
    classes: int,
) -> tuple[Numbers, Numbers]:
    """Weights, and a bias for each class, of what is heard. Each text teaches as a vector of length 1."""
    units: list[Unit] = []
    lengths: list[float] = []
    for index in taught:
        row = rows[index]
        worth = scale[row.places]
        values = row.learned * worth
        units.append((row.places, values / max(float(np.linalg.norm(values)), TINY)))
        lengths.append(float(np.linalg.norm(row.heard * worth)))
    table, bias = _learn(units, labels[taught], cost[taught], len(scale), classes)
    # a text is heard without being made a vector of length 1: the weights do so for the usual one
    usual = max(float(np.median(lengths)), TINY) if lengths else 1.0
    return table * (scale / np.float32(usual))[:, None], bias


def _learn(
    units: Sequence[Unit], labels: NDArray[np.int64], cost: Numbers, count: int, classes: int
) -> tuple[Numbers, Numbers]:
    """One class against the others, for all classes at once (Hsieh et al. 2008, algorithm 1, with squared loss)."""
    table: Numbers = np.zeros((count, classes), np.float32)
    bias: Numbers = np.zeros(classes, np.float32)
    sign = np.where(np.arange(classes) == labels[:, None], 1, -1).astype(np.float32)
    share = np.bincount(labels, minlength=classes) / max(len(units), 1)
    rarity = (1 / np.maximum(share, 1e-6) / classes) ** BALANCE
    slack = 1 / (2 * COST * cost[:, None] * np.where(sign > 0, rarity, 1)).astype(np.float32)
    length = np.array([values @ values + 1 for _, values in units], np.float32)
    pull: Numbers = np.zeros_like(sign)
    order = np.random.default_rng(SEED)
    for _ in range(ROUNDS):
        for index in order.permutation(len(units)):
            places, values = units[index]
            here = table[places]
            slope = sign[index] * (values @ here + bias) - 1 + slack[index] * pull[index]
            new = np.maximum(pull[index] - slope / (length[index] + slack[index]), 0)
            moved = (new - pull[index]) * sign[index]
            if np.abs(moved).max() < STILL:
                continue
            pull[index] = new
            table[places] = here + values[:, None] * moved
            bias += moved
    return table, bias


def _steepness(margins: Numbers, labels: NDArray[np.int64], cost: Numbers) -> float:
    """By what margins are multiplied so that their softmax is as sure as it is right."""
    outputs = Outputs(tuple(str(index) for index in range(margins.shape[1])), (slice(0, margins.shape[1]),))

    def surprise(steep: float) -> float:
        chances = outputs.chances(margins * steep)
        return float(-(cost * np.log(chances[np.arange(len(labels)), labels])).sum())

    return min(STEEPNESS, key=surprise) if len(labels) else 1.0
