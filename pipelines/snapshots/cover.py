"""The first page of a snapshot: which account, where, when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipelines.config.schema import Config
from pipelines.register.words import network
from pipelines.reports import document
from pipelines.reports.blocks import Block, Heading, Points, Text
from pipelines.snapshots.values import Snapshot
from pipelines.snapshots.words import words


def name(given: Snapshot) -> str:
    """The account as people call it."""
    return f"{network(given.network)} {given.handle}"


def title(given: Snapshot) -> str:
    return str(words()["cover"]["title"]).format(name=name(given))


def cover(given: Snapshot, config: Config) -> bytes:
    """The page, a PDF."""
    when = given.at.astimezone(config.zone)
    return document.render(_blocks(given, config, when), title=title(given), when=when)


def _blocks(given: Snapshot, config: Config, when: datetime) -> Iterator[Block]:
    said = words()["cover"]
    yield Text(said["text"])
    yield Heading(said["facts"])
    yield Points(
        (
            said["account"].format(name=name(given)),
            said["asked"].format(address=given.asked),
            said["reached"].format(address=given.reached),
            said["at"].format(time=f"{when:%Y-%m-%d %H.%M.%S} ({config.municipality.timezone})"),
            said["period"].format(day=given.period.isoformat()),
            said["municipality"].format(name=config.municipality.name),
            *([words()["remark"]["not_whole"]] if not given.whole else []),
        )
    )
    yield Text(said["sum"].format(id=given.account))
    yield Text(said["others"], "weak")
