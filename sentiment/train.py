"""Trains the learned layer from labelled texts, and says by cross-validation what it is worth beside the rules alone.

Logistic regression with L2, by Adam over all texts at once. Texts of three classes give two thresholds on one score
(cumulative logits) and teach what moves these apart, which is how a text that is neither good nor bad is told from one
that is both; those of two classes give one. Needs numpy, which the trained layer does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sentiment.coefficients import Scale, shipped
from sentiment.evaluate import macro_f1
from sentiment.fit import calibrate
from sentiment.matrix import FOLDS, LABELS, Data, Integers, Numbers, Text, numbers
from sentiment.model import LEAST_LEFT, RULE, Manner, Model

STEPS = 60
"""More do not move the cross-validated figures."""
PACE = 0.05
PULL = 0.0075
"""L2 towards nought for words, for each text learned from. Tried from 0.0002 to 0.03 on three Swedish sets together."""
RULE_PULL = 1.0
"""The same for rules, in all: they are few, and found in many texts."""
BALANCE = 0.7
"""How far rare labels are weighed up: 0 not at all, 1 to equal shares. Macro-F1 is what is wanted."""
MOST_WEIGHTS = 40_000
"""Words, pairs and pieces that are kept: half a megabyte; the figures of the full list are the same."""
LEAST_OF_MANNER = 100
"""Texts of a manner of writing that are needed to set its thresholds."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Cross-validated macro-F1 on one sample: of the trained layer, and of the rules alone."""

    sample: str
    texts: int
    learned: float
    rules: float


@dataclass(frozen=True, slots=True)
class Trained:
    """The model of all texts, and what such a model is worth on texts it has not seen."""

    model: Model
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class _Fitted:
    words: Numbers
    rules: Numbers
    calm_words: Numbers
    calm_rules: Numbers
    """How far they move the two thresholds apart, where a sample has three classes."""
    low: Numbers
    high: Numbers
    """By sample: the scores that part negative from the rest, and positive from the rest."""


def train(texts: Sequence[Text]) -> Trained:
    """Learn from `texts`. Raises ValueError where a sample lacks negative or positive texts."""
    data = numbers(texts)
    for index, name in enumerate(data.samples):
        if not {-1, 1} <= set(data.labels[data.sample == index].tolist()):
            raise ValueError(f"{name} needs both negative and positive texts")
    scores = np.zeros(len(texts))
    told = np.zeros(len(texts), dtype=np.int64)
    for fold in range(FOLDS):
        held = data.folds == fold
        fitted = _fit(data, ~held)
        manners = _manners(data, fitted)
        for index, name in enumerate(data.manners):
            chosen = held & (data.manner == index)
            if (manner := manners.get(name)) is None:
                scores[chosen] = data.by_rules[chosen]
                told[chosen] = _label(data.by_rules[chosen], shipped().scales[name])
            else:
                scores[chosen] = _centred(data, fitted, manner)[chosen]
                told[chosen] = _label(scores[chosen], manner.scale)
    figures = tuple(_figure(data, index, told, scores) for index in range(len(data.samples)))
    fitted = _fit(data, np.ones(len(texts), dtype=np.bool_))
    weights = _named(data, fitted.words, fitted.rules)
    calm = _named(data, fitted.calm_words, fitted.calm_rules)
    return Trained(Model(weights, calm, _manners(data, fitted, scores)), figures)


def _named(data: Data, words: Numbers, rules: Numbers) -> dict[str, float]:
    named = zip((*data.words, *(RULE + name for name in data.rules)), (*(words * data.rarity), *rules), strict=True)
    return {name: float(weight) for name, weight in named if weight}


def _fit(data: Data, used: NDArray[np.bool_]) -> _Fitted:
    """Weights from the texts that are `used`, all but the heaviest words cut away."""
    words, rules, samples = len(data.words), len(data.rules), len(data.samples)
    values = np.concatenate([np.zeros(2 * (words + rules)), np.full(samples, -0.5), np.full(samples, 0.5)])
    weights = np.concatenate([np.full(words, PULL * used.sum()), np.full(rules, RULE_PULL)])
    pull = np.concatenate([weights, weights, np.zeros(2 * samples)])
    force = _force(data, used)
    seen, calming = _Cells(data, used), _Cells(data, used & data.three[data.sample])
    mean, spread = np.zeros_like(values), np.zeros_like(values)
    for step in range(1, STEPS + 1):
        slope = (_slope(data, _unpacked(data, values), force, seen, calming) + pull * values) / used.sum()
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.999 * spread + 0.001 * slope * slope
        values -= PACE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    fitted = _unpacked(data, values)
    worth = np.hypot(fitted.words, fitted.calm_words) * np.sqrt(np.bincount(seen.column, minlength=words))
    kept = worth >= (np.sort(worth)[-MOST_WEIGHTS] if words > MOST_WEIGHTS else 0.0)
    return replace(fitted, words=fitted.words * kept, calm_words=fitted.calm_words * kept)


class _Cells:
    """The cells of the matrix that belong to some of the texts."""

    def __init__(self, data: Data, chosen: NDArray[np.bool_]) -> None:
        inside = chosen[data.row]
        self.row, self.column, self.value = data.row[inside], data.column[inside], data.value[inside]

    def times(self, words: Numbers, texts: int) -> Numbers:
        """By text, the sum of what its words weigh."""
        return np.bincount(self.row, self.value * words[self.column], texts).astype(np.float64)

    def back(self, by_text: Numbers, words: int) -> Numbers:
        """By word, the sum of what its texts say."""
        return np.bincount(self.column, self.value * by_text[self.row], words).astype(np.float64)


