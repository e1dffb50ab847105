"""A post, and the draft it is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from sample.clock import ZONE
from sample.world.chance import pick
from sample.world.publishers import publishers
from sample.world.wording import fill

LANGUAGE = "sv"


@dataclass(frozen=True, slots=True)
class Label:
    """What a person says of the post."""

    about: bool
    """Botkyrka, a place in it or one of its units is meant."""
    flags: tuple[tuple[str, str], ...]
    """Pairs of category and role ("act" or "report"); of the text, wherever it happened."""
    alert: bool
    """Someone must know now."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A post before it has a date; the keys of the TOML files, and an unknown one is a TypeError."""

    title: str = ""
    text: str = ""
    html: str | None = None
    """The body as it stands, in place of `text`: for what an honest editor would not write."""
    at: str = ""
    """Wall-clock time in the window, "HH:MM"; before 07:30 is the morning after."""
    source: str | None = None
    sources: tuple[str, ...] = ()
    """The publisher that wrote it, then those that carry it too."""
    text_from: str | None = None
    """Name of a text in the file's [texts], for a text that several papers print."""
    by: str | None = None
    lang: str = LANGUAGE
    place: str | None = None
    area: str | None = None
    omit: tuple[str, ...] = ()
    """What the publisher forgot: "id", "date", "link"."""
    about: bool = True
    flags: tuple[str, ...] = ()
    """"category:role"."""
    alert: bool = False

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Draft:
        """The draft in one TOML table."""
        closed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        return cls(**closed)

    @property
    def label(self) -> Label:
        pairs = (flag.split(":") for flag in self.flags)
        return Label(self.about, tuple((category, role) for category, role in pairs), self.alert)


@dataclass(frozen=True, slots=True)
class Post:
    source: str
    """Id of the publisher whose document it stands in."""
    origin: str
    """Id of the publisher that it was written on; another than `source` when it is carried over."""
    serial: str
    """Date and number, YYYYMMDDNNN: unique within `origin`."""
    published: datetime
    """Aware, UTC."""
    author: str
    title: str
    text: str
    """Paragraphs with a blank line between them; empty where `html` stands in its place."""
    html: str | None
    language: str
    place: str | None
    area: str | None
    omit: tuple[str, ...]
    label: Label


def publish(draft: Draft, sources: tuple[str, ...], day: date, number: int, published: datetime) -> tuple[Post, ...]:
    """The draft as a post of each of `sources`; the first of them wrote it.

    day: the date that the id carries; number: 0…999, the writer's own for that date.
    """
    origin = publishers()[sources[0]]
    serial = f"{day:%Y%m%d}{number:03}"
    author = draft.by or (pick(origin.handles, origin.id, serial) if origin.handles else origin.name)
    local = published.astimezone(ZONE)
    spoken = {"weekday": format_date(local, "EEEE", "sv"), "date": format_date(local, "d MMMM", "sv")}
    return tuple(
        Post(
            source=source,
            origin=origin.id,
            serial=serial,
            published=published,
            author=author,
            title=fill(draft.title, spoken.__getitem__),
            text=fill(draft.text, spoken.__getitem__).strip(),
            html=draft.html,
            language=draft.lang,
            place=draft.place,
            area=draft.area,
            omit=draft.omit,
            label=draft.label,
        )
        for source in sources
    )
