"""Items of a JSON answer, whatever is among them. Nothing here raises."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeAlias

from pipelines.asking import Payload
from pipelines.collect import wording
from pipelines.collect.parse import EARLIEST_YEAR, LATEST_YEAR, decode
from pipelines.collect.plain import line

Record: TypeAlias = dict[str, object]


def body(payload: Payload) -> object:
    """The JSON value that the answer is; None where it is none, or cut off."""
    try:
        return json.loads(decode(payload.body, payload.content_type))
    except (ValueError, RecursionError):
        return None


def readable(items: Iterable[object], good: Callable[[Record], bool]) -> tuple[list[Record], tuple[str, ...]]:
    """The items that are `good` objects, and the problem that the others are."""
    items = list(items)
    found = [item for item in items if isinstance(item, dict) and good(item)]
    missing = len(items) - len(found)
    return found, ((wording.unreadable_items(missing),) if missing else ())


def integer(value: object) -> int | None:
    """An integer, or one in a string, as many APIs write large ids and counts; never through a float."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = line(value, 20) if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdecimal() else None


def identity(value: object) -> str:
    """An id as text; "" for what is none."""
    return line(value) if isinstance(value, str | int) else ""


def unix(value: object) -> datetime | None:
    """The time that whole seconds since 1970 name; None for none, or one not to be believed."""
    seconds = integer(value)
    if seconds is None or not 0 < seconds < 10**11:
        return None
    found = datetime.fromtimestamp(seconds, UTC)
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else None
