"""The catalogue against the code that speaks from it."""

from __future__ import annotations

import ast
import string
import tomllib
from pathlib import Path

import pytest

LAUNCH = Path(__file__).resolve().parents[2] / "pipelines" / "launch"
BY_NAME = {"success", "failed", "queued", "running"}
"""States of a run, looked up as Airflow calls them."""


def catalogue() -> dict[str, str]:
    found = tomllib.loads((LAUNCH / "sv.toml").read_text("utf-8"))
    flat = {key: value for key, value in found.items() if isinstance(value, str)}
    for table, lines in found.items():
        if isinstance(lines, dict):
            flat |= {f"{table}.{key}": value for key, value in lines.items()}
    return flat


def calls() -> dict[str, set[str]]:
    """Each key that the code says, with the names it fills in."""
    return {
        call.args[0].value: {str(keyword.arg) for keyword in call.keywords}
        for path in LAUNCH.glob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "line"
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_line_is_said_somewhere_and_every_said_line_is_there() -> None:
    assert set(catalogue()) == set(calls()) | BY_NAME


@pytest.mark.parametrize("key", sorted(calls()))
def test_every_name_in_a_line_is_filled_in(key: str) -> None:
    wanted = {name for _, name, _, _ in string.Formatter().parse(catalogue()[key]) if name}
    assert wanted == calls()[key]
