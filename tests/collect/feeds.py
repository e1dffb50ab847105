"""Invented feeds, and what reading one needs."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pipelines.asking import Payload
from pipelines.collect.parse import Context
from pipelines.collect.sources import FAMILIES
from pipelines.config.schema import Source
from pipelines.types import Parsed

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def source(family: str = "rss", **changes: object) -> Source:
    values = {
        "id": "smabybladet",
        "name": "Småbybladet",
        "family": family,
        "kind": "news",
        "url": "https://smabybladet.example/flode.xml",
    }
    return Source.model_validate(values | changes)


def parse(body: bytes | str, family: str = "rss", *, cursor: str | None = None, **payload: object) -> Parsed:
    """What the family makes of `body`; pseudonyms are the names in angle quotes."""
    given = source(family, **({"options": {"tags": ["småby"]}} if family == "mastodon" else {}))
    body = body.encode() if isinstance(body, str) else body
    answer = Payload(**({"url": given.url, "body": body} | payload))  # type: ignore[arg-type]
    return FAMILIES[family].parse(answer, given, Context(lambda name: f"«{name}»", STOCKHOLM, cursor))


def item(number: int = 1, **fields: str) -> str:
    """An RSS item; a field that is given as "" is left out."""
    values = {
        "title": f"Nyhet {number}",
        "link": f"https://smabybladet.example/artikel/{number}",
        "guid": f"nyhet-{number}",
        "pubDate": "Sat, 21 Nov 2026 06:30:00 +0100",
        "description": "Bryggan i Näsvik ska rustas.",
    } | fields
    return "<item>" + "".join(f"<{key}>{value}</{key}>" for key, value in values.items() if value) + "</item>"


def rss(*items: str, channel: str = "<language>sv-SE</language>") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Småbybladet</title>'
        f"{channel}{''.join(items or (item(),))}</channel></rss>"
    )


def atom(*entries: str, head: str = "") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="sv"><title>Flöde</title>{head}{"".join(entries)}</feed>'
    )
