"""Whose address has changed is told of it at the old one: a slip, or someone who redirects alerts, is then seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipelines.config.schema import Config, Receiver
from pipelines.notify.render import key_of, rendered
from pipelines.types import Message


def moved(before: Receiver, address: str, config: Config, by: str, reason: str, at: datetime) -> Message:
    """The mail to the address of `before`, which is now `address`."""
    key = key_of("setting", before.id, before.address, at.isoformat())
    values = {"receiver": before, "address": address, "by": by, "reason": reason, "config": config}
    return replace(rendered(key, "setting", before, config, values, None), link=_page(config))


def _page(config: Config) -> str:
    return f"{config.dashboard.base_url.rstrip('/')}/mottagare"
