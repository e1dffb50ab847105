"""robots.txt (RFC 9309), read and asked: pure.

Of our own rather than a library's: urllib.robotparser (Python 3.11) knows neither `*` nor `$` in paths, and those that
do turn them into regular expressions, which a hostile file makes run for hours. Here each answer takes linear time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from pipelines.asking import Failure, NotModified, Payload
from pipelines.collect import wording

AGENT = "mediebevakning"
"""The product token of our User-Agent."""
MOST_READ = 500 * 1024
"""Bytes; RFC 9309, 2.5: at least this much must be read, and nobody honest writes more."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What one host asks of us."""

    rules: tuple[tuple[str, bool], ...] = ()
    """Pattern of a path -> whether it is open; the one that decides first, first."""
    delay: float = 0.0
    """Seconds that the host wants between two requests: Crawl-delay, no part of the standard but widely meant."""

    def allows(self, path: str) -> bool:
        """Whether we may ask for `path`, which begins with / and holds the query too."""
        path = _normal(path)
        return path == "/robots.txt" or next((open_ for rule, open_ in self.rules if _matches(rule, path)), True)


CLOSED = Robots((("/", False),))
"""RFC 9309, 2.3.1.4: a host whose robots.txt cannot be had just now is not to be crawled."""


def told_by(outcome: Payload | NotModified | Failure) -> Robots:
    """What the answer to a request for robots.txt says. RFC 9309, 2.3.1: a host that has none (4xx, or an empty one)
    lets everybody in; one that cannot say now keeps everybody out."""
    if isinstance(outcome, Payload):
        return read(outcome.body)
    if isinstance(outcome, Failure) and (outcome.reason == wording.EMPTY or _has_none(outcome.status)):
        return Robots()
    return CLOSED


def _has_none(status: int | None) -> bool:
    return status is not None and 400 <= status < 500 and status != 429


def read(body: bytes) -> Robots:
    """The rules for us in a robots.txt; those for everybody where it does not name us. Never raises."""
    ours, everybodys = _Group(), _Group()
    current: list[_Group] = []
    naming = named = False
    for line in body[:MOST_READ].decode("utf-8", "replace").lstrip("\ufeff").splitlines():
        key, _, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "user-agent":
            current = current if naming else []
            naming = True
            agent = value.lower()
            named = named or agent.startswith(AGENT)
            current += [ours] if agent.startswith(AGENT) else [everybodys] if agent.startswith("*") else []
        elif key in ("allow", "disallow", "crawl-delay"):
            naming = False
            for group in dict.fromkeys(current):
                group.add(key, value)
    return (ours if named else everybodys).robots()


class _Group:
    def __init__(self) -> None:
        self._rules: dict[tuple[str, bool], None] = {}
        self._delay = 0.0

    def add(self, key: str, value: str) -> None:
        if key == "crawl-delay":
            self._delay = float(value) if re.fullmatch(r"\d{1,5}(\.\d{1,3})?", value) else self._delay
        elif value:  # an empty path closes nothing
            self._rules[_normal(value), key == "allow"] = None

    def robots(self) -> Robots:
        # RFC 9309, 2.2.2: the longest match decides; of two as long, the open one
        return Robots(tuple(sorted(self._rules, key=lambda rule: (-len(rule[0]), not rule[1]))), self._delay)


_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")


def _normal(path: str) -> str:
    """One way of writing what may be escaped in several."""
    return _ESCAPE.sub(_unescaped, quote(path, safe="/:@!$&()*+,;=~%?-._[]'", errors="replace"))


def _unescaped(escape: re.Match[str]) -> str:
    sign = chr(int(escape[1], 16))
    return sign if sign.isascii() and (sign.isalnum() or sign in "-._~") else escape[0].upper()


def _matches(rule: str, path: str) -> bool:
    first, *others = rule.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not rule.endswith("$"):
        return _after(others, path, len(first)) is not None
    if not others:
        return path == first
    begun = _after(others[:-1], path, len(first))
    return begun is not None and path.endswith(others[-1]) and begun <= len(path) - len(others[-1])


def _after(pieces: list[str], path: str, at: int) -> int | None:
    """Where the last of `pieces` ends, each looked for behind the one before it."""
    for piece in pieces:
        found = path.find(piece, at)
        if found < 0:
            return None
        at = found + len(piece)
    return at
