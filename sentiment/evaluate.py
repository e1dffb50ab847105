"""Figures on how well labels are told: precision, recall, F1, macro-F1, AUC. Pure functions over plain sequences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """How well one class is told, each 0…1; `support` is how many texts truly are of it."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


def by_class(true: Sequence[str], told: Sequence[str]) -> tuple[ClassFigures, ...]:
    """Figures for each label that stands in either sequence, in alphabetical order.

    Raises ValueError when the sequences differ in length.
    """
    pairs = list(zip(true, told, strict=True))
    figures = []
    for label in sorted({*true, *told}):
        right = sum(one == other == label for one, other in pairs)
        truly, said = sum(one == label for one, _ in pairs), sum(other == label for _, other in pairs)
        precision, recall = _share(right, said), _share(right, truly)
        f1 = _share(2 * right, said + truly)
        figures.append(ClassFigures(label, precision, recall, f1, truly))
    return tuple(figures)


def macro_f1(true: Sequence[str], told: Sequence[str]) -> float:
    """Mean F1 over the labels that truly occur: a label that is only told wrongly costs the others' precision."""
    scores = [figures.f1 for figures in by_class(true, told) if figures.support]
    return sum(scores) / len(scores) if scores else 0.0


def auc(positive: Sequence[bool], scores: Sequence[float]) -> float:
    """The share of (positive, other) pairs ranked rightly, ties half; 0.5 when there are no pairs."""
    ranked = sorted(zip(scores, positive, strict=True))
    total, index = 0.0, 0
    while index < len(ranked):
        end = index
        while end < len(ranked) and ranked[end][0] == ranked[index][0]:
            end += 1
        mean_rank = (index + end + 1) / 2
        total += mean_rank * sum(is_positive for _, is_positive in ranked[index:end])
        index = end
    hits = sum(positive)
    others = len(ranked) - hits
    return (total - hits * (hits + 1) / 2) / (hits * others) if hits and others else 0.5


def reliability(
    confidences: Sequence[float], right: Sequence[bool], bins: int = 5
) -> tuple[tuple[float, float, int], ...]:
    """(mean confidence, share that was right, count) per bin of equal width; empty bins are left out."""
    rows = []
    for step in range(bins):
        low, high = step / bins, (step + 1) / bins
        inside = [
            (one, hit)
            for one, hit in zip(confidences, right, strict=True)
            if low <= one < high or (one >= 1.0 and high >= 1.0)
        ]
        if inside:
            count = len(inside)
            rows.append((sum(one for one, _ in inside) / count, sum(hit for _, hit in inside) / count, count))
    return tuple(rows)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
