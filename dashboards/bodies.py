"""How much may be sent to us: a form's worth everywhere, a picture's worth where one is uploaded.

What is more is refused before it is read: a form would otherwise be kept on disk whole before anyone asks who sends it.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORM = 4 << 20
"""Bytes; the longest form of ours is a page of chosen posts."""
UPLOADS = "/ogonblicksbild"
"""How the paths end that take a file."""
AROUND = 64 << 10
"""Bytes of a form around its file."""


class BodyLimit:
    """Answers with 413 where the body is longer, whether its length was told or not."""

    def __init__(self, app: ASGIApp, upload: int) -> None:
        self.app = app
        self.upload = upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.upload + AROUND if scope["path"].endswith(UPLOADS) else FORM
        told = Headers(scope=scope).get("content-length", "")
        read = int(told) if told.isdecimal() and int(told) > limit else 0

        async def counted() -> Message:
            nonlocal read
            if read > limit:
                raise HTTPException(413)
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)
