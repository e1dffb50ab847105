"""Bytes to a feed's items, through feedparser: what it must be spared, and what it must be asked."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax import SAXException

import feedparser

from pipelines.collect import wording
from pipelines.collect.parse import decode

MOST_ATTRIBUTES = 100
"""Python's SAX reader looks for each attribute among all of its element: 10,000 take it 8 s (3.11, measured)."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ENDLESS_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_LONG_TAG = re.compile(r"<[^<]{1000,}")
_ATTRIBUTE = re.compile(r"""\s[\w:.-]{1,100}\s{0,3}=\s{0,3}(?:"[^"<]*"|'[^'<]*')""")
_ENCODING = re.compile(r"""(\A<\?xml[^>]{0,200}?)\sencoding\s{0,9}=\s{0,9}["'][^"']{0,60}["']""")
_FEED_ENDS = re.compile(r"</\s*(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_PAGE = re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feed:
    items: Sequence[Any] = ()
    """As feedparser gives them, with their markup."""
    language: str | None = None
    generator: str = ""
    """Lower case."""
    cut_off: bool = False
    """The text ends before the feed does."""
    problem: str | None = None
    """Why it is no feed at all."""


def read(body: bytes, content_type: str = "") -> Feed:
    """The feed in `body`, whatever its form and however broken."""
    text = _spared(decode(body, content_type))
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
        items=found.entries,
        language=found.feed.get("language"),
        generator=str(found.feed.get("generator") or "").lower(),
        cut_off=broken and _FEED_ENDS.search(text[-1000:]) is None,
    )


def _spared(text: str) -> str:
    """`text` without what makes a reader fail or crawl, and with a declaration that tells the truth."""
    text = _NOT_XML.sub("", text).lstrip("\ufeff \t\r\n")
    text = _ENCODING.sub(r"\1", text, count=1)
    text = _ENDLESS_REFERENCE.sub("\ufffd", text)
    return _LONG_TAG.sub(_fewer_attributes, text)


def _fewer_attributes(tag: re.Match[str]) -> str:
    if len(_ATTRIBUTE.findall(tag[0])) <= MOST_ATTRIBUTES:
        return tag[0]
    return _ATTRIBUTE.sub("", tag[0])
