"""Answers several questions of a text at once, each as a sum over its words, pairs of words and named signs.

Weights are learned (`sentiment.classifier_fit`) and come as one file. Additive, so that an answer can say which words
speak for it; a word's pieces are looked up once for each word.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentiment.grams import of_pair, of_word
from sentiment.memo import Memo

Numbers = NDArray[np.float32]
SIGN = "s:"
"""Begins the features that are no words: what the rules find."""
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


@dataclass(frozen=True, slots=True)
class Outputs:
    """The names of all outputs; `choices` are ranges of them of which exactly one is right."""

    names: tuple[str, ...]
    choices: tuple[slice, ...] = ()

    def chances(self, logits: Sequence[float]) -> list[float]:
        """0…1 an output; within a choice they sum to 1."""
        told = [1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))) for logit in logits]
        for choice in self.choices:
            greatest = max(logits[choice])
            raised = [math.exp(logit - greatest) for logit in logits[choice]]
            total = sum(raised)
            told[choice] = [one / total for one in raised]
        return told


class Heard(NamedTuple):
    """A text as the classifier takes it."""

    logits: list[float]
    """One number an output."""
    words: Numbers
    """What each word adds; shape (words, outputs)."""


class Classifier:
    """Answers by one set of weights, to any number of threads."""

    def __init__(self, weights: Weights) -> None:
        self.outputs = weights.outputs
        self._table: Numbers = weights.table * weights.step
        self._bias = weights.bias
        self._place = {feature: row for row, feature in enumerate(weights.features)}
        self._words = Memo(self._word)

    def hear(self, words: Sequence[str], signs: Mapping[str, float]) -> Heard:
        """The sum of what all words and signs weigh."""
        share = 1 / math.sqrt(len(words) or 1)
        # what is not known adds nothing
        place = self._place
        rows = [row for pair in pairwise(words) if (row := place.get(of_pair(*pair))) is not None]
        values = [share] * len(rows)
        for sign, value in signs.items():
            if (row := place.get(SIGN + sign)) is not None:
                rows.append(row)
                values.append(value)
        adds = np.array([self._words[word] for word in words], np.float32).reshape(-1, len(self.outputs)) * share
        total = adds.sum(axis=0) + np.asarray(values, np.float32) @ self._table[rows] + self._bias
        return Heard(total.tolist(), adds)

    def telling(self, heard: Heard, output: str, but: str | None = None) -> list[tuple[int, float]]:
        """What each word adds for `output` (rather than for `but`), by its index; the greatest first."""
        worth = heard.words[:, self.outputs.index(output)]
        if but is not None:
            worth = worth - heard.words[:, self.outputs.index(but)]
        return sorted(enumerate(worth.tolist()), key=lambda one: -one[1])

    def _word(self, word: str) -> Numbers:
        known = [(self._place[feature], value) for feature, value in of_word(word) if feature in self._place]
        rows = [row for row, _ in known]
        weighed: Numbers = np.asarray([value for _, value in known], np.float32) @ self._table[rows]
        return weighed
