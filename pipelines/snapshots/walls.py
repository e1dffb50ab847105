"""Whether a page is the account's, or a login or a question of consent before it; by the signs in walls.toml. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import urlsplit

GONE = (404, 410)


@cache
def signs() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("walls.toml").read_text("utf-8"))


def stands_before(
    asked: str, reached: str, status: int, *, text: str, password: bool
) -> Literal["login", "shut", "gone", "unreachable"] | None:
    """What stands in the way of the account's page; None for nothing.

    asked, reached: addresses. text: what the page shows. password: whether one is to be filled in.
    """
    known = signs()
    if status in GONE:
        return "gone"
    if status in known["statuses"]:
        return "shut"
    if status >= 400:
        return "unreachable"
    if _leads_to_login(asked, reached) or (password and len(text) < known["letters"]):
        return "login"
    folded = text.casefold()
    if len(text) < known["consent_letters"] and any(words in folded for words in known["consent"]):
        return "login"
    return None


def _leads_to_login(asked: str, reached: str) -> bool:
    """Not where the register itself names such an address."""
    return asked.rstrip("/") != reached.rstrip("/") and _is_login(reached)


def _is_login(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    path = parts.path.casefold()
    return host in signs()["hosts"] or any(path == one or path.startswith(f"{one}/") for one in signs()["paths"])
