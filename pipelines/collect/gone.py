"""Deleted at the source? Asked of entries that someone is about to read, and of what private persons have written about
the municipality, at the entry's own page, a few each pass. What is gone is deleted here, or sealed, at once.

That an entry is no longer in its feed says nothing: feeds are short. That its own page answers 404 does, once it has
said so twice, hours apart: a site that is being moved answers 404 too. 410 is said by no accident, and counts at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.asking import Failure, Payload
from pipelines.config.schema.sources import SILENT_FAMILIES
from pipelines.store import presence
from pipelines.store.engine import reading

if TYPE_CHECKING:
    from pipelines.bootstrap import App
    from pipelines.collect.fetch import Door
    from pipelines.store.presence import Sighting

MOST_A_PASS = 10
"""Pages asked for in one pass: beside what the sources are asked themselves it is not to be felt. With a pass every ten
minutes, 720 posts can be asked about twice a day."""
AGAIN = timedelta(hours=6)
"""From one question about an entry to the next, and so between the two misses that make it gone."""
WATCHED = timedelta(days=30)
"""Older entries are read by few, and asked about no more."""


@dataclass(frozen=True, slots=True)
class Found:
    missed_at: datetime | None
    gone_at: datetime | None


async def look(app: App, door: Door, source_ids: Collection[str]) -> int:
    """Ask for the pages of entries of these sources, store what was found; how many are newly known to be gone."""
    now = app.clock()
    with reading(app.engine) as connection:
        chosen = presence.doubtful(
            connection,
            _that_tell(app, source_ids),
            seen_since=now - WATCHED,
            asked_before=now - AGAIN,
            limit=MOST_A_PASS,
        )
    if not chosen:
        return 0
    answers = await asyncio.gather(*(door.page(one.url) for one in chosen))
    found = [judge(one, answer, now) for one, answer in zip(chosen, answers, strict=True)]
    await asyncio.to_thread(_store, app, chosen, found, now)
    return sum(one.gone_at is not None for one in found)


def _that_tell(app: App, source_ids: Collection[str]) -> list[str]:
    """Those of the sources whose pages say that a post is removed: asking the others would keep these waiting."""
    families = {source.id: source.family for source in app.config.sources}
    return [id for id in source_ids if families.get(id) not in SILENT_FAMILIES]


def judge(sighting: Sighting, answer: Payload | Failure, now: datetime) -> Found:
    """What `answer` says of the entry. Only 404 and 410 speak of deletion; other failures leave things as they are."""
    if isinstance(answer, Payload):
        return Found(None, None)
    if answer.status == 410:
        return Found(sighting.missed_at or now, now)
    if answer.status != 404:
        return Found(sighting.missed_at, None)
    return Found(sighting.missed_at or now, now if sighting.missed_at else None)


def _store(app: App, chosen: Sequence[Sighting], found: list[Found], now: datetime) -> None:
    with app.engine.begin() as connection:
        for one, what in zip(chosen, found, strict=True):
            presence.save(connection, one.entry_id, now, what.missed_at, what.gone_at)
        if any(one.gone_at for one in found):
            app.forget_gone(connection, app.config, now)