def _unpacked(data: Data, values: Numbers) -> _Fitted:
    words, rules, samples = len(data.words), len(data.rules), len(data.samples)
    parts = np.split(values, np.cumsum([words, rules, words, rules, samples]))
    return _Fitted(*parts)


def _force(data: Data, used: NDArray[np.bool_]) -> Numbers:
    """How much each text weighs: rare labels more, small samples more, unused texts nothing."""
    force = np.zeros(len(data.labels))
    largest = max(int((data.sample[used] == index).sum()) for index in range(len(data.samples)))
    for index in range(len(data.samples)):
        inside = used & (data.sample == index)
        present = np.unique(data.labels[inside])
        for label in present:
            share = (data.labels[inside] == label).mean()
            even = (1 / len(present) / share) ** BALANCE
            force[inside & (data.labels == label)] = even * (largest / inside.sum()) ** 0.5
    return force


def _centred(data: Data, fitted: _Fitted, manner: Manner) -> Numbers:
    """By text its score as the model tells it in this manner of writing: nought is neither good nor bad."""
    every = _Cells(data, np.ones(len(data.labels), dtype=np.bool_))
    scores = every.times(fitted.words, len(data.labels)) + data.table @ fitted.rules - manner.middle
    if not manner.calms:
        return scores
    calm = every.times(fitted.calm_words, len(data.labels)) + data.table @ fitted.calm_rules
    moved: Numbers = np.sign(scores) * np.maximum(np.abs(scores) * LEAST_LEFT, np.abs(scores) - calm)
    return moved


def _slope(data: Data, fitted: _Fitted, force: Numbers, seen: _Cells, calming: _Cells) -> Numbers:
    """Of the loss, which is that of two yes-no questions a text: is it more than negative, is it positive?"""
    three, words, samples = data.three[data.sample], len(data.words), len(data.samples)
    scores = seen.times(fitted.words, len(force)) + data.table @ fitted.rules
    calm = calming.times(fitted.calm_words, len(force)) + data.table @ fitted.calm_rules
    low, high = fitted.low[data.sample], fitted.high[data.sample]
    middle = (low + high) / 2  # where two classes part
    over_low = (_sigmoid(scores - np.where(three, low - calm, middle)) - (data.labels > -1)) * force
    over_high = (_sigmoid(scores - np.where(three, high + calm, middle)) - (data.labels > 0)) * force
    both, apart = over_low + over_high, np.where(three, over_low - over_high, 0.0)
    return np.concatenate(
        [
            seen.back(both, words),
            data.table.T @ both,
            calming.back(apart, words),
            data.table.T @ apart,
            -np.bincount(data.sample, over_low, samples),
            -np.bincount(data.sample, over_high, samples),
        ]
    )


def _sigmoid(values: Numbers) -> Numbers:
    result: Numbers = 1 / (1 + np.exp(-np.clip(values, -60, 60)))
    return result


def _manners(data: Data, fitted: _Fitted, unseen: Numbers | None = None) -> dict[str, Manner]:
    """Thresholds by manner of writing. `unseen`: scores that each text got while it was left out, for the chances."""
    manners = {}
    for index, name in enumerate(data.manners):
        inside = data.manner == index
        sample = _deciding(data, inside)
        if sample is None:
            continue
        chosen = inside & (data.sample == sample)
        middle = float(fitted.low[sample] + fitted.high[sample]) / 2
        manner = Manner(middle, bool(data.three[sample]), shipped().scales[name])
        slope, low, high = calibrate(unseen[chosen], data.labels[chosen]) if unseen is not None else (1.0, 0.0, 0.0)
        if manner.calms:
            cuts = float(fitted.low[sample]) - middle, float(fitted.high[sample]) - middle
            scale = Scale(*cuts, slope, low, high)
        else:
            # nobody labelled what is neutral here: as wide as it is by the rules, in the wider scores of this layer
            wider = float(np.std(_centred(data, fitted, manner)[chosen]) / (np.std(data.by_rules[chosen]) or 1.0))
            cuts = manner.scale.negative * wider, manner.scale.positive * wider
            scale = Scale(*cuts, slope, *cuts)
        manners[name] = replace(manner, scale=scale)
    return manners


def _deciding(data: Data, inside: NDArray[np.bool_]) -> int | None:
    """The sample that sets the thresholds: one with all three classes, if any, and then the largest."""
    counts = [int((inside & (data.sample == index)).sum()) for index in range(len(data.samples))]
    enough = [index for index, count in enumerate(counts) if count >= LEAST_OF_MANNER]
    return max(enough, key=lambda index: (data.three[index], counts[index]), default=None)


def _label(scores: Numbers, scale: Scale) -> Integers:
    return np.where(scores <= scale.negative, -1, np.where(scores >= scale.positive, 1, 0)).astype(np.int64)


def _figure(data: Data, index: int, told: Integers, scores: Numbers) -> Figure:
    chosen = data.sample == index
    labels = data.labels[chosen]
    if data.three[index]:
        rules = np.zeros_like(labels)
        for number, name in enumerate(data.manners):
            inside = data.manner[chosen] == number
            rules[inside] = _label(data.by_rules[chosen][inside], shipped().scales[name])
        learned = told[chosen]
    else:
        rules = np.where(data.by_rules[chosen] > 0, 1, -1)
        learned = np.where(scores[chosen] > 0, 1, -1)
    return Figure(data.samples[index], len(labels), _macro(labels, learned), _macro(labels, rules))


def _macro(labels: Integers, told: Integers) -> float:
    return macro_f1([LABELS[label + 1] for label in labels], [LABELS[label + 1] for label in told])
