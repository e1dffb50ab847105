"""What the register says in Swedish, from sv.toml: of networks, of what is lacking or refused, of how to remove."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("sv.toml").read_text("utf-8"))


def network(id: str) -> str:
    """What the network is called."""
    return str(words()["network"][id])
