"""Feeds broken in every way we know, and in many that nobody has thought of: how many are a crash, or let markup out.

The corpus is every kind of feed and every breakage that the tests have, each then damaged at random: cut, spliced with
another, bytes flipped, tags doubled, turned into another encoding. The seed is fixed: a failure can be looked at again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

from pipelines.collect.recordings import parse_bytes
from tests.collect.feeds import item, rss
from tests.collect.test_kinds import KINDS
from tests.collect.test_nasty import AFTER, BEFORE, MIDDLE, WHOLE

SEED = 20261122
MARKUP = re.compile(r"<[a-zA-Z/!?]")
LONGEST = 60_000
"""Bytes of a feed that is damaged: the few larger ones are read as they are."""
SPLINTERS = (
    b"<script>alert(1)</script>",
    b"&lt;img src=x onerror=alert(1)&gt;",
    b"<![CDATA[",
    b"]]>",
    b"&#0;",
    b"&#x1F47B",
    b"\x00",
    b"\xff\xfe",
    b"<item>",
    b"</item>",
    b"<!--",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"xmlns:x='",
    b"\xe2\x80\xae",
)
ENCODINGS = ("utf-16", "utf-16-le", "iso-8859-1", "cp1252", "utf-32", "cp500")


@dataclass(frozen=True, slots=True)
class Seen:
    feeds: int
    entries: int
    crashes: tuple[str, ...]
    markup: int
    slowest: float
    """Seconds that the slowest took."""


def show(damaged: int) -> Seen:
    """The corpus as it is, and so many of it damaged."""
    entries, markup, slowest, count = 0, 0, 0.0, 0
    crashes = []
    for body in _bodies(damaged):
        count += 1
        began = perf_counter()
        try:
            parsed = parse_bytes("rss", body, "https://smabybladet.example/flode.xml")
        except Exception as error:  # any at all is what is counted here
            crashes.append(f"{type(error).__name__} by {body[:60]!r}")
            continue
        slowest = max(slowest, perf_counter() - began)
        entries += len(parsed.entries)
        markup += sum(bool(MARKUP.search(f"{entry.title}\n{entry.text}")) for entry in parsed.entries)
    return Seen(count, entries, tuple(crashes), markup, slowest)


def _corpus() -> Iterator[bytes]:
    for feed, _ in KINDS.values():
        yield feed.encode("utf-8", "replace")
    for inner, _ in MIDDLE.values():
        yield rss(BEFORE, f"<item><guid>i</guid>{inner}</item>", AFTER).encode("utf-8", "replace")
    for broken in WHOLE.values():
        feed = broken(rss(BEFORE, item(2), AFTER))
        yield feed if isinstance(feed, bytes) else feed.encode("utf-8", "replace")


def _bodies(damaged: int) -> Iterator[bytes]:
    chance = random.Random(SEED)
    corpus = list(_corpus())
    yield from corpus
    small = [body for body in corpus if len(body) <= LONGEST]
    ways: tuple[Callable[[random.Random, bytes, list[bytes]], bytes], ...] = (
        _cut,
        _spliced,
        _flipped,
        _splintered,
        _doubled,
        _encoded,
    )
    for _ in range(damaged):
        body = chance.choice(small)
        for way in chance.sample(ways, chance.randint(1, 3)):
            body = way(chance, body, small)
        yield body


def _cut(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    begin = chance.choice((0, 0, chance.randrange(len(body) + 1)))
    return body[begin : chance.randrange(begin, len(body) + 1)]


def _spliced(chance: random.Random, body: bytes, others: list[bytes]) -> bytes:
    other, place = chance.choice(others), chance.randrange(len(body) + 1)
    return body[:place] + other[chance.randrange(len(other)) :]


def _flipped(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randint(1, 20) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _splintered(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(body) + 1)
        body = body[:place] + chance.choice(SPLINTERS) + body[place:]
    return body


def _doubled(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    tags = [found.span() for found in re.finditer(rb"<[^<>]{1,80}>", body)]
    if not tags:
        return body
    start, end = chance.choice(tags)
    return body[:end] + body[start:end] * chance.choice((1, 3, 200)) + body[end:]


def _encoded(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    return body.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")
