"""Mails that lie as files: those of a channel that writes them, and of the local sink. They go as the copies do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pipelines.bootstrap import App


def mails(app: App) -> Iterator[Path]:
    """Every mail that lies as a file where the configuration says that we write some."""
    own = (channel.folder for channel in app.config.channels if channel.kind == "file" and channel.folder)
    for folder in sorted({app.settings.mails, *(app.settings.var / folder for folder in own)}):
        if folder.is_dir():
            yield from sorted(folder.glob("*.eml"))


def old(app: App, before: datetime) -> tuple[Path, ...]:
    """Those written before then."""
    return tuple(path for path in mails(app) if path.stat().st_mtime < before.timestamp())


def telling(app: App, marks: frozenset[str]) -> tuple[Path, ...]:
    """Those in which one of the marks stands: addresses of posts here and at their source."""
    from email import message_from_bytes, policy

    def says(path: Path) -> bool:
        read = message_from_bytes(path.read_bytes(), policy=policy.default)
        parts = [part.get_content() for part in read.walk() if part.get_content_maintype() == "text"]
        return any(mark in part for part in parts for mark in marks)

    return tuple(path for path in mails(app) if marks and says(path))


def remove(paths: tuple[Path, ...]) -> int:
    """Delete them; one that has gone meanwhile is as gone. Returns how many."""
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)
