"""The mail that asks for a picture taken by hand, where the program could take none. Pure."""

from __future__ import annotations

from dataclasses import replace

from pipelines.config.schema import Config, Receiver
from pipelines.notify.render import key_of, rendered
from pipelines.register.words import network
from pipelines.snapshots.values import Snapshot
from pipelines.snapshots.words import words
from pipelines.types import Message


def letter(given: Snapshot, receiver: Receiver, config: Config) -> Message:
    """One to each receiver for each account and half-year."""
    page = f"{config.dashboard.base_url.rstrip('/')}/forteckning/{given.account}"
    values = {
        "about": given,
        "network": network(given.network),
        "why": words()["why"][given.outcome],
        "most": config.snapshots.upload_megabytes,
        "page": page,
        "receiver": receiver,
        "config": config,
    }
    key = key_of("snapshot", given.account, given.period.isoformat(), receiver.id)
    return replace(rendered(key, "register", receiver, config, values, None, template="snapshot"), link=page)
