"""When the invented day lies: the last digest window that has closed, in the municipality's own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Stockholm")
CLOSES = time(7, 30)
"""When a digest window closes and the next one opens, as in config/botkyrka."""


@dataclass(frozen=True, slots=True)
class Window:
    """One digest window: 07:30 of `day` up to, not including, 07:30 of the day after."""

    day: date
    """The date that the ids of its posts carry."""

    @property
    def opens(self) -> datetime:
        return instant(self.day, CLOSES)

    @property
    def closes(self) -> datetime:
        return instant(self.day + timedelta(days=1), CLOSES)

    def at(self, wall: time) -> datetime:
        """The moment in this window when a clock on the wall shows `wall`."""
        return instant(self.day if wall >= CLOSES else self.day + timedelta(days=1), wall)


def last_closed(now: datetime) -> Window:
    """The latest window that has closed at `now` (aware)."""
    today = now.astimezone(ZONE).date()
    closing = today if instant(today, CLOSES) <= now else today - timedelta(days=1)
    return Window(closing - timedelta(days=1))


def instant(day: date, wall: time) -> datetime:
    """Local wall-clock time as UTC; a time that the spring change skips comes out an hour later on the wall."""
    return datetime.combine(day, wall, ZONE).astimezone(UTC)
