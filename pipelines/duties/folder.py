"""A new folder of files, there whole or not at all: made beside, and put in its place by one step."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from pipelines.errors import UserError


def write(folder: Path, made: Mapping[str, bytes | Path]) -> None:
    """made: contents by name; a path is a file to be copied, so that none need be held in memory.

    Raises UserError where it is there already or cannot be written; nothing of it is left then."""
    if folder.exists():
        raise UserError(f"{folder} is there already. Name a folder that is not there yet.")
    unfinished = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for name, content in made.items():
            if isinstance(content, Path):
                shutil.copyfile(content, unfinished / name)
            else:
                (unfinished / name).write_bytes(content)
        unfinished.rename(folder)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise UserError(f"{folder} cannot be written: {error.strerror}. Make room, or name another folder.") from error
