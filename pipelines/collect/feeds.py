"""Bytes to a feed's items: by the fast reader where it is sure, by the lenient one where it is not."""

from __future__ import annotations

import re

from pipelines.collect.items import Feed
from pipelines.collect.parse import decode

_ENCODING = re.compile(r"""(\A<\?xml[^>]{0,200}?)\sencoding\s{0,9}=\s{0,9}["'][^"']{0,60}["']""")
_BASE_OF_TEXT = re.compile(
    r"""(<(?:content|summary|title)\b[^<>]{0,300}?)\sxml:base\s{0,9}=\s{0,9}(?:"[^"<]{0,4096}"|'[^'<]{0,4096}')"""
)
"""feedparser goes on with the base of one item's text into the next item's id and links: Reddit's ids would change as
items move down the feed, for it says xml:base="/.rss"."""


def read(body: bytes, content_type: str = "") -> Feed:
    """The feed in `body`, whatever its form and however broken."""
    text = decode(body, content_type).lstrip("\ufeff \t\r\n\x00")
    text = _ENCODING.sub(r"\1", text, count=1)  # it is decoded: what it says of its encoding holds no more
    if "xml:base" in text:
        text = _BASE_OF_TEXT.sub(r"\1", text)
    # lxml, and what feedparser is like: only for those who read a feed, not for all who know that there are any
    from pipelines.collect import fast

    feed = fast.read(text)
    if feed is None:
        # feedparser takes long to import: only for those who meet a feed that needs it
        from pipelines.collect import lenient

        feed = lenient.read(text)
    return feed
