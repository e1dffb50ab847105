"""What is news, and what is still worth a mail at once: no flood of old posts, whatever is fetched or edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.types import Item, Notice


def is_news(item: Item, max_age: timedelta) -> bool:
    """Whether it was at most `max_age` old when we first saw it, or has been edited since.

    Measured from first sight and not from now, so that an outage of ours loses nothing: it only comes in the digest.
    """
    return item.edited_at is not None or item.first_seen - item.when <= max_age


def timely(notices: Iterable[Notice], item: Item, now: datetime, max_age: timedelta) -> tuple[Notice, ...]:
    """The same notices, none of them urgent where the item was published and edited longer than `max_age` ago."""
    fresh = now - (item.edited_at or item.when) <= max_age
    return tuple(notice if fresh else replace(notice, urgent=False) for notice in notices)
