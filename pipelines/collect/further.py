"""Beyond the teaser: which entries' pages and transcripts to ask for, and what comes of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.asking import Failure, Payload
from pipelines.collect.article import extended, is_teaser, kept, lead, passages
from pipelines.types import Entry

MOST_PAGES = 10
"""Pages that one visit asks for; of the rest, the teaser is all there will be."""
_NO_ARTICLE = re.compile(
    r"https?://(?:news\.google\.com|(?:www\.)?youtube\.com|youtu\.be)/"  # a script, and no text
    r"|\.(?:mp3|m4a|ogg|mp4|mov|pdf|jpe?g|png|gif|webp|zip|docx?|xlsx?|pptx?)(?:\Z|\?)",
    re.IGNORECASE,
)

Ask = Callable[[str], Awaitable[Payload | Failure]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be asked for."""

    mentions: Callable[[Entry], bool]
    """Whether an entry is about the municipality."""
    stored: Mapping[str, str | None] = field(default_factory=dict)
    """Id -> the text we have of it; None where that has been purged."""
    transcripts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Id -> address and media type."""
    always: bool = False
    """Not only of entries that mention the municipality."""


async def with_articles(entries: Sequence[Entry], ask: Ask, wanted: Wanted) -> tuple[Entry, ...]:
    """`entries`, those that are wanted with an excerpt of their page below the teaser.

    A page is asked for once, when its entry is new or has been edited, whether it gave anything or not: what is known
    gets what was stored of it, so that an entry's revision is the same at every visit.
    """
    told = {entry.id: _as_stored(entry, wanted.stored) for entry in entries}
    for entry in await asyncio.to_thread(_chosen, [one for one in entries if told[one.id] is None], wanted):
        transcript = wanted.transcripts.get(entry.id)
        page = await ask(transcript[0] if transcript else entry.url or "")
        if isinstance(page, Payload):  # reading takes up to a second: the others' clocks tick meanwhile
            told[entry.id] = await asyncio.to_thread(_read, entry, page, transcript, wanted)
    return tuple(told[entry.id] or entry for entry in entries)


def _as_stored(entry: Entry, stored: Mapping[str, str | None]) -> Entry | None:
    """The entry as an earlier visit left it; None where it is new, or its text another than it was."""
    if entry.id not in stored:
        return None
    text = stored[entry.id]
    if text is None or text == entry.text:
        return entry
    before = kept(entry, text)
    return before if before is not entry else None


def _chosen(fresh: Sequence[Entry], wanted: Wanted) -> list[Entry]:
    """Those that mention the municipality first."""
    asked_for = [entry for entry in fresh if _has_more(entry, wanted.transcripts)]
    ours = [entry for entry in asked_for if wanted.mentions(entry)]
    others = [entry for entry in asked_for if entry not in ours] if wanted.always else []
    return (ours + others)[:MOST_PAGES]


def _has_more(entry: Entry, transcripts: Mapping[str, tuple[str, str]]) -> bool:
    if entry.id in transcripts:
        return True
    return bool(entry.url) and is_teaser(entry) and not _NO_ARTICLE.search(entry.url or "")


def _read(entry: Entry, page: Payload, transcript: tuple[str, str] | None, wanted: Wanted) -> Entry:
    if transcript is None:
        return extended(entry, lead(page))
    heard = passages(page, transcript[1], lambda text: wanted.mentions(replace(entry, title="", text=text)))
    return extended(entry, heard)
