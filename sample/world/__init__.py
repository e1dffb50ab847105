"""What was written in and around Botkyrka: the hand-written day, and the thirty days before it from templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sample.clock import Window, last_closed
from sample.world.day import day
from sample.world.history import history
from sample.world.posts import Post


@dataclass(frozen=True, slots=True)
class World:
    """All posts around one window, each tuple in order of publication."""

    window: Window
    history: tuple[Post, ...]
    """The thirty days before the window; nothing in the last two of them would alert anyone."""
    day: tuple[Post, ...]

    def posts(self, day_open: bool) -> tuple[Post, ...]:
        """What the publishers have out: the history alone, or with the day."""
        return self.history + self.day if day_open else self.history


def build(now: datetime) -> World:
    """The world whose day lies in the last digest window that has closed at `now` (aware)."""
    window = last_closed(now)
    return World(window, history(window), day(window))
