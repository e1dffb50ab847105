"""JSON as APIs give it: of any shape, read without a stumble. What is not there is empty; nothing here raises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipelines.collect import wording
from pipelines.collect.parse import EARLIEST_YEAR, LATEST_YEAR, decode, json_items
from pipelines.collect.plain import line
from pipelines.types import Payload

Record: TypeAlias = dict[str, object]


def body(payload: Payload) -> object:
    """The one JSON value that the answer is; None where it is none, more than one, or cut off."""
    items, whole = json_items(decode(payload.body, payload.content_type))
    if payload.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return items if whole else None
    return items[0] if whole and len(items) == 1 else None


def record(value: object) -> Record:
    """`value` where it is an object; an empty one otherwise."""
    return value if isinstance(value, dict) else {}


def values(value: object) -> list[object]:
    """What is in a list; one thing alone where an API leaves out the list around it; nothing of nothing."""
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def readable(items: list[object], good: Callable[[Record], bool]) -> tuple[list[Record], tuple[str, ...]]:
    """The items that are `good` objects, and the problem that the others are."""
    found = [item for item in items if isinstance(item, dict) and good(item)]
    missing = len(items) - len(found)
    return found, ((wording.unreadable_items(missing),) if missing else ())


def number(value: object) -> int | None:
    """An integer, or the digits of one in a string: many APIs give large ids and counts as strings."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = line(value, 20) if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdecimal() else None


def identity(value: object) -> str:
    """An id as text; "" for what is none."""
    return line(value, 500) if isinstance(value, str | int) else ""


def unix(value: object) -> datetime | None:
    """The time that seconds since 1970 name; None for none, or one not to be believed."""
    seconds = number(value)
    if seconds is None or not 0 < seconds < 10**11:
        return None
    found = datetime.fromtimestamp(seconds, UTC)
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else None


def with_query(url: str, **changes: object) -> str:
    """`url` with parameters set; one that is None is taken out."""
    parts = urlsplit(url)
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key not in changes]
    given = [(key, str(value)) for key, value in changes.items() if value is not None]
    return urlunsplit(parts._replace(query=urlencode(kept + given)))
