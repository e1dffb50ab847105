"""The text of a feed's elements as lxml gives them, read as feedparser reads it; Unsure where the two may differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

_REPAIRED = re.compile("[\x80-\x9f]|[\xc2-\xf4][\xa0-\xbf]")
"""What feedparser takes for Windows-1252, or for UTF-8 that someone has read as Latin-1."""
_ESCAPED = frozenset(("text", "plain", "html", "text/plain", "text/html"))
XHTML = frozenset(("xhtml", "application/xhtml+xml"))


class Unsure(Exception):
    """feedparser shall read it."""


def leaf(element: Any) -> str:
    """The text of an element without children."""
    if len(element):
        raise Unsure
    return sound((element.text or "").strip())


def sound(text: str) -> str:
    # all that feedparser repairs has this byte in UTF-8, and looking for one byte is much faster
    if not text.isascii() and b"\xc2" in text.encode() and _REPAIRED.search(text):
        raise Unsure
    return text


def marked_up(element: Any) -> str:
    """The text of an element that may hold markup, as markup: escaped, or (Atom's xhtml) as elements."""
    if not element.keys():
        return leaf(element)
    kind = element.get("type", "text").lower()
    if element.get("mode") not in (None, "escaped", "xml") or element.get("src") is not None:
        raise Unsure
    if kind in _ESCAPED:
        return leaf(element)
    if kind not in XHTML:
        raise Unsure
    return sound("".join(_inside(element)).strip())


def _inside(element: Any) -> Iterator[str]:
    yield escape(element.text or "")
    for child in element:
        local = etree.QName(child).localname.lower()
        if local == "svg":
            raise Unsure  # feedparser takes no title any more
        attributes = "".join(f" {key}={quoteattr(value)}" for key, value in child.items() if not key.startswith("{"))
        yield f"<{local}{attributes}>"
        yield from _inside(child)
        yield f"</{local}>{escape(child.tail or '')}"
