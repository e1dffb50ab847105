"""A model's folder and the manifest that vouches for it: nothing is read whose bytes are not those that were sealed.

`python -m sentiment.manifest DIR --labels negative,neutral,positive` seals a folder that was fetched from elsewhere.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

NAME = "manifest.json"
CHUNK = 1 << 20


class BrokenModel(Exception):
    """A model's folder cannot be used; the message says why and what to do."""


def seal(folder: Path, facts: Mapping[str, object]) -> None:
    """Write the manifest over all files in `folder` as they are now, with `facts` beside their hashes."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = {name: _hash(folder / name) for name in names if name != NAME}
    text = json.dumps({**facts, "files": files}, ensure_ascii=False, indent=1)
    (folder / NAME).write_text(text + "\n", "utf-8")


def facts_of(folder: Path) -> dict[str, object]:
    """What the manifest says, unchecked. Raises BrokenModel where there is none that can be read."""
    path = folder / NAME
    try:
        said = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BrokenModel(f"{path} is missing. Name a folder that `mediebevakning train` wrote, or seal it.") from None
    except (OSError, ValueError) as error:
        raise BrokenModel(f"{path} cannot be read: {error}. Train or seal the model again.") from error
    if not isinstance(said, dict) or not isinstance(said.get("files"), dict):
        raise BrokenModel(f"{path} names no files. Train or seal the model again.")
    return said


def checked(folder: Path) -> dict[str, object]:
    """What the manifest says, once every file is what it was sealed as, and no file has been added.

    Raises BrokenModel otherwise.
    """
    said = facts_of(folder)
    files = said["files"]
    assert isinstance(files, dict)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {NAME}
    if strange := sorted(there ^ set(files)):
        raise BrokenModel(f"{folder}: {', '.join(strange)}: in the folder or in its manifest, not in both. Seal it.")
    for name, expected in files.items():
        if _hash(folder / name) != expected:
            raise BrokenModel(f"{folder / name} is not what the manifest vouches for. Fetch or train the model again.")
    return said


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m sentiment.manifest", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--labels", required=True, help="what the model's outputs mean, in their order, with commas")
    parser.add_argument("--languages", default="sv", help="ISO 639-1 codes of the languages it reads, with commas")
    given = parser.parse_args(arguments)
    seal(given.folder, {"labels": given.labels.split(","), "languages": given.languages.split(",")})


if __name__ == "__main__":
    main(sys.argv[1:])
