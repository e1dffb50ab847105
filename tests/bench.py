"""Benchmarks as ratios against peers in one run: `make bench`. Prints a table, then one JSON object.

Texts and feeds are those of the invented world; each figure is the best of several rounds, since a machine is only ever
slowed by its neighbours.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import feedparser
from textblob import TextBlob

from pipelines.collect.recordings import parse_bytes
from pipelines.config import load
from pipelines.enrich.assess import Assessor
from pipelines.types import Entry
from sample.site import Site
from sample.world import build
from sample.world.publishers import publishers
from sentiment.analyzers import tone_of

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
SHORT = 280
"""Characters of a short post."""


def main() -> int:
    world = build(datetime(2026, 11, 22, 9, tzinfo=UTC))
    entries = [
        Entry(str(number), "s", str(number), "microblog", None, "", f"{post.title}\n{post.text}"[:SHORT])
        for number, post in enumerate(world.history + world.day)
    ]
    feeds = _feeds(Site(world, True))
    assessor = Assessor(load(ROOT / "config" / "botkyrka"))
    figures = {
        "assess_posts_per_s": _rate(len(entries), lambda: [assessor.assess(entry) for entry in entries]),
        "tone_posts_per_s": _rate(len(entries), lambda: [tone_of(entry.text, "sv", "microblog") for entry in entries]),
        "textblob_posts_per_s": _rate(len(entries), lambda: [TextBlob(entry.text).sentiment for entry in entries]),
        "parse_entries_per_s": _rate(_items(feeds), lambda: [parse_bytes("rss", feed) for feed in feeds]),
        "feedparser_entries_per_s": _rate(
            _items(feeds), lambda: [feedparser.parse(io.BytesIO(feed)) for feed in feeds]
        ),
        "assess_start_s": _start(),
    }
    figures["tone_against_textblob"] = figures["tone_posts_per_s"] / figures["textblob_posts_per_s"]
    figures["parse_against_feedparser"] = figures["parse_entries_per_s"] / figures["feedparser_entries_per_s"]
    for name, value in figures.items():
        print(f"{name:<28}{value:>12,.2f}")
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}))
    return 0


def _rate(count: int, work: Callable[[], object]) -> float:
    """`count` things a second, in the best round."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return count / best


def _feeds(site: Site) -> list[bytes]:
    """The sample's feeds that feedparser reads too; those that misbehave are left out."""
    addresses = (f"/{publisher.id}/{publisher.path}" for publisher in publishers().values() if not publisher.trouble)
    bodies = (site.answer(address, {}, "127.0.0.1").body for address in addresses)
    return [body for body in bodies if feedparser.parse(io.BytesIO(body)).entries]


def _items(feeds: list[bytes]) -> int:
    return sum(len(feedparser.parse(io.BytesIO(feed)).entries) for feed in feeds)


def _start() -> float:
    """Seconds from the command to the answer for one post."""
    post = b'{"id": "1", "source": "news", "title": "A", "text": "B"}\n'
    command = [sys.executable, "-m", "pipelines.cli", "assess"]
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run(command, input=post, stdout=subprocess.DEVNULL, cwd=ROOT, check=True)
        best = min(best, time.perf_counter() - began)
    return best


if __name__ == "__main__":
    sys.exit(main())
