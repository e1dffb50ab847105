"""What the local mail sink has filed: mails as they arrived, one file each. Only where there is such a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import default
from functools import lru_cache
from pathlib import Path

NEWEST = 1000
"""Files looked at: the sink is for trying things out, and never emptied by us."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A mail in the sink."""

    file: str
    message_id: str
    to: str
    subject: str
    date: str


def filed(folder: Path) -> tuple[Filed, ...]:
    """The newest mails in `folder`, newest first; none where the folder does not exist."""
    return tuple(_read(path.as_posix(), changed) for changed, path in sorted(_files(folder), reverse=True)[:NEWEST])


def by_message_id(mails: tuple[Filed, ...]) -> dict[str, list[Filed]]:
    """The same by Message-ID: more than one under it is the same mail, delivered again."""
    found: dict[str, list[Filed]] = {}
    for mail in mails:
        found.setdefault(mail.message_id, []).append(mail)
    return found


def _files(folder: Path) -> Iterator[tuple[int, Path]]:
    for path in folder.glob("*.eml"):
        try:
            yield path.stat().st_mtime_ns, path
        except FileNotFoundError:
            continue  # thrown away while we looked


@lru_cache(maxsize=NEWEST)
def _read(path: str, changed: int) -> Filed:  # noqa: ARG001 - a changed file is another file
    with Path(path).open("rb") as file:
        headers = BytesHeaderParser(policy=default).parse(file)
    found = [str(headers.get(name, "")).strip() for name in ("message-id", "to", "subject", "date")]
    return Filed(Path(path).name, *found)
