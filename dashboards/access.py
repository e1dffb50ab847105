"""What a request has let someone see of flagged entries, written to the access log before the answer leaves.

Whatever a view reads under the visitor's Scope is noted, so that no page, export or interface can forget to. If the
line cannot be written, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.bootstrap import App
from pipelines.store import access
from pipelines.store.access import Access, Action
from pipelines.types import Item

LINK = "link"
"""The role of who has followed a link in a mail: the receiver whose mail it stood in."""
NOT_MODIFIED = 304
"""Shows nothing: what a feed reader that asks again already has was written down when it got it."""


@dataclass
class Notes:
    """What one request has read."""

    account: str = ""
    role: str = ""
    always: bool = False
    """To be written down even where no entry was read: the log itself."""
    entries: dict[str, None] = field(default_factory=dict)

    def by(self, account: str, role: str) -> None:
        self.account, self.role = account, role

    def saw(self, found: Sequence[Item]) -> None:
        """Keep those that are flagged."""
        self.entries |= {item.entry.id: None for item in found if item.assessment.flags}

    def take(self) -> tuple[str, ...] | None:
        """What has not been written yet; None where there is nothing to write."""
        if not self.entries and not self.always:
            return None
        taken = tuple(self.entries)
        self.entries, self.always = {}, False
        return taken


def notes(request: Request) -> Notes:
    """Of this request."""
    kept: Notes = request.state.notes
    return kept


class AccessLog:
    """Writes down what a request has read, before the first byte of its answer and before every later one."""

    def __init__(self, app: ASGIApp, world: App) -> None:
        self.app = app
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        kept = scope.setdefault("state", {})["notes"] = Notes()
        answer: Message = {}

        async def send_noted(message: Message) -> None:
            nonlocal answer
            if message["type"] == "http.response.start":
                answer = message
            seen = kept.take() if answer["status"] < 400 and answer["status"] != NOT_MODIFIED else None
            if seen is not None:
                await run_in_threadpool(self._write, kept, seen, scope, Headers(raw=answer["headers"]))
            await send(message)

        await self.app(scope, receive, send_noted)

    def _write(self, kept: Notes, seen: tuple[str, ...], scope: Scope, headers: Headers) -> None:
        assert kept.account, "nobody reads without a name"
        place = scope["route"].path
        line = Access(self.world.clock(), kept.account, kept.role, _action(scope["method"], headers), place, seen)
        with self.world.engine.begin() as opened:
            access.add(opened, line)


def _action(method: str, headers: Headers) -> Action:
    if method not in ("GET", "HEAD") and "content-disposition" not in headers:
        return "changed"
    return "read" if headers.get("content-type", "text/html").startswith("text/html") else "exported"
