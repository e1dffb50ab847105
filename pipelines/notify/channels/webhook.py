"""Webhooks as standardwebhooks.com lays down: id, timestamp and signature, so that a receiver can tell that it was us,
that it is not old, and that it has had it before.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import ssl
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

import httpx

from pipelines.guard import Forbidden, GuardedTransport
from pipelines.notify.channels import Unusable
from pipelines.types import Message, Refusal

PREFIX = "whsec_"
SHORTEST_KEY = 24
"""Bytes; the specification's least."""
GONE = 410
MEANT_FOR_US = frozenset((400, 413, 415, 422))
"""Answers about this very event; whatever else is refused may be taken later."""


def key_of(secret: str) -> bytes:
    """The signing key that `secret` writes as whsec_ and base64. Raises Unusable, which does not repeat it."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < SHORTEST_KEY:
        raise Unusable(f"nyckeln ska vara {PREFIX} följt av base64 för minst {SHORTEST_KEY} byte")
    return key


def signature(key: bytes, event_id: str, timestamp: int, body: str) -> str:
    """v1: HMAC-SHA256 over id, time (Unix seconds) and body, with points between."""
    signed = hmac.new(key, f"{event_id}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode('ascii')}"


class WebhookChannel:
    """Posts each Message's text, which is JSON, to one address. Follows no redirect and reads no answer."""

    def __init__(self, url: str, key: bytes, clock: Callable[[], datetime], *, timeout: float, private: bool) -> None:
        self._url = url
        self._key = key
        self._clock = clock
        self._timeout = timeout
        self._private = private
        self._runner = asyncio.Runner()
        self._client: httpx.AsyncClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._runner.run(self._client.aclose())
        self._runner.close()

    def send(self, message: Message) -> Refusal | None:
        """Hand over one Message. Any 2xx takes it; 410 closes the address for good."""
        event_id = message.message_id.strip("<>").partition("@")[0]
        timestamp = int(self._clock().timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._key, event_id, timestamp, message.text),
        }
        try:
            status = self._runner.run(asyncio.wait_for(self._post(message.text, headers), self._timeout))
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, TimeoutError) as error:
            return Refusal(_named(error), permanent=False, unreachable=True)
        if 200 <= status < 300:
            return None
        return Refusal(f"mottagaren svarade {status}", permanent=status in MEANT_FOR_US, unreachable=status == GONE)

    async def _post(self, body: str, headers: dict[str, str]) -> int:
        if self._client is None:
            transport = GuardedTransport(private=self._private, connections=1)
            self._client = httpx.AsyncClient(transport=transport, timeout=self._timeout, trust_env=False)
        async with self._client.stream("POST", self._url, content=body.encode(), headers=headers) as answer:
            return answer.status_code


def _named(error: Exception) -> str:
    """Without the address, which may hold a key of the receiver's."""
    causes = [error, error.__cause__, getattr(error.__cause__, "__cause__", None)]
    if any(isinstance(cause, Forbidden) for cause in causes):
        return "adressen leder till det egna nätet, vilket allow_private inte tillåter"
    return f"förbindelsen bröts ({type(error).__name__})"
