"""The launcher's Swedish lines, from `sv.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "sv.toml").read_text("utf-8"))


def line(key: str, **values: object) -> str:
    """The line named `key` ("summary.head" for one in a table) with its values filled in."""
    found: Any = _catalogue()
    for part in key.split("."):
        found = found[part]
    assert isinstance(found, str)
    return found.format_map(values)
