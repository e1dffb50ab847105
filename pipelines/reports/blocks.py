"""What a document is made of, whatever it is about: a row of blocks, that a page and the PDF template show alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: Literal[2, 3] = 2
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; weak is what is said beside it."""

    text: str
    kind: Literal["text", "weak"] = "text"


@dataclass(frozen=True, slots=True)
class Points:
    """A list of short sentences, at least one."""

    items: tuple[str, ...]
    kind: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class Post:
    """Something that others wrote, and facts about it, at least one."""

    heading: str
    facts: tuple[str, ...]
    text: str = ""
    language: str | None = None
    """Its code (ISO 639), for those who have it read aloud and for the direction of its letters."""
    link: str | None = None
    """To read it; http or https, as the caller has seen to."""
    link_words: str = "Läs inlägget"


@dataclass(frozen=True, slots=True)
class Posts:
    items: tuple[Post, ...]
    kind: Literal["posts"] = "posts"


@dataclass(frozen=True, slots=True)
class Table:
    """Strings under a head; `numbers` are the columns that are set to the right, from 0."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG, and what it shows for those who do not see it."""

    svg: str
    """Empty where only a page shows it."""
    alt: str
    address: str = ""
    """Where a page finds the same drawing."""
    kind: Literal["drawing"] = "drawing"


Block = Heading | Text | Points | Posts | Table | Drawing
