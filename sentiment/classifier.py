"""Answers several questions of a text at once, each as a sum over its words, pairs of words and named signs.

Weights are learned (`sentiment.classifier_fit`) and come as one file. Additive, so that an answer can say which words
speak for it; a word's pieces are looked up once for each word.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentiment.grams import of_pairs, of_word
from sentiment.memo import Memo

Numbers = NDArray[np.float32]
Float = np.floating[Any]
SIGN = "s:"
"""Begins the features that are no words: what the rules find."""
NO_WORDS = ("",)
"""Stands for the words of a text that has none, and weighs nothing."""
Text = tuple[Sequence[str], Mapping[str, float]]
"""Words, and signs with their values."""
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

    def chances(self, logits: NDArray[Float]) -> NDArray[Float]:
        """0…1 an output, the last axis of both; within a choice they sum to 1."""
        told: NDArray[Float] = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        for choice in self.choices:
            raised = np.exp(logits[..., choice] - logits[..., choice].max(axis=-1, keepdims=True))
            told[..., choice] = raised / raised.sum(axis=-1, keepdims=True)
        return told


class Heard(NamedTuple):
    """A text as the classifier takes it."""

    logits: Numbers
    """One number an output."""
    words: Numbers
    """What each word weighs by itself; shape (words, outputs)."""


class Classifier:
    """Answers by one set of weights, to any number of threads."""

    def __init__(self, weights: Weights) -> None:
        self.outputs = weights.outputs
        self._column = {output: column for column, output in enumerate(weights.outputs)}
        self._weights = weights
        self._place = dict(zip(weights.features, range(len(weights.features)), strict=True))
        self._words = Memo(self._word)

    def hear(self, texts: Sequence[Text]) -> list[Heard]:
        """Of each text the sum of what its words and signs weigh, the same beside whatever others it is heard."""
        if not texts:
            return []
        place, remembered = self._place, self._words
        shares = [1 / math.sqrt(len(words) or 1) for words, _ in texts]
        weighed: list[Numbers] = []
        rows: list[int] = []
        values: list[float] = []
        starts: list[tuple[int, int]] = []
        for (words, signs), share in zip(texts, shares, strict=True):
            starts.append((len(weighed), len(rows)))
            weighed += [remembered[word] for word in words or NO_WORDS]
            # any row nought times, since a sum of no rows is none
            rows.append(0)
            values.append(0.0)
            # what is not known adds nothing
            pairs = [row for pair in of_pairs(words) if (row := place.get(pair)) is not None]
            rows += pairs
            values += [share] * len(pairs)
            for sign, value in signs.items():
                if (row := place.get(SIGN + sign)) is not None:
                    rows.append(row)
                    values.append(value)
        table, step, bias = self._weights.table, self._weights.step, self._weights.bias
        first_words, first_rows = zip(*starts, strict=True)
        adds = np.concatenate(weighed).reshape(-1, len(self.outputs))
        total = np.add.reduceat(adds, first_words) * np.array(shares, np.float32)[:, None]
        total += np.add.reduceat(table[rows] * np.array(values, np.float32)[:, None], first_rows) * step
        return [*map(Heard, total + bias, np.split(adds, first_words[1:]))]

    def telling(self, heard: Heard, output: str, but: str | None = None) -> list[tuple[int, float]]:
        """What each word adds for `output` (rather than for `but`) in logits, by its index; the greatest first."""
        share = np.float32(1 / math.sqrt(len(heard.words)))
        worth = heard.words[:, self._column[output]] * share
        if but is not None:
            worth -= heard.words[:, self._column[but]] * share
        return sorted(enumerate(worth.tolist()), key=itemgetter(1), reverse=True)

    def _word(self, word: str) -> Numbers:
        known = [(row, value) for feature, value in of_word(word) if (row := self._place.get(feature)) is not None]
        rows, values = [row for row, _ in known], [value for _, value in known]
        weighed: Numbers = np.array(values, np.float32) @ (self._weights.table[rows] * self._weights.step)
        return weighed
