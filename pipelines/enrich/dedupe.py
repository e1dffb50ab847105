"""Dedupe: the keys by which one text is known again, whoever carries it.

The same agency text under five headlines is one story, and so is one post seen through two hosts. A short text that
anyone might write ("Läs mer") is no identity.
"""

from __future__ import annotations

import re

from pipelines.types import Entry, short_hash
from sentiment.fold import fold

SHORTEST_TEXT = 80
"""Letters and digits from which on a text is its own identity, under whatever headline: about two sentences."""
SHORTEST_WHOLE = 30
"""Letters and digits that headline and text must have together to be one: "Brand i Tumba" twice is two fires."""
NOT_TEXT = re.compile(r"https?://\S+|[^\w]+")
TRAILER = re.compile(r"\s*(?:läs mer|läs hela artikeln|read more|continue reading)[\s.…>»]*$", re.IGNORECASE)
LONGEST = 20_000
"""Characters of a text that its identity is made of."""


def keys(entry: Entry) -> tuple[str, ...]:
    """Stable keys, surest first. Entries that share one tell the same story."""
    found = []
    if entry.url:
        found.append(f"url:{short_hash(entry.url)}")
    text, title = _plain(TRAILER.sub("", entry.text[:LONGEST])), _plain(entry.title[:LONGEST])
    if len(text) >= SHORTEST_TEXT:
        found.append(f"text:{short_hash(text)}")
    if text and len(title) + len(text) >= SHORTEST_WHOLE:
        found.append(f"both:{short_hash(title, text)}")
    return tuple(found)


def _plain(text: str) -> str:
    """Letters and digits alone: quotes, dashes, blanks and links differ between papers."""
    return NOT_TEXT.sub("", fold(text).text)
