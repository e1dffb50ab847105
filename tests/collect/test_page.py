"""Pages made for people, asked for as robots.txt lets us; and HTTP/2 where a host speaks it."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived

from pipelines import guard
from pipelines.asking import Failure, Payload, Request
from pipelines.collect import wording
from pipelines.collect.fetch import Door
from pipelines.config.schema import Fetch
from tests.builders import Clock, config
from tests.collect.conftest import Page, World

RULES = b"User-agent: *\nDisallow: /stangt\n"


def pages(*urls: str, spacing: float = 0.0) -> list[Payload | Failure]:
    """What one door brings, asked for all at once."""

    async def asking() -> list[Payload | Failure]:
        fetch = Fetch(timeout_seconds=2, spacing_seconds=spacing)
        async with Door(config(fetch=fetch), Clock(), private=True) as door:
            return await asyncio.gather(*map(door.page, urls))

    return asyncio.run(asking())


def test_robots_are_asked_once_and_heeded(world: World) -> None:
    world.pages |= {"/robots.txt": Page(RULES), "/a": Page(b"a"), "/stangt": Page(b"b")}
    first, closed, second = pages(*map(world.url, ("/a", "/stangt/x?y=1", "/a?2")))
    assert isinstance(first, Payload) and isinstance(second, Payload)
    assert closed == Failure(wording.ROBOTS, 0.0)
    assert sorted(asked.path for asked in world.asked) == ["/a", "/a?2", "/robots.txt"]


def test_a_redirect_is_not_followed_where_robots_are_not_let_in(world: World) -> None:
    world.pages |= {"/robots.txt": Page(RULES), "/a": Page(status=302, headers={"Location": "/stangt"})}
    assert pages(world.url("/a")) == [Failure(wording.ROBOTS, 0.0)]
    assert "/stangt" not in [asked.path for asked in world.asked]


@pytest.mark.parametrize(("status", "open_"), [(404, True), (403, True), (500, False), (429, False)])
def test_a_host_without_robots_is_open_and_one_in_trouble_is_not(world: World, status: int, open_: bool) -> None:
    world.pages |= {"/robots.txt": Page(status=status), "/a": Page(b"a")}
    assert isinstance(pages(world.url("/a"))[0], Payload) is open_


def test_feeds_are_asked_for_without_robots(world: World) -> None:
    world.pages |= {"/robots.txt": Page(b"User-agent: *\nDisallow: /\n"), "/a": Page(b"a")}

    async def asking() -> object:
        async with Door(config(), Clock()) as door:
            return await door.get(Request(world.url("/a")))

    assert isinstance(asyncio.run(asking()), Payload)
    assert [asked.path for asked in world.asked] == ["/a"]


def test_a_busy_host_is_a_failure_of_no_weight(world: World) -> None:
    world.pages |= {"/robots.txt": Page(b"User-agent: *\nCrawl-delay: 600\n"), "/a": Page(b"a")}
    outcomes = pages(world.url("/a"), world.url("/a?2"))
    assert [isinstance(one, Payload) for one in outcomes] == [True, False]
    assert outcomes[1] == Failure(wording.BUSY_HOST, 0.0)


@pytest.mark.parametrize("url", ["http://a b/", "file:///etc/passwd", "", "http://127.0.0.1:1/", "javascript:alert(1)"])
def test_any_address_may_be_asked_for(url: str) -> None:
    assert isinstance(pages(url)[0], Failure)


@pytest.fixture
def trusted(tmp_path: Path) -> Iterator[tuple[ssl.SSLContext, ssl.SSLContext]]:
    """A server's and a client's context, of a certificate made for this test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "smabybladet.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("smabybladet.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    server.set_alpn_protocols(["h2", "http/1.1"])
    yield server, ssl.create_default_context(cafile=str(file))


async def _speak_http2(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    spoken = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
    spoken.initiate_connection()
    writer.write(spoken.data_to_send())
    while data := await reader.read(65536):
        for event in spoken.receive_data(data):
            if isinstance(event, RequestReceived):
                spoken.send_headers(
                    event.stream_id, [(":status", "200"), ("content-type", "text/xml"), ("etag", '"1"')]
                )
                spoken.send_data(event.stream_id, b"<rss/>", end_stream=True)
        writer.write(spoken.data_to_send())
        await writer.drain()
    writer.close()


def test_http2_is_spoken_over_the_guarded_connection(
    trusted: tuple[ssl.SSLContext, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate is for the name, the connection goes to the address that was checked."""
    monkeypatch.setattr(guard, "_tls", lambda: trusted[1])

    async def resolver(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async def asking() -> list[object]:
        server = await asyncio.start_server(_speak_http2, "127.0.0.1", 0, ssl=trusted[0])
        port = server.sockets[0].getsockname()[1]
        async with server, Door(config(), Clock(), resolver=resolver) as door:
            asked = (Request(f"https://smabybladet.example:{port}/{number}") for number in range(3))
            return list(await asyncio.gather(*map(door.get, asked)))

    for answer in asyncio.run(asking()):
        assert isinstance(answer, Payload)
        assert (answer.body, answer.etag) == (b"<rss/>", '"1"')
