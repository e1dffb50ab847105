"""What lies as files: mails of a channel that writes them and of the local sink, which go as the copies do; pictures of
our accounts, which go when the archive has had them for long enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.bootstrap import App
from pipelines.snapshots import stored
from pipelines.store import snapshots
from pipelines.store.engine import reading

UNFINISHED = timedelta(days=1)
"""So old is no picture that is being stored: the run that made it was broken off."""


def mails(app: App) -> Iterator[Path]:
    """Every mail that lies as a file where the configuration says that we write some."""
    own = (channel.folder for channel in app.config.channels if channel.kind == "file" and channel.folder)
    for folder in sorted({app.settings.mails, *(app.settings.var / folder for folder in own)}):
        if folder.is_dir():
            yield from sorted(folder.glob("*.eml"))


def old(app: App, before: datetime) -> tuple[Path, ...]:
    """Those written before then."""
    return tuple(path for path in mails(app) if path.stat().st_mtime < before.timestamp())


def pictures(app: App, now: datetime) -> tuple[Path, ...]:
    """Those that were delivered long ago, and those of which no row tells."""
    delivered = now - timedelta(days=app.config.retention.delivered_days)
    with reading(app.engine) as connection:
        kept = snapshots.files_kept(connection, delivered)
    new = (now - UNFINISHED).timestamp()
    return tuple(
        path for path in stored.all_files(app.settings) if path.name not in kept and path.stat().st_mtime < new
    )


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
