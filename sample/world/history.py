"""The thirty days before: world/history/*.toml, templates whose every post is a function of its own date.

So a date tells the same from whichever day one looks back at it, and tomorrow's history is today's, one day on.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path

from sample.clock import Window, instant
from sample.world.chance import draw, happens
from sample.world.posts import Draft, Post, publish
from sample.world.wording import fill

DAYS = 30
CALM_DAYS = 2
"""The last days before the window, of which nothing would alert: alerts look back 48 hours."""
FROM_MINUTE, MINUTES = 8 * 60, 14 * 60
"""Posts fall between 08:00 and 22:00."""
FOLDER = Path(__file__).parent / "history"


@dataclass(frozen=True, slots=True)
class Habit:
    """How often a publisher writes, and what."""

    source: str
    per_day: float
    templates: tuple[Draft, ...]

    @property
    def most(self) -> int:
        """The most posts in one day."""
        return math.ceil(2 * self.per_day) + 1


def history(window: Window) -> tuple[Post, ...]:
    """The posts of the thirty days before the window, in order of publication."""
    posts: list[Post] = []
    for age in range(1, DAYS + 1):
        written = written_on(window.day - timedelta(days=age))
        posts.extend(post for post in written if age > CALM_DAYS or not post.label.alert)
    return tuple(sorted(posts, key=lambda post: (post.published, post.source, post.serial)))


@cache
def written_on(day: date) -> tuple[Post, ...]:
    """All that the publishers wrote on one day of the past."""
    return tuple(post for habit in habits() for post in _written(habit, day))


@cache
def habits() -> tuple[Habit, ...]:
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        raw = tomllib.loads(path.read_text("utf-8"))
        if "template" in raw:
            found.append(Habit(path.stem, raw["per_day"], tuple(map(Draft.read, raw["template"]))))
    return tuple(found)


@cache
def shared_slots() -> Mapping[str, Sequence[str]]:
    return tomllib.loads((FOLDER / "slots.toml").read_text("utf-8"))


def _written(habit: Habit, day: date) -> Iterator[Post]:
    for number in range(habit.most):
        if not happens(habit.per_day / habit.most, habit.source, day, number):
            continue
        # Every template comes up once before any comes up again, and each time with the next of its words.
        turn, place = divmod(day.toordinal() * habit.most + number, len(habit.templates))
        draft = _worded(_shuffled(habit, turn)[place], turn)
        minute = FROM_MINUTE + draw(habit.source, day, number, "minute") % MINUTES
        published = instant(day, time(minute // 60, minute % 60, number * 7 % 60))
        yield from publish(draft, (habit.source,), day, number, published)


def _shuffled(habit: Habit, turn: int) -> list[Draft]:
    return sorted(habit.templates, key=lambda template: draw(habit.source, turn, template.title, template.text))


def _worded(draft: Draft, turn: int) -> Draft:
    """The draft with its slots filled; the turns go through all combinations of its words before one comes again."""
    named: dict[str, str] = {}
    combinations = 0

    def word_for(slot: str) -> str:
        nonlocal combinations
        name, _, inline = slot.rpartition("=")
        values = inline.split("|") if "|" in inline else shared_slots().get(slot)
        if slot in named:
            return named[slot]
        if values is None:
            # {weekday} and {date} are filled when the post is published
            return f"{{{slot}}}"
        step = turn + (turn // combinations if combinations else 0)
        word = values[(step + draw(draft.text, slot)) % len(values)]
        combinations = max(combinations, 1) * len(values)
        named[name or slot] = word
        return word

    place = fill(draft.place, word_for) if draft.place else None
    return replace(draft, title=fill(draft.title, word_for), text=fill(draft.text, word_for), place=place)
