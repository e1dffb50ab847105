"""What each feature weighs, where the labels part, and how sure a score is: read from data/coefficients.tsv."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).parent / "data" / "coefficients.tsv"
SCALES = ("pictured", "post", "review", "sober")


@dataclass(frozen=True, slots=True)
class Scale:
    """How scores become labels for one manner of writing; scores in logits."""

    negative: float
    """At or under it a text is negative."""
    positive: float
    """At or over it a text is positive."""
    slope: float
    low: float
    high: float
    """Chance of negative: logistic(slope · (low − score)); of positive: logistic(slope · (score − high))."""

    def chances(self, score: float) -> tuple[float, float, float]:
        """The chances of negative, neutral, positive; they sum to 1."""
        negative = logistic(self.slope * (self.low - score))
        positive = logistic(self.slope * (score - self.high))
        return negative, max(0.0, 1 - negative - positive), positive


@dataclass(frozen=True, slots=True)
class Coefficients:
    """All fitted numbers."""

    weights: Mapping[str, float]
    """Logits per unit of a feature."""
    scales: Mapping[str, Scale]
    """By manner of writing: see `evidence.scale_name`."""


def logistic(value: float) -> float:
    """1 / (1 + e^−value), safe for any size."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


@cache
def shipped() -> Coefficients:
    """The coefficients that come with the package, read once."""
    return read(PATH)


def read(path: Path) -> Coefficients:
    """The coefficients in `path`. Raises KeyError when a scale is incomplete, ValueError when a number is none."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    numbers = {feature: float(value) for feature, value in rows}
    scales = {
        name: Scale(*(numbers.pop(f"{name}.{part}") for part in ("negative", "positive", "slope", "low", "high")))
        for name in SCALES
    }
    return Coefficients(numbers, scales)


def write(path: Path, coefficients: Coefficients, heading: str) -> None:
    """Writes a file that `read` takes, with `heading` as comment lines before the numbers."""
    lines = [f"# {line}" for line in heading.splitlines()]
    lines += [f"{name}\t{value:+.3f}" for name, value in sorted(coefficients.weights.items())]
    for name in SCALES:
        scale = coefficients.scales[name]
        lines += [
            f"{name}.{part}\t{getattr(scale, part):+.3f}" for part in ("negative", "positive", "slope", "low", "high")
        ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
