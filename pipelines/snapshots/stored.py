"""The files of snapshots, each under its checksum, in a folder of the installation's state."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import UserError
from pipelines.settings import Settings
from pipelines.snapshots.values import Snapshot


def folder(settings: Settings) -> Path:
    return settings.var / "snapshots"


def sha256(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def put(settings: Settings, name: str, content: bytes) -> None:
    """Keep a file, there whole or not at all; one of that name is the same already.

    Raises UserError where it cannot be written.
    """
    place = folder(settings)
    draft = place / f".{name}.{os.getpid()}"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place / name)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UserError(
            f"{place / name} cannot be written: {error.strerror}. Make room and run it again: what is made stays."
        ) from error


def path(settings: Settings, given: Snapshot) -> Path:
    """Where the snapshot's file is kept, looked at anew. Raises UserError where it is not as it was kept."""
    found = folder(settings) / given.stored_as
    try:
        with found.open("rb") as file:
            read = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UserError(f"{found} cannot be read: {error.strerror}. Put it back from a backup.") from error
    if read != given.sha256:
        raise UserError(f"{found} is not as it was kept. Put it back from a backup.")
    return found


def all_files(settings: Settings) -> Iterator[Path]:
    """Everything that lies there, drafts that were broken off too."""
    place = folder(settings)
    if place.is_dir():
        yield from sorted(path for path in place.iterdir() if path.is_file())
