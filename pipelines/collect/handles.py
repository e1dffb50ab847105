"""Accounts that stand in a text are masked before it is stored: whom a post speaks to is nobody's to look up. Pure.

Ours stay, and those of public institutions: by the names in the configuration, by its list, or by what they are called.
What is masked stays a mention, so that a text is read the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from pipelines.config.schema import Config
from pipelines.types import Entry

MASKED = "konto"
_HANDLE = re.compile(
    r"(?P<before>(?<![\w@/])@|(?<![\w/])/?u/|"  # @name, Reddit's u/name
    r"\bhttps?://(?:[\w-]+\.)+\w+/(?:@|u/|users?/|people/|profile/|in/)|"  # the page of a profile
    r"\bhttps?://(?:www\.|m\.|mobile\.)?(?:x|twitter|instagram|facebook|threads|tiktok)\.(?:com|net)/@?"
    r"(?!(?:p|reel|groups|events|watch|hashtag|explore|search|share|sharer|story\.php|photo|i|intent)\b))"
    r"(?P<name>(?=[\w.-]*[^\W\d_])\w(?:[\w.-]*\w)?)(?P<host>@[\w-]+(?:\.[\w-]+)+)?",
    re.IGNORECASE,
)
_INSTITUTION = re.compile(
    r"^polisen|^region[^\W\d_]|kommun(?:en)?$|myndigheten$|verket$|biblioteket$|^svtnyheter|^sverigesradio"
)
_NOT_A_LETTER = re.compile(r"[\W_]+")


def public(config: Config) -> frozenset[str]:
    """The accounts that stay, as `_folded` writes them."""
    names = (
        config.municipality.name,
        *config.persons.public_accounts,
        *(name for place in config.places for name in (place.name, *place.forms)),
        *(name for unit in config.units for name in (unit.name, *unit.names)),
        *(source.name for source in config.sources),
        *_own(config),
    )
    return frozenset(map(_folded, names)) - {""}


def _own(config: Config) -> Iterator[str]:
    """What our own accounts are called in their addresses and options."""
    for source in config.sources:
        if source.own:
            yield from urlsplit(source.url).path.split("/")
            yield from (value for value in source.options.values() if isinstance(value, str))


def masked(entries: Iterable[Entry], known: frozenset[str]) -> tuple[Entry, ...]:
    """The entries with every account in title and text masked that is not `known`. Twice is as once."""
    return tuple(_masked(entry, known) for entry in entries)


def _masked(entry: Entry, known: frozenset[str]) -> Entry:
    if "@" not in entry.content and "/" not in entry.content:  # most texts
        return entry
    title, text = (without(part, known) for part in (entry.title, entry.text))
    return entry if (title, text) == (entry.title, entry.text) else replace(entry, title=title, text=text)


def without(text: str, known: frozenset[str]) -> str:
    """`text` with its accounts masked."""

    def sign(found: re.Match[str]) -> str:
        name = _folded(found["name"])
        stays = name in known or _INSTITUTION.search(name) is not None
        return found[0] if stays else f"{found['before']}{MASKED}"

    return _HANDLE.sub(sign, text)


def _folded(name: str) -> str:
    return _NOT_A_LETTER.sub("", name.lower())
