"""Headers that leave a hostile text nothing to do, on every answer; and an access log without what lets people in."""

from __future__ import annotations

import logging
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""For a mail shown in its frame: mail programs know inline styles only, so they are let through; nothing else is."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
SECRET_PATH = re.compile(r"(/(?:logga-in|ratta|atom)/)[^\s\"]+")  # with the query, which may hold a code


class SecurityHeaders:
    """Adds HEADERS to every answer; a page that sets one of them itself keeps its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class WithoutLoginLinks(logging.Filter):
    """Blots out the token of a link or a feed in a line of the access log: it speaks for whoever has it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                SECRET_PATH.sub(r"\1…", part) if isinstance(part, str) else part for part in record.args
            )
        return True


def quiet_access_log() -> None:
    """Let the web server's access log pass through the filter; once is enough however often it is called."""
    log = logging.getLogger("uvicorn.access")
    if not any(isinstance(known, WithoutLoginLinks) for known in log.filters):
        log.addFilter(WithoutLoginLinks())
