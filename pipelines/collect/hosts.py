"""Turns: how soon, and how many at a time, each host is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

PER_HOST = 4
"""Requests under way to one host at a time, where its spacing lets them overlap at all."""


PATIENCE = 20.0
"""Seconds that a visit waits for its host before it is put off: one slow host must not hold up a whole pass."""


class Busy(Exception):
    """The host has been promised longer peace than anyone has patience for."""


@dataclass(slots=True)
class _Host:
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PER_HOST))
    next_at: float = 0.0
    """On the event loop's clock."""


class Hosts:
    """Hands out turns to `concurrency` requests in all."""

    def __init__(self, concurrency: int) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str, spacing: float, patience: float = PATIENCE) -> AsyncIterator[None]:
        """Wait until the host `name` may be asked; `spacing` seconds must pass before the next one begins.

        Raises Busy at once where that is further away than `patience` seconds.
        """
        host = self._hosts.setdefault(name, _Host())
        async with host.free:
            now = asyncio.get_running_loop().time()
            begins = max(now, host.next_at)
            if begins - now > patience:
                raise Busy
            host.next_at = begins + spacing
            if begins > now:
                await asyncio.sleep(begins - now)
            async with self._slots:  # taken last: who waits for a slow host holds up nobody
                yield
