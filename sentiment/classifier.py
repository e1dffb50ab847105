"""Answers several questions of a text at once, each as a sum over its words, pairs of words and named signs.

Weights are learned (`sentiment.classifier_fit`) and come as one file. Additive, so that an answer can say which words
speak for it; a word's pieces are looked up once for each word.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sentiment.grams import of_pair, of_word

Numbers = NDArray[np.float32]
SIGN = "s:"
"""Begins the features that are no words: what the rules find."""
MOST_WORDS = 50_000
"""Words whose weights are remembered; a language has more, a day does not."""
STEPS_OF_WEIGHT = 127
"""A weight is kept as one of so many steps of its output's largest."""


@dataclass(frozen=True, slots=True)
class Weights:
    """All that was learned: one row of weights a feature, one column an output, in logits."""

    features: tuple[str, ...]
    outputs: tuple[str, ...]
    table: NDArray[np.int8]
    """Shape (features, outputs), in steps of `step`."""
    step: Numbers
    """By output."""
    bias: Numbers
    """By output."""


def save(weights: Weights, path: Path) -> None:
    """Write what `load` reads."""
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            features=_packed(weights.features),
            outputs=_packed(weights.outputs),
            table=weights.table,
            step=weights.step,
            bias=weights.bias,
        )


def load(path: Path) -> Weights:
    """The weights in `path`. Raises OSError or ValueError where it holds none; nothing in it is ever executed."""
    with np.load(path, allow_pickle=False) as held:
        return Weights(
            _unpacked(held["features"]), _unpacked(held["outputs"]), held["table"], held["step"], held["bias"]
        )


def _packed(names: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def _unpacked(held: NDArray[np.uint8]) -> tuple[str, ...]:
    # split at the line feed alone: a word may be a separator that splitlines would honour
    return tuple(held.tobytes().decode().split("\n"))


class Classifier:
    """Answers by one set of weights."""

    def __init__(self, weights: Weights) -> None:
        self.outputs = weights.outputs
        self._table = weights.table.astype(np.float32) * weights.step
        self._bias = weights.bias
        self._place = {feature: row for row, feature in enumerate(weights.features)}
        self._words: dict[str, Numbers] = {}

    def logits(self, words: Sequence[str], signs: Mapping[str, float]) -> Numbers:
        """One number an output: the sum of what all words and signs weigh."""
        total = self._bias.copy()
        if words:
            share = 1 / math.sqrt(len(words))
            total += np.add.reduce([self._word(word) for word in words]) * share
            if pairs := self._known(of_pair(*pair) for pair in pairwise(words)):
                total += np.add.reduce(self._table[pairs]) * share
        if found := [
            (row, value) for sign, value in signs.items() if (row := self._place.get(SIGN + sign)) is not None
        ]:
            rows, values = zip(*found, strict=True)
            total += np.asarray(values, np.float32) @ self._table[list(rows)]
        return total

    def telling(self, words: Sequence[str], aim: Numbers, most: int) -> list[tuple[int, float]]:
        """The words that speak most for `aim` (a weight an output), with what each adds; by index, greatest first."""
        share = 1 / math.sqrt(len(words) or 1)
        worth = [(index, float(self._word(word) @ aim) * share) for index, word in enumerate(words)]
        return sorted(worth, key=lambda one: -one[1])[:most]

    def _word(self, word: str) -> Numbers:
        known = self._words.get(word)
        if known is None:
            if len(self._words) >= MOST_WORDS:
                self._words.clear()
            known = np.zeros(len(self.outputs), np.float32)
            for feature, value in of_word(word):
                if (row := self._place.get(feature)) is not None:
                    known += self._table[row] * value
            self._words[word] = known
        return known

    def _known(self, features: Iterable[str]) -> list[int]:
        return [row for feature in features if (row := self._place.get(feature)) is not None]
