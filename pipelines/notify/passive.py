"""The mail that tells of an account of ours that has gone silent. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from pipelines.config.schema import Config, Receiver
from pipelines.notify.render import key_of, rendered
from pipelines.types import Message


@dataclass(frozen=True, slots=True)
class Silent:
    """An account as the mail names it."""

    id: str
    network: str
    handle: str
    address: str
    last_post: datetime
    days: int
    """Since then, whole ones."""
    responsible: str
    """Title."""


def passive(step: Literal["first", "again", "close"], about: Silent, receiver: Receiver, config: Config) -> Message:
    """What `receiver` is told at `step`. One mail to each for each step and silence."""
    page = f"{config.dashboard.base_url.rstrip('/')}/forteckning/{about.id}"
    values = {
        "step": step,
        "about": about,
        "since": about.last_post.astimezone(config.zone).date(),
        "limit": config.accounts.passive_days,
        "page": page,
        "receiver": receiver,
        "config": config,
    }
    key = key_of("register", about.id, about.last_post.isoformat(timespec="seconds"), step, receiver.id)
    return replace(rendered(key, "register", receiver, config, values, None), link=page)
