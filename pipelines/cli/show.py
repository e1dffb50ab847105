"""How a command's result is printed: JSON for programs, a plain table for people."""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime


def show(result: object, *, as_json: bool) -> None:
    """Print a report (a dataclass): as JSON, or a line per field that holds something; details are for JSON only."""
    fields = dataclasses.asdict(result)  # type: ignore[call-overload]
    counts = {name: value for name, value in fields.items() if isinstance(value, int | float)}
    logging.getLogger(type(result).__module__).info("done", extra={"figures": counts})
    if as_json:
        print_json(fields)
        return
    for name, value in fields.items():
        if value not in (None, (), [], {}) and not _is_detailed(value):
            print(f"{name.replace('_', ' '):<24}{_shown(value)}")


def print_json(value: object) -> None:
    """One JSON document on standard output, Swedish letters as they are."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows in columns as wide as what stands in them."""
    lines = [list(heads), *([("" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _is_detailed(value: object) -> bool:
    return isinstance(value, Mapping) and any(isinstance(part, Mapping) for part in value.values())


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(part)}" for key, part in value.items() if part)
    if isinstance(value, list | tuple):
        return ", ".join(_shown(part) for part in value)
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
