"""The values of one conversation with a source: what is asked, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a source. All but `optional` and `cost` may hold a secret: never logged, never stored."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    """Sent with POST; None asks with GET."""
    optional: bool = False
    """What it asks for may be gone or closed (a deleted post's comments): 403, 404 and 410 are then no failure."""
    cost: float = 0.0
    """US dollars that the answer costs at most."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What a source answered, before anyone has tried to understand it."""

    url: str
    body: bytes
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    """Where a permanent redirect (301, 308) led; None when the address still holds."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The source answered 304: alive, nothing new."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that is neither content nor 304, for the family to explain."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """By lower-case name."""
    body: bytes = field(repr=False)
    """Its first 64 kB."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that gave nothing. A failure of the world is a value; a bug is an exception.

    weight: 0 not the source's fault (a key is missing, a budget is spent), 0.25 temporary (429, 5xx, timeout), 0.5 soft
    (garbage, empty), 1 hard (401, 403, 404, 410, unknown host).
    """

    reason: str
    """One plain Swedish sentence."""
    weight: float
    status: int | None = None
    retry_after: float | None = None
    """Seconds, as the source asked for; None when it did not."""
    gone: bool = False
    """The source answered 410: never to be asked again."""
    remedy: str = ""
    """What the operator can do, where it is not the usual; a Swedish sentence."""
