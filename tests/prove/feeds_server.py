"""Feeds on loopback, as many as are asked for, by a server that costs little: python -m tests.prove.feeds_server ITEMS.

/f/N is a feed of ITEMS items with an ETag. POST /day makes the next day: every hundredth feed gets another item.
Prints its port when it listens.
"""

from __future__ import annotations

import asyncio
import sys

EVERY = 100
"""One feed of so many changes from day to day: 1 %."""


class Feeds(asyncio.Protocol):
    """HTTP/1.1, as much of it as a collector speaks."""

    day = 0
    items = 5

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._read = b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, self._read = self._read.partition(b"\r\n\r\n")
            assert isinstance(self._transport, asyncio.Transport)
            self._transport.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        method, path, _ = head.split(b" ", 2)
        if method == b"POST":
            Feeds.day += 1
            return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        number = int(path.rpartition(b"/")[2])
        day = Feeds.day if number % EVERY == 0 else 0
        etag = b'"%d"' % day
        if b"if-none-match: " + etag in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n"
        body = feed(number, self.items + day)
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: %s\r\nContent-Length: %d\r\n\r\n%s" % (
            etag,
            len(body),
            body,
        )


def feed(number: int, items: int) -> bytes:
    """The newest first, as feeds are."""
    told = "".join(
        f"<item><title>Notis {one} i flöde {number}</title><link>https://f{number}.example/artikel/{one}</link>"
        f'<guid isPermaLink="false">f{number}-{one}</guid><pubDate>Sat, 21 Nov 2026 06:30:00 +0100</pubDate>'
        "<description>Vägen förbi skolan är stängd för trafik medan ledningarna läggs om, och bussen går en annan väg."
        "</description></item>"
        for one in range(items, 0, -1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Flöde {number}</title>'
        f"<language>sv</language>{told}</channel></rss>"
    ).encode()


async def main(items: int) -> None:
    Feeds.items = items
    server = await asyncio.get_running_loop().create_server(Feeds, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
