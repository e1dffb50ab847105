"""A line for each answer: which route, how it went, how long it took. Never a path, which may name a post or hold a
token, nor who asked."""

from __future__ import annotations

import logging
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)


class RequestLog:
    """Around the whole application; silent unless lines of that level are wanted (pipelines.logs)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _log.isEnabledFor(logging.INFO):
            await self.app(scope, receive, send)
            return
        began, status = perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "")
            figures = {
                "method": scope["method"],
                "route": route,
                "status": status,
                "milliseconds": round((perf_counter() - began) * 1000),
            }
            _log.info("answered", extra={"figures": figures})
