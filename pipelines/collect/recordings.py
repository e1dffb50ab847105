"""What the collector would make of bytes that lie in a file: recordings, and answers saved by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.asking import Payload
from pipelines.collect import wording
from pipelines.collect.parse import Context, decode, json_items
from pipelines.collect.sources import FAMILIES
from pipelines.config.schema import Source
from pipelines.errors import WrongCall
from pipelines.types import Entry, Kind, Parsed, short_hash

ZONE: tzinfo = ZoneInfo("Europe/Stockholm")
NOWHERE = "http://localhost/"
"""The address of a file of which nobody said where it comes from: relative links become nothing."""
KINDS: dict[str, Kind] = {"mastodon": "microblog", "polisen": "official"}


def read(path: Path, family: str | None = None, url: str | None = None) -> Iterator[dict[str, object]]:
    """An object for each Entry in the file; one with `file` and `error` where it holds none that we can read.

    Raises WrongCall for an unknown family.
    """
    if family is not None and family not in FAMILIES:
        raise WrongCall(f"no family is named «{family}». Choose one of: {', '.join(sorted(FAMILIES))}.")
    try:
        body = path.read_bytes()
    except OSError as error:
        yield {"file": str(path), "error": f"Filen går inte att läsa: {error.strerror}."}
        return
    parsed = parse_bytes(family, body, url)
    if parsed.problems and not parsed.entries:
        yield {"file": str(path), "error": " ".join(parsed.problems)}
    yield from (as_json(entry) for entry in parsed.entries)


def parse_bytes(family: str | None, body: bytes, url: str | None = None) -> Parsed:
    """What `family` makes of `body`; without one, the family whose form it has. No entries and a problem: it has none.

    Authors are pseudonyms by a plain hash, the same in every installation: for looking at, not for keeping.
    """
    text = decode(body)
    if not text.strip():
        return Parsed((), (wording.EMPTY_FILE,))
    if family is None and text.lstrip("\ufeff \t\r\n")[:1] in ("[", "{"):
        return _parse_json(text, url)
    return _parse_as(family or "rss", body, url)


def as_json(entry: Entry) -> dict[str, object]:
    """The Entry as the command line shows it."""
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "text": entry.text,
        "published": entry.published.isoformat() if entry.published else None,
        "author": entry.author,
        "language": entry.language,
    }


def _parse_as(family: str, body: bytes, url: str | None) -> Parsed:
    source = Source(id="file", name="Fil", family=family, kind=KINDS.get(family, "news"), url=NOWHERE)
    return FAMILIES[family].parse(Payload(url or "", body), source, Context(_pseudonym, ZONE))


def _pseudonym(name: str) -> str:
    return short_hash("author", name)[:16]


def _parse_json(text: str, url: str | None) -> Parsed:
    items, whole = json_items(text)
    objects = [item for item in items if isinstance(item, dict)]
    keys = {key for item in objects[:20] for key in item}
    if "versions" in keys:  # one object a notice, with every wording it had: the last one counts
        items = [_last_version(item) for item in objects]
        return _parse_as("polisen", json.dumps(items).encode(), url)
    if {"account", "content"} <= keys:
        return _parse_as("mastodon", text.encode("utf-8", "replace"), url)
    if {"datetime", "name"} <= keys or (whole and items == []):
        return _parse_as("polisen", text.encode("utf-8", "replace"), url)
    return Parsed((), (wording.NOT_UNDERSTOOD,))


def _last_version(item: dict[str, object]) -> object:
    versions = item["versions"] if isinstance(item.get("versions"), list) else None
    last = versions[-1] if isinstance(versions, list) and versions else None
    return last.get("event") if isinstance(last, dict) else None
