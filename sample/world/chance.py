"""Chance that falls the same way every time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Value = TypeVar("Value")


def draw(*parts: object) -> int:
    """A number from 0 up to 2**32 that depends on the parts alone: on no seed, process or version of Python."""
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()[:4])


def happens(probability: float, *parts: object) -> bool:
    return draw(*parts) < probability * 2**32


def pick(values: Sequence[Value], *parts: object) -> Value:
    return values[draw(*parts) % len(values)]
