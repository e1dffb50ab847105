"""The hand-written day: world/day/*.toml laid on the window."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from functools import cache
from pathlib import Path

from sample.clock import Window
from sample.world.posts import Draft, Post, publish

FIRST_NUMBER = 500
"""Above any number of the history, which tells of the same date when the next day has come."""
SNOW_MONTHS = frozenset({11, 12, 1, 2, 3})


@cache
def drafts() -> tuple[tuple[str | None, Draft], ...]:
    """Season (None for all year) and draft, in the files' order."""
    return tuple(_read_all())


def day(window: Window) -> tuple[Post, ...]:
    """The posts of the window's day, in order of publication."""
    numbers: Counter[str] = Counter()
    posts: list[Post] = []
    for season, draft in drafts():
        if season not in (None, season_of(window.day)):
            continue
        number = FIRST_NUMBER + numbers[draft.sources[0]]
        numbers[draft.sources[0]] += 1
        published = window.at(time.fromisoformat(draft.at)).replace(second=number * 7 % 60)
        posts.extend(publish(draft, draft.sources, window.day, number, published))
    return tuple(sorted(posts, key=lambda post: (post.published, post.source, post.serial)))


def season_of(when: date) -> str:
    """Which storm blows: over snow that nobody cleared, or waste that nobody fetched."""
    return "snow" if when.month in SNOW_MONTHS else "waste"


def _read_all() -> Iterator[tuple[str | None, Draft]]:
    for path in sorted((Path(__file__).parent / "day").glob("*.toml")):
        raw = tomllib.loads(path.read_text("utf-8"))
        texts = raw.get("texts", {})
        for row in raw["post"]:
            draft = Draft.read(row)
            text = texts[draft.text_from] if draft.text_from else draft.text
            sources = draft.sources or (draft.source or path.stem,)
            yield raw.get("season"), replace(draft, text=text, sources=sources)
