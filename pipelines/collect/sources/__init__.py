"""The families of sources: how a kind of source is asked, and how its answer is read. Pure: no I/O, no clock.

A new family is one file and one line in FAMILIES; a new newspaper is a row in sources.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pydantic import BaseModel

from pipelines.collect.parse import Context
from pipelines.collect.sources import mastodon, polisen, rss
from pipelines.config.schema import Source
from pipelines.types import Parsed, Payload, Request


class Family(Protocol):
    """What a module in this folder offers."""

    @property
    def Options(self) -> type[BaseModel]:
        """What a source of this family may say under `options`; closed."""

    def requests(self, source: Source, cursor: str | None) -> tuple[Request, ...]:
        """What to ask now. `cursor` is where the last visit ended; None at the first."""

    def parse(self, payload: Payload, source: Source, context: Context) -> Parsed:
        """What the answer holds. Never raises: what cannot be read is told in `problems`, its neighbours are there.

        No entries and a problem: the whole answer is not what this family speaks.
        """


FAMILIES: Mapping[str, Family] = {
    "mastodon": mastodon,
    "polisen": polisen,
    "rss": rss,
}
