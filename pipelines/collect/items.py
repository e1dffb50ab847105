"""What a feed holds, in the terms that both its readers give: the fast one and the lenient one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Link(NamedTuple):
    href: str
    rel: str
    type: str


class Item(NamedTuple):
    """One item, with its markup. A tuple, for there are thousands a second."""

    id: str
    title: str
    summary: str
    contents: Sequence[str]
    links: Sequence[Link]
    """Enclosures (sound, pictures) are not among them."""
    link: str
    """What the feed names as the page, where `links` say nothing."""
    authors: tuple[str, str, str]
    """The author's name, whatever stands for one, his address: the first that is there counts."""
    date: str
    language: str
    publisher: str
    """Who published it first: Google News puts it in <source>."""
    transcript: Transcript | None = None


class Transcript(NamedTuple):
    """Where a podcast's words are written out (podcast:transcript)."""

    url: str
    type: str


@dataclass(frozen=True, slots=True)
class Feed:
    items: Sequence[Item] = ()
    language: str = ""
    generator: str = ""
    """Lower case."""
    cut_off: bool = False
    """The text ends before the feed does."""
    problem: str | None = None
    """Why it is no feed at all."""
