"""The only way out for the browser: a proxy on loopback that asks the guard before every connection.

A page is others' program. It may lead to this machine, to the local network or to where a cloud keeps its keys: at
once, by a redirect, or by a name that is another address the second time. So the browser looks up nothing itself, and
what is connected to is the very address that was checked. What it brings is counted, and cut off at the limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpcore

from pipelines.guard import WEB_PORTS, Forbidden, GuardedBackend, Resolve, SystemNames

HEAD = 64 * 1024
"""Bytes of a request's head, at most."""
PIECE = 64 * 1024
CONNECT_SECONDS = 15.0
HEAD_SECONDS = 30.0
OF_ONE_HOP = re.compile(rb"(?im)^(?:proxy-[^:\r\n]*|connection|keep-alive):[^\r\n]*\r\n")
LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,12})[ \t]*\r?$")
Read = Callable[[], Awaitable[bytes]]


class Proxy:
    """Serves as long as it is entered; everything else is read afterwards or meanwhile."""

    def __init__(self, *, private: bool, limit: int, resolver: Resolve | None = None) -> None:
        """limit: bytes from the web in all. private: this machine and the local network too, at any port."""
        self._names = SystemNames()
        self._private = private
        self._limit = limit
        self._out = GuardedBackend(private=private, resolver=resolver or self._names)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._full = asyncio.Event()
        self.received = 0
        self.refused: set[str] = set()
        """Hosts that the guard has refused."""

    @property
    def over(self) -> bool:
        """Whether more was offered than the limit allows."""
        return self.received > self._limit

    async def cut_off(self) -> None:
        """Wait until it is."""
        await self._full.wait()

    @property
    def port(self) -> int:
        assert self._server is not None, "it is asked for while it serves"
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0, limit=HEAD)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        self._names.close()

    async def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with contextlib.suppress(
                OSError,
                ValueError,
                TimeoutError,
                asyncio.IncompleteReadError,
                asyncio.LimitOverrunError,
                httpcore.NetworkError,
                httpcore.TimeoutException,
            ):
                await self._serve(reader, writer)
        finally:
            self._open.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request: what cannot be done is answered by silence, since the browser would show any
        other answer as if it were the page."""
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_SECONDS)
        line, _, fields = head.partition(b"\r\n")
        method, target, version = line.decode("ascii").split(" ")
        if method == "CONNECT":
            parts = urlsplit(f"//{target}")
            upstream = await self._connect(parts.hostname or "", parts.port or 443)
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await writer.drain()
            await self._both(lambda: reader.read(PIECE), upstream, writer)
            return
        parts = urlsplit(target)
        if parts.scheme != "http" or not version.startswith("HTTP/1"):
            raise ValueError("what is asked for is no page of the web")
        upstream = await self._connect(parts.hostname or "", parts.port or 80)
        path = parts._replace(scheme="", netloc="").geturl() or "/"
        asked = f"{method} {path} {version}\r\nConnection: close\r\n".encode("ascii")
        await upstream.write(asked + OF_ONE_HOP.sub(b"", fields))
        found = LENGTH.search(fields)
        await self._both(_exactly(reader, int(found[1]) if found else 0), upstream, _Closing(writer))

    async def _connect(self, host: str, port: int) -> httpcore.AsyncNetworkStream:
        if self.over or not (self._private or port in WEB_PORTS):
            raise Forbidden(host)
        try:
            return await self._out.connect_tcp(host, port, CONNECT_SECONDS)
        except Forbidden:
            self.refused.add(host)
            raise

    async def _both(self, read: Read, upstream: httpcore.AsyncNetworkStream, writer: _Writer) -> None:
        """Carry what either says to the other until one has said all, or the limit is reached."""
        sending = asyncio.ensure_future(_carry(read, upstream))
        try:
            while piece := await upstream.read(PIECE):
                self.received += len(piece)
                if self.over:
                    self._full.set()
                    return
                writer.write(piece)
                await writer.drain()
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await upstream.aclose()


async def _carry(read: Read, upstream: httpcore.AsyncNetworkStream) -> None:
    while piece := await read():
        await upstream.write(piece)


def _exactly(reader: asyncio.StreamReader, left: int) -> Read:
    """The request's body and no more: a second request on the connection could be meant for another host."""

    async def read() -> bytes:
        nonlocal left
        piece = await reader.read(min(left, PIECE)) if left else b""
        left -= len(piece)
        return piece

    return read


class _Closing:
    """Tells the browser in the answer's head that this connection serves no second request."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._head: bytes | None = b""

    def write(self, piece: bytes) -> None:
        if self._head is None:
            self._writer.write(piece)
            return
        self._head += piece
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if end:
            status, _, fields = head.partition(b"\r\n")
            whole = status + b"\r\nConnection: close\r\n" + OF_ONE_HOP.sub(b"", fields + b"\r\n") + b"\r\n"
            self._writer.write(whole + rest)
            self._head = None
        elif len(self._head) > HEAD:
            raise ValueError("the head of the answer never ends")

    async def drain(self) -> None:
        await self._writer.drain()


_Writer = asyncio.StreamWriter | _Closing
