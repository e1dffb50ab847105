"""What snapshots say in Swedish, from sv.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pipelines.snapshots.values import Snapshot


@cache
def words() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("sv.toml").read_text("utf-8"))


def form(given: Snapshot) -> str:
    """What kind of file it is, and what is not claimed of it."""
    return str(words()["form"][given.form]) if given.form else ""


def remarks(given: Snapshot) -> tuple[str, ...]:
    """What is to be known of a file, beside where and when."""
    said = words()["remark"]
    is_pdf = given.form in ("pdf", "pdfa")
    found = (
        (given.is_held and not given.whole, "not_whole"),
        (given.outcome == "uploaded", "by_hand"),
        (is_pdf and not given.checked, "unchecked"),
        (is_pdf and given.checked, "checked"),
    )
    return tuple(str(said[key]) for holds, key in found if holds)
