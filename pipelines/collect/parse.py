"""What families share: bytes to text or JSON, dates, languages, identity. Nothing here raises on any input."""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache

from pipelines.types import short_hash

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST_YEAR = 1995
"""Older than any feed: a date before it (0, 1900, 1970) is a program's way to say that it knows none."""
LATEST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Context:
    """What a family must be told to ask and to read."""

    pseudonym: Callable[[str], str]
    """Name of an author -> salted pseudonym."""
    zone: tzinfo = UTC
    """Where a time without zone is taken to be."""
    cursor: str | None = None
    """Where the last visit ended; None at the first."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The family's `secrets` by name, and what its login gave."""
    now: datetime = EPOCH


# --- bytes -------------------------------------------------------------------------------------------------------

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""\A[\x00-\x20]{0,99}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']""")
LATIN = frozenset(("iso8859-1", "iso8859-15", "cp1252", "ascii"))


def decode(body: bytes, content_type: str = "") -> str:
    """`body` as text, whatever it claims: bytes that are valid UTF-8 are UTF-8, and a few broken ones do not turn the
    rest of a UTF-8 text into Latin-1."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    if b"\x00" in body[:2]:  # the first character of a feed or of JSON is ASCII
        return body.decode("utf-16-be" if body[:1] == b"\x00" else "utf-16-le", "replace")
    declared = _declared(body, content_type)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_broken(body, declared)
    if text.isascii() and declared not in LATIN | {"utf-8", None}:
        return _decode_as(body, declared) or text  # ISO-2022-JP and its like are all ASCII bytes
    return text


def _declared(body: bytes, content_type: str) -> str | None:
    inside = _XML_ENCODING.match(body)
    outside = _CHARSET.search(content_type)
    name = outside[1] if outside else inside[1].decode("ascii") if inside else None
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None


def _decode_as(body: bytes, encoding: str | None) -> str | None:
    try:
        return body.decode(encoding) if encoding else None
    except (UnicodeError, LookupError, AssertionError):  # codecs such as "hex" are known, and no text
        return None


def _decode_broken(body: bytes, declared: str | None) -> str:
    lenient = body.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    whole = sum(map(len, re.findall(r"[^\x00-\x7f\ufffd]+", lenient)))
    if whole > broken:
        return lenient
    if declared not in LATIN | {"utf-8", None} and (text := _decode_as(body, declared)) is not None:
        return text
    return body.decode("cp1252", "replace")  # what is labelled Latin-1 on the web is Windows-1252 (WHATWG)


def json_items(text: str) -> tuple[list[object], bool]:
    """The items of a JSON list, or the JSON values that stand one after the other; and whether all could be read.

    A list that is cut off gives the items before the cut.
    """
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return _json_one_by_one(text)
    return (whole if isinstance(whole, list) else [whole]), True


def json_object(text: str) -> dict[str, object] | None:
    """The JSON object that `text` is; None for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def table(value: object) -> dict[str, object]:
    """`value` where it is a JSON object, an empty one otherwise: what is asked of it is then simply not there."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[object]:
    """`value` where it is a JSON list; an object is the one row of such a list, for some APIs write it so."""
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def number(value: object) -> float | None:
    """The finite number that `value` is or spells."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


_BETWEEN = re.compile(r"[\s,]*")


def _json_one_by_one(text: str) -> tuple[list[object], bool]:
    decoder = json.JSONDecoder()
    items: list[object] = []
    position = _after(_BETWEEN, text, 0)
    is_list = text.startswith("[", position)
    position = _after(_BETWEEN, text, position + is_list)
    while position < len(text):
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return items, False
        items.append(item)
        position = _after(_BETWEEN, text, position)
    return items, not is_list and bool(items)


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position


# --- dates, languages, identity ----------------------------------------------------------------------------------

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ]{1,2}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_SWEDISH_MONTHS = {
    "januari": "Jan", "februari": "Feb", "mars": "Mar", "maj": "May", "juni": "Jun", "juli": "Jul",
    "augusti": "Aug", "oktober": "Oct", "okt": "Oct",
}  # fmt: skip
_SWEDISH_MONTH = re.compile(r"\b(" + "|".join(_SWEDISH_MONTHS) + r")\b", re.IGNORECASE)


_RFC5322 = re.compile(r"(?:[A-Za-z]{3}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-]\d{4}|GMT)")
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}


def when(value: object, zone: tzinfo) -> datetime | None:
    """The time that `value` names, in UTC: RFC 3339 or its looser kin, or RFC 5322. None for none, or one not to be
    believed. A time without zone is taken to be in `zone`."""
    if not isinstance(value, str):
        return None
    text = value.strip()[:100]
    try:
        found = _iso(text) if _ISO.match(text) else _rfc5322(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        found = found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else None


def _iso(text: str) -> datetime:
    """Also with an hour of one digit, as Polisen writes it, and an offset without colon, as Facebook does."""
    parts = _ISO.match(text)
    assert parts is not None
    year, month, day, hour, minute, second, offset = parts.groups()
    if offset and offset[0] in "+-":
        offset = f"{offset[:3]}:{offset[-2:]}"
    elif offset:
        offset = "+00:00"
    clock = f"{int(hour or 0):02}:{minute or '00'}:{second or '00'}"
    return datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}T{clock}{offset or ''}")


def _rfc5322(text: str) -> datetime:
    usual = _RFC5322.fullmatch(text)
    if usual and usual[2] in _MONTHS:  # ten times as fast as email.utils
        day, month, year, hour, minute, second, offset = usual.groups()
        zone = UTC if offset in _UTC else _offset(offset)
        return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=zone)
    text = _SWEDISH_MONTH.sub(lambda month: _SWEDISH_MONTHS[month[0].lower()], text)
    found = parsedate_to_datetime(text)
    # RFC 5322 3.3: "-0000" is UTC said by someone who does not know his own zone; Python gives it as no zone at all
    return found.replace(tzinfo=UTC) if text.endswith("-0000") else found


_UTC = frozenset(("GMT", "+0000", "-0000"))


@lru_cache(256)
def _offset(text: str) -> tzinfo:
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[3:])))


_LANGUAGE = re.compile(r"\s*([a-zA-Z]{2,3})(?:[-_][\w-]{0,30})?\s*")


def language(value: object) -> str | None:
    """ "sv" of "sv", "sv-SE", "SV_se"; None of what is no language code."""
    found = _LANGUAGE.fullmatch(value) if isinstance(value, str) else None
    return found[1].lower() if found else None


def entry_id(source_id: str, native_id: str) -> str:
    """Our id: the same for the same thing from the same source, whatever happens to its title, text or address."""
    return short_hash(source_id, native_id)
