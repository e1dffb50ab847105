"""Who publishes in the invented world."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Shape = Literal[
    "rss", "forum", "wordpress", "photo", "atom", "radio", "video", "board", "wiki", "rdf", "police", "mastodon"
]
Trouble = Literal["hangs", "broken", "limited", "fails", "moved"]


@dataclass(frozen=True, slots=True)
class Publisher:
    id: str
    name: str
    shape: Shape
    path: str
    """Where its document lies, below its own folder on the server."""
    site: str
    """The address that its links lead to; under .example, so that no click reaches a real site."""
    encoding: str = "utf-8"
    validators: bool = False
    """Whether it sends ETag and Last-Modified, and answers 304."""
    trouble: Trouble | None = None
    handles: tuple[str, ...] = ()
    """What its writers call themselves; empty where the publisher itself is the author."""

    @property
    def host(self) -> str:
        return self.site.removeprefix("https://")

    @property
    def silent(self) -> bool:
        """Whether it never gets a post out."""
        return self.trouble is not None and self.trouble != "moved"


@cache
def publishers() -> Mapping[str, Publisher]:
    """Every publisher by its id, in the file's order."""
    raw = tomllib.loads((Path(__file__).parent / "publishers.toml").read_text("utf-8"))
    rows = ({**row, "handles": tuple(row.get("handles", ()))} for row in raw["publisher"])
    return MappingProxyType({row["id"]: Publisher(**row) for row in rows})
