"""What is wrong with an account in the register, and what of the policy's demands it does not meet. Pure.

Pages are of the municipality's policy for social media.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipelines.config.schema import Config, Source
from pipelines.register.official import Official

Lack = Literal[
    "responsible", "deputy", "administrators", "communicator", "purpose", "audience", "goals", "approved", "feed"
]
PAGES: dict[Lack, int] = {
    "responsible": 4,
    "deputy": 6,
    "administrators": 5,
    "communicator": 5,
    "purpose": 4,
    "audience": 4,
    "goals": 5,
    "approved": 4,
    "feed": 6,
}
ADMINISTRATORS = 2
FROM = re.compile(r"from:\S+")


@dataclass(frozen=True, slots=True)
class Lacking:
    """What the policy asks for and the account does not have."""

    what: Lack
    page: int


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why the account cannot stand in the register so."""

    key: str
    """The field."""
    why: Literal["unknown-receiver", "unknown-unit", "not-own", "not-its-feed", "future", "order", "twice"]


def wrong(given: Official, others: Iterable[Official], config: Config, today: date) -> Iterator[Wrong]:
    """Everything for which `given` is refused; `others`: the rest of the register."""
    for key in ("responsible", "deputy"):
        named = getattr(given, key)
        if named and config.receiver(named) is None:
            yield Wrong(key, "unknown-receiver")
    if given.unit and config.unit(given.unit) is None:
        yield Wrong("unit", "unknown-unit")
    source = config.source(given.source) if given.source else None
    if given.source and (source is None or not source.own):
        yield Wrong("source", "not-own")
    feed = config.source(given.feed) if given.feed else None
    if given.feed and (feed is None or not holds_own_posts_only(feed)):
        yield Wrong("feed", "not-its-feed")
    for key in ("approved_on", "opened", "closed"):
        day = getattr(given, key)
        if day and day > today:
            yield Wrong(key, "future")
    if given.opened and given.closed and given.closed < given.opened:
        yield Wrong("closed", "order")
    for other in others:
        if other.id == given.id or not (other.is_open and given.is_open):
            continue
        if _same(other, given):
            yield Wrong("handle", "twice")
        for key in ("source", "feed"):
            if getattr(given, key) and getattr(given, key) == getattr(other, key):
                yield Wrong(key, "twice")


def lacking(given: Official, config: Config) -> tuple[Lacking, ...]:
    """What an open account lacks; nothing is asked of one that is closed."""
    if not given.is_open:
        return ()
    met: dict[Lack, bool] = {
        "responsible": config.receiver(given.responsible) is not None,
        "deputy": given.deputy not in (None, given.responsible) and config.receiver(given.deputy or "") is not None,
        "administrators": len({name.casefold() for name in given.administrators if name}) >= ADMINISTRATORS,
        "communicator": bool(given.communicator),
        "purpose": bool(given.purpose),
        "audience": bool(given.audience),
        "goals": bool(given.goals),
        "approved": bool(given.ordered_by and given.approved_by and given.approved_on),
        "feed": config.source(given.feed or "") is not None,
    }
    return tuple(Lacking(what, PAGES[what]) for what, is_met in met.items() if not is_met)


def holds_own_posts_only(source: Source) -> bool:
    """Whether all that the source brings is written by the account itself: where comments come along, an account that
    nobody tends would seem alive."""
    options = source.options
    match source.family:
        case "rss":
            return True
        case "facebook":
            return list(options.get("lists", ())) == ["posts"] and options.get("comments") is False  # type: ignore[call-overload]
        case "bluesky" | "x":
            return FROM.fullmatch(str(options.get("search", ""))) is not None
    return False


def _same(one: Official, other: Official) -> bool:
    if one.address.rstrip("/").casefold() == other.address.rstrip("/").casefold():
        return True
    return one.network == other.network and _bare(one.handle) == _bare(other.handle)


def _bare(handle: str) -> str:
    return handle.removeprefix("@").casefold()
