"""How far a figure can be trusted: 95 % intervals for shares (Wilson) and for macro-F1 and F1 (bootstrap, seeded)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Z = 1.96
"""Standard deviations that hold 95 % of a normal distribution."""
DRAWS = 400
"""Resamples of a bootstrap: the ends of its interval then move by less than a point between seeds."""
SEED = 20261122
Interval = tuple[float, float]


def wilson(hits: int, count: int) -> Interval:
    """The interval of a share of `hits` in `count`; all of 0…1 where there are none.

    Wilson (1927): unlike the textbook interval it stays within 0…1 and holds for small counts.
    """
    if not count:
        return 0.0, 1.0
    share = hits / count
    spread = Z * math.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    scale = 1 + Z * Z / count
    middle = share + Z * Z / (2 * count)
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def bootstrap(counts: Sequence[Sequence[int]]) -> tuple[Interval, tuple[Interval, ...]]:
    """Intervals of macro-F1 and of the F1 of each class, from a confusion table.

    `counts[i][j]` is how many texts of class i were told as class j; classes without texts are left out of the mean.
    Resamples the table instead of the texts, which comes to the same.
    """
    total = sum(map(sum, counts))
    present = [index for index, row in enumerate(counts) if sum(row)]
    if not total or not present:
        return (0.0, 1.0), tuple((0.0, 1.0) for _ in counts)
    drawn = np.random.default_rng(SEED).multinomial(total, [size / total for row in counts for size in row], DRAWS)
    tables = drawn.reshape(DRAWS, len(counts), len(counts))
    both = np.einsum("dcc->dc", tables)
    either = tables.sum(axis=1) + tables.sum(axis=2)
    scores = 2 * both / np.maximum(either, 1)
    return _middle(scores[:, present].mean(axis=1)), tuple(_middle(one) for one in scores.T)


def _middle(values: NDArray[np.float64]) -> Interval:
    """What lies between the lowest and the highest fortieth."""
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
