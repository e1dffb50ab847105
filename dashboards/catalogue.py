"""The words of texts/sv.toml, by group and key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

Texts = Mapping[str, Mapping[str, str]]


@cache
def texts(language: str = "sv") -> Texts:
    """All groups of the language: `texts()["tone"]["negative"]`."""
    read: Texts = tomllib.loads((Path(__file__).parent / "texts" / f"{language}.toml").read_text("utf-8"))
    return read
