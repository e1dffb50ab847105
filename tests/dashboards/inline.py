"""A browser without threads: for tests that ask thousands of things, of which each hop to another thread takes longer
than its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import httpx
from httpx import Response
from starlette.types import ASGIApp

from tests.dashboards.seed import HOST


class Inline:
    """As much of a browser as the walk needs: cookies are kept, redirects are seen as they are."""

    def __init__(self, web: ASGIApp, loop: asyncio.Runner, headers: Mapping[str, str] = {}) -> None:
        self.loop = loop
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url=HOST, headers=headers)

    def request(self, method: str, path: str, **sent: Any) -> Response:
        return self.loop.run(self.client.request(method, path, **sent))

    def get(self, path: str, **sent: Any) -> Response:
        return self.request("GET", path, **sent)

    def post(self, path: str, **sent: Any) -> Response:
        return self.request("POST", path, **sent)


@contextmanager
def one_thread() -> Iterator[asyncio.Runner]:
    """A loop in which what would wait in a thread of its own is done at once."""

    async def at_once(done: Callable[..., Any], *given: Any, **_: Any) -> Any:
        return done(*given)

    with asyncio.Runner() as loop, patch("anyio.to_thread.run_sync", at_once):
        yield loop
