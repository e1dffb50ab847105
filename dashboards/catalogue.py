"""The words of texts/sv.toml, by group and key, in the language of the request: en.toml has the same keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from dashboards.language import TEXTS, current

Texts = Mapping[str, Mapping[str, str]]


def texts() -> Texts:
    """All groups: `texts()["tone"]["negative"]`."""
    return of(current())


@cache
def of(language: str) -> Texts:
    """All groups in one of the languages."""
    read: Texts = tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))
    return read
