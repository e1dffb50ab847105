"""A text cut where evidence and mentions begin and end, so that a template can mark the pieces."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Kind = Literal["flag", "mention"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end` of a text, and why they matter."""

    start: int
    end: int
    kind: Kind
    label: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under the same marks."""

    text: str
    kind: Kind | None = None
    label: str = ""


def pieces(text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None) -> tuple[Piece, ...]:
    """The characters `start` to `end` of `text` in order, unbroken, each piece with the labels of all marks over it.

    A mark that reaches outside is cut; one that is empty or wholly outside is left out. Where marks overlap, a flag's
    kind goes before a mention's.
    """
    stop = max(start, len(text) if end is None else min(end, len(text)))
    inside = [mark for mark in marks if max(mark.start, start) < min(mark.end, stop)]
    edges = sorted(
        {start, stop, *(max(mark.start, start) for mark in inside), *(min(mark.end, stop) for mark in inside)}
    )
    opening = deque(sorted(inside, key=lambda mark: mark.start))
    active: list[Mark] = []
    found: list[Piece] = []
    for left, right in pairwise(edges):
        active = [mark for mark in active if mark.end > left]
        while opening and opening[0].start <= left:
            active.append(opening.popleft())
        found.append(_piece(text[left:right], active))
    return tuple(found)


def _piece(text: str, over: list[Mark]) -> Piece:
    if not over:
        return Piece(text)
    kind: Kind = "flag" if any(mark.kind == "flag" for mark in over) else "mention"
    return Piece(text, kind, "; ".join(dict.fromkeys(mark.label for mark in over)))


def excerpt(text: str, length: int = 280) -> str:
    """The beginning of a text, cut between words."""
    line = " ".join(text[: 4 * length].split())
    if len(line) <= length and len(text) <= 4 * length:
        return line
    return line[:length].rsplit(" ", 1)[0] + " …"
