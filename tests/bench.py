"""Benchmarks as ratios against peers in one run: `make bench`. Prints a table, then one JSON object.

Feeds are those of the invented world, texts too, with the development rows of tests/suites beside them; each figure is
the best of several rounds, since a machine is only ever slowed by its neighbours. What is understood is remembered by
word: each figure of it is of five processes, each timed on a fifth of the texts after it has met the others.
"""

from __future__ import annotations

import gc
import io
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import feedparser
from textblob import TextBlob

from pipelines.cli import BETWEEN_COLLECTIONS
from pipelines.collect.recordings import parse_bytes
from pipelines.config import load
from pipelines.enrich.assess import Assessor
from pipelines.types import Entry, Kind
from sample.site import Site
from sample.world import World, build
from sample.world.publishers import publishers
from sentiment.analyzers import tone_of

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
SHORT = 280
"""Characters of a short post."""
NEWS = 250
WHEN = datetime(2026, 11, 22, 9, tzinfo=UTC)
SUITES = ("tests/suites/signals.jsonl", "tests/suites/understanding.jsonl")
UNDERSTOOD = ("understand_posts", "assess_posts", "assess_news")
PARTS = 5
UNSEEN = "unseen"
"""What a process that is timed on one part is called with."""


def main() -> int:
    if sys.argv[1:2] == [UNSEEN]:
        print(_unseen_seconds(sys.argv[2], int(sys.argv[3])))
        return 0
    world = build(WHEN)
    texts = _texts(world)
    feeds = _feeds(Site(world, True))
    figures = {f"{name}_per_s": _unseen_rate(name) for name in UNDERSTOOD}
    figures |= {
        "tone_posts_per_s": _rate(len(texts), lambda: [tone_of(text, "sv", "microblog") for text in texts]),
        "textblob_posts_per_s": _rate(len(texts), lambda: [TextBlob(text).sentiment for text in texts]),
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


def _unseen_rate(what: str) -> float:
    """Texts a second of processor time: every text is timed once."""
    command = [sys.executable, "-m", "tests.bench", UNSEEN, what]
    told = [subprocess.run([*command, str(part)], capture_output=True, cwd=ROOT, check=True) for part in range(PARTS)]
    return PARTS / sum(float(one.stdout) for one in told)


def _unseen_seconds(what: str, part: int) -> float:
    """Seconds for one text of the part with this number, after all other parts. To understand is all but the flags."""
    config, texts = load(ROOT / "config" / "botkyrka"), _texts(build(WHEN))
    kind: Kind = "microblog"
    if what == "understand_posts":
        config = config.model_copy(update={"rules": ()})
    elif what == "assess_news":
        kind, texts = "news", _as_long_as_news(texts)
    assessor = Assessor(config)
    entries = [Entry(str(number), "s", str(number), kind, None, "", text) for number, text in enumerate(texts)]
    deque(assessor.assess_all(entry for number, entry in enumerate(entries) if number % PARTS != part), maxlen=0)
    timed = entries[part::PARTS]
    gc.freeze()  # as a run of enrich does, and the command line
    gc.set_threshold(BETWEEN_COLLECTIONS)
    began = time.process_time()
    deque(assessor.assess_all(timed), maxlen=0)
    return (time.process_time() - began) / len(timed)


def _texts(world: World) -> list[str]:
    """Distinct short posts: the world's, and what the suites show of theirs."""
    posts = [f"{post.title}\n{post.text}"[:SHORT] for post in world.history + world.day]
    rows = [json.loads(line) for name in SUITES for line in (ROOT / name).read_text("utf-8").splitlines()]
    shown = [row["text"] for row in rows if row["split"] == "development"]
    return list(dict.fromkeys((*posts, *shown)))


def _as_long_as_news(texts: Sequence[str]) -> list[str]:
    """Texts of NEWS characters or a little more, of neighbours joined."""
    joined: list[str] = []
    for text in texts:
        if joined and len(joined[-1]) < NEWS:
            joined[-1] += f" {text}"
        else:
            joined.append(text)
    return joined


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
