"""A feed read by feedparser, which has an answer to almost everything: what it is spared, what it is asked."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Mapping
from typing import Any
from xml.sax import SAXException

import feedparser

from pipelines.collect import wording
from pipelines.collect.items import Feed, Item, Link, Transcript

MOST_ATTRIBUTES = 100
"""Python's SAX reader looks for each attribute among all of its element: 10,000 take it 8 s (3.11, measured)."""
MOST_OPEN = 1_000
"""Elements in elements. feedparser's time grows with the square of them: 300,000 `<a>` take it 10 minutes (seen)."""
_TAG = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<name>[A-Za-z_])[^<>]*?(?P<empty>/?)>", re.DOTALL
)
DATES = ("published", "updated", "created")

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ENDLESS_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,7})|([0-9]{1,7}));?")
_LONG_TAG = re.compile(r"<[^<]{1000,}")
_ATTRIBUTE = re.compile(r"""\s[\w:.-]{1,100}\s{0,3}=\s{0,3}(?:"[^"<]*"|'[^'<]*')""")
_FEED_ENDS = re.compile(r"</\s*(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_PAGE = re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE)


def read(text: str) -> Feed:
    """The feed in `text`, whatever its form and however broken. `text` names no encoding."""
    text = _spared(text)
    try:
        found = feedparser.parse(
            io.BytesIO(text.encode()),  # a str or bytes would be tried as a file name first
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,  # no markup is kept
            resolve_relative_uris=False,
        )
    except Exception:  # feedparser raises many kinds on garbage (ValueError, AssertionError, …): the world's fault
        return Feed(problem=wording.NOT_A_FEED)
    if not found.get("version") and not any(item.get("title") or item.get("link") for item in found.entries):
        return Feed(problem=wording.NOT_A_FEED_BUT_A_PAGE if _PAGE.search(text[:1000]) else wording.NOT_A_FEED)
    broken = isinstance(found.get("bozo_exception"), SAXException)
    return Feed(
        items=tuple(_item(raw) for raw in found.entries),
        language=_text(found.feed, "language"),
        generator=_text(found.feed, "generator").lower(),
        cut_off=broken and _FEED_ENDS.search(text[-1000:]) is None,
    )


def _spared(text: str) -> str:
    """`text` without what makes a reader fail or crawl."""
    text = _NOT_XML.sub("", text).lstrip("\ufeff \t\r\n")
    text = _REFERENCE.sub(_of_a_character, _ENDLESS_REFERENCE.sub("\ufffd", text))
    return _LONG_TAG.sub(_fewer_attributes, text[: _too_deep(text)])


def _too_deep(text: str) -> int | None:
    """Where `text` has more than MOST_OPEN elements open; None where it never has."""
    depth = 0
    for tag in _TAG.finditer(text):
        if tag["name"]:
            depth = max(0, depth - 1) if tag["end"] else depth + (not tag["empty"])
            if depth > MOST_OPEN:
                return tag.start()
    return None


def _of_a_character(reference: re.Match[str]) -> str:
    """feedparser gives up the whole feed for a reference to what is no character."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if number <= sys.maxunicode and not _NOT_XML.match(chr(number)) else "\ufffd"


def _fewer_attributes(tag: re.Match[str]) -> str:
    if len(_ATTRIBUTE.findall(tag[0])) <= MOST_ATTRIBUTES:
        return tag[0]
    return _ATTRIBUTE.sub("", tag[0])


def _item(raw: Any) -> Item:
    """feedparser's item in our terms. A broken feed may hold anything under any of its names."""
    author = _table(raw.get("author_detail"))
    contents, links = _list(raw.get("content")), _list(raw.get("links"))
    transcript = _table(raw.get("podcast_transcript"))
    return Item(
        id=_text(raw, "id"),
        title=_text(raw, "title"),
        summary=_text(raw, "summary"),
        contents=tuple(_text(content, "value") for content in contents),
        links=tuple(
            Link(_text(link, "href"), _text(link, "rel") or "alternate", _text(link, "type"))
            for link in links
            if link.get("href") and link.get("rel") != "enclosure"
        ),
        link=_text(raw, "link"),
        authors=(_text(author, "name"), _text(raw, "author"), _text(author, "email")),
        date=next((text for key in DATES if key in raw and (text := _text(raw, key))), ""),
        language=_text(raw, "language"),
        publisher=_text(_table(raw.get("source")), "title"),
        transcript=Transcript(_text(transcript, "url"), _text(transcript, "type")) if transcript.get("url") else None,
    )


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
