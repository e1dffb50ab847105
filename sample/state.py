"""Whether the day has begun, kept in a folder so that a server that starts again goes on where it was."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class State:
    """`token` is what POST /control/day must show; `open-day` names the day that has begun."""

    folder: Path
    day: date

    @property
    def token(self) -> str:
        """Made on first use, readable by its owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "token"
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))
        except FileExistsError:
            pass
        return path.read_text("ascii")

    @property
    def day_open(self) -> bool:
        """A day that was opened is open; another day's mark says nothing of this one."""
        try:
            return (self.folder / "open-day").read_text("ascii") == self.day.isoformat()
        except FileNotFoundError:
            return False

    def open_day(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / "open-day.new"
        fresh.write_text(self.day.isoformat(), "ascii")
        fresh.replace(self.folder / "open-day")
