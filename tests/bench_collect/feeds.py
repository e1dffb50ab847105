"""Feeds on loopback, all made beforehand so that the server costs next to nothing: python -m tests.bench_collect.feeds.

/NUMBER is a feed, each of some at an address of its own: publishers are many. Prints its port when it listens.
"""

from __future__ import annotations

import asyncio
import sys
from html import escape

FEEDS, ITEMS = 200, 50
HOSTS = 20
"""127.0.0.1 and on, all of them this machine."""
OURS = 20
"""One item of so many names the municipality."""
TOPICS = (
    "Gångvägen förbi skolan är stängd medan ledningarna läggs om, och bussen går en annan väg.",
    "Biblioteket har söndagsöppet hela vintern. Den som vill läsa läxor får hjälp av två lärare.",
    "Föreningen söker fler ledare till vårens träningar & har öppet hus på lördag klockan 10–14.",
    "Renhållningen säger att sopbilarna är försenade efter snöfallet; tömning sker i stället i morgon.",
    "Kören sjunger på torget. ”Vi har övat sedan i augusti”, säger dirigenten, och lovar glögg till alla.",
)


def address(feed: int, port: int) -> str:
    return f"http://127.0.0.{1 + feed % HOSTS}:{port}/{feed}"


def item(feed: int, number: int) -> str:
    """As a publishing system writes it: HTML in the description, namespaces for author and category."""
    place = "Botkyrka" if number % OURS == 0 else f"kvarter {number}"
    text = " ".join(f"<p>{escape(TOPICS[(feed + number + one) % len(TOPICS)])}</p>" for one in range(3))
    page = f"https://f{feed}.example/{number}/artikel-{feed}-{number}"
    return (
        f"<item><title>Nyheter från {place}, nummer {feed}:{number}</title><link>{page}?utm_source=rss</link>"
        f'<guid isPermaLink="false">f{feed}-{number}</guid><dc:creator>Skribent {feed}</dc:creator>'
        f"<pubDate>Sat, 21 Nov 2026 {number % 24:02}:30:00 +0100</pubDate><category>Lokalt</category>"
        f'<description><![CDATA[{text} <a href="{page}">Läs <b>mer</b></a>&nbsp;&raquo;]]></description></item>'
    )


def answer(feed: int) -> bytes:
    """The whole response."""
    items = "".join(item(feed, number) for number in range(ITEMS, 0, -1))
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Flöde {feed}</title><link>https://f{feed}.example/</link><language>sv</language>"
        f"{items}</channel></rss>"
    ).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Answering(asyncio.Protocol):
    """HTTP/1.1, as much of it as a collector speaks."""

    def __init__(self, answers: list[bytes]) -> None:
        self._answers = answers
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, self._read = self._read.partition(b"\r\n\r\n")
            self._transport.write(self._answers[int(head.split(b" ", 2)[1].lstrip(b"/"))])


async def main() -> None:
    answers = [answer(feed) for feed in range(FEEDS)]
    loop = asyncio.get_running_loop()
    port = 0
    for host in range(HOSTS):
        server = await loop.create_server(lambda: Answering(answers), f"127.0.0.{1 + host}", port, backlog=1024)
        port = server.sockets[0].getsockname()[1]
        await server.start_serving()
    print(port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
