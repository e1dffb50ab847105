from __future__ import annotations

import asyncio
import gzip
import itertools
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from time import perf_counter

import pytest

from pipelines.asking import Failure, NotModified, Payload, Request
from pipelines.collect import wording
from pipelines.collect.body import TooLarge, read
from pipelines.collect.fetch import Door, Outcome, user_agent
from pipelines.config.schema import Fetch, Municipality, Operator
from tests.builders import Clock, config
from tests.collect.conftest import Asked, Page, World

SECRET = "hemlig-nyckel-17"


def ask(
    url: str, *, private: bool = True, validators: tuple[str | None, str | None] = (None, None), **changes: object
) -> Outcome:
    """One question through a door of its own."""
    headers = changes.pop("headers", {})
    resolver = changes.pop("resolver", None)
    fetch = Fetch.model_validate({"timeout_seconds": 2, "spacing_seconds": 0, "max_bytes": 100_000} | changes)

    async def asking() -> Outcome:
        more = {"resolver": resolver} if resolver else {}
        async with Door(config(fetch=fetch), Clock(), private=private, **more) as door:  # type: ignore[arg-type]
            return await door.get(Request(url, headers), validators)  # type: ignore[arg-type]

    return asyncio.run(asking())


def failure(outcome: Outcome) -> Failure:
    assert isinstance(outcome, Failure), outcome
    return outcome


def test_a_page_is_a_payload(world: World) -> None:
    world.pages["/a"] = Page(
        b"<rss/>", headers={"ETag": '"1"', "Last-Modified": "x", "Content-Type": "text/xml", "Link": "<y>"}
    )
    answer = ask(world.url("/a?x=1"))
    assert isinstance(answer, Payload)
    assert (answer.body, answer.url, answer.content_type) == (b"<rss/>", world.url("/a?x=1"), "text/xml")
    assert (answer.etag, answer.last_modified, answer.headers["link"], answer.moved_to) == ('"1"', "x", "<y>", None)


def test_we_say_who_asks(world: World) -> None:
    world.pages["/a"] = Page(b"a")
    ask(world.url("/a"))
    assert world.asked[0].headers["user-agent"].startswith("Mediebevakning/")
    assert "cookie" not in world.asked[0].headers


def test_the_name_of_any_municipality_fits_a_header() -> None:
    named = config(
        municipality=Municipality(id="habo", name="Håbo kommun"),
        operator=Operator(name="Håbo", contact="it@habo.example\r\nX-Elak: 1"),
    )
    assert "(Habo kommun; it@habo.exampleX-Elak: 1)" in user_agent(named)


def test_what_is_unchanged_is_not_sent_again(world: World) -> None:
    world.pages["/a"] = lambda asked: Page(status=304) if asked.headers.get("if-none-match") == '"1"' else Page(b"a")
    assert ask(world.url("/a"), validators=('"1"', "Sat, 21 Nov 2026 05:30:00 GMT")) == NotModified()
    assert world.asked[0].headers["if-modified-since"] == "Sat, 21 Nov 2026 05:30:00 GMT"
    assert isinstance(ask(world.url("/a"), validators=('"0"', None)), Payload)


@pytest.mark.parametrize(
    ("status", "weight", "gone"),
    [
        (401, 1, False),
        (403, 1, False),
        (404, 1, False),
        (410, 1, True),
        (418, 1, False),
        (204, 1, False),
        (408, 0.25, False),
        (429, 0.25, False),
        (500, 0.25, False),
        (503, 0.25, False),
        (599, 0.25, False),
    ],
)
def test_a_refusal_weighs_what_it_means(world: World, status: int, weight: float, gone: bool) -> None:
    world.pages["/a"] = Page(status=status)
    refused = failure(ask(world.url("/a")))
    assert (refused.status, refused.weight, refused.gone) == (status, weight, gone)
    assert str(status) in refused.reason


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Sat, 21 Nov 2026 08:02:00 GMT", 120),
        ("Sat, 21 Nov 2026 07:00:00 GMT", 0),
        ("snart", None),
        ("-5", None),
        ("9" * 12, 7 * 24 * 3600),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_a_source_may_say_when_to_come_back(world: World, header: str, seconds: float | None) -> None:
    world.pages["/a"] = Page(status=429, headers={"Retry-After": header})
    assert failure(ask(world.url("/a"))).retry_after == seconds


@pytest.mark.parametrize("body", [b"", b"  \r\n"])
def test_nothing_under_200_is_a_failure(world: World, body: bytes) -> None:
    world.pages["/a"] = Page(body)
    assert failure(ask(world.url("/a"))) == Failure(wording.EMPTY, 0.5, 200)


def test_a_source_that_hangs_is_given_up(world: World) -> None:
    world.pages["/a"] = world.hang
    began = perf_counter()
    assert failure(ask(world.url("/a"), timeout_seconds=0.3)) == Failure(wording.TIMEOUT, 0.25)
    assert perf_counter() - began < 3


def test_an_answer_that_breaks_off_is_a_failure(world: World) -> None:
    world.pages["/a"] = Page(b"<rss>", cut=True)
    assert failure(ask(world.url("/a"))).weight == 0.25


def test_too_much_is_too_much(world: World) -> None:
    world.pages["/a"] = Page(b"a" * 100_001)
    assert failure(ask(world.url("/a"))) == Failure(
        "Svaret är större än 0,1 MB, som är det mesta vi tar emot.", 0.5, 200
    )
    world.pages["/a"] = Page(b"a" * 100_000)
    assert isinstance(ask(world.url("/a")), Payload)


def test_a_bomb_is_measured_as_it_is_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, 9)

    async def chunks() -> AsyncIterator[bytes]:
        yield bomb

    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            asyncio.run(read(chunks(), "gzip", 100_000))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"<rss/>", mtime=0), "gzip"),
        (gzip.compress(b"<rs", mtime=0) + gzip.compress(b"s/>", mtime=0), "GZIP"),
        (gzip.compress(b"<rss/>", mtime=0) + b"\0\0", "x-gzip"),
        (zlib.compress(b"<rss/>"), "deflate"),
        (b"<rss/>", "identity"),
    ],
)
def test_packed_answers_are_unpacked(world: World, body: bytes, encoding: str) -> None:
    world.pages["/a"] = Page(body, headers={"Content-Encoding": encoding})
    answer = ask(world.url("/a"))
    assert isinstance(answer, Payload)
    assert answer.body == b"<rss/>"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"<rss/>", "gzip"), (gzip.compress(b"<rss/>" * 100, mtime=0)[:-9], "gzip"), (b"x", "br"), (b"x", "gzip, gzip")],
)
def test_answers_that_cannot_be_unpacked_say_so(world: World, body: bytes, encoding: str) -> None:
    world.pages["/a"] = Page(body, headers={"Content-Encoding": encoding})
    assert failure(ask(world.url("/a"))) == Failure(wording.UNREADABLE_BODY, 0.5, 200)


def _redirect(to: str, status: int) -> Page:
    return Page(status=status, headers={"Location": to})


@pytest.mark.parametrize(
    ("first", "second", "moved_to"),
    [(301, 308, "/c"), (301, 302, "/b"), (302, 301, None), (307, 303, None)],
)
def test_redirects_are_followed_and_lasting_ones_remembered(
    world: World, first: int, second: int, moved_to: str | None
) -> None:
    world.pages |= {"/a": _redirect("/b", first), "/b": _redirect(world.url("/c"), second), "/c": Page(b"c")}
    answer = ask(world.url("/a"))
    assert isinstance(answer, Payload)
    assert (answer.body, answer.moved_to) == (b"c", world.url(moved_to) if moved_to else None)


def test_redirects_in_a_ring_end(world: World) -> None:
    world.pages["/a"] = _redirect("/a", 302)
    assert failure(ask(world.url("/a"))).reason == wording.TOO_MANY_REDIRECTS
    assert len(world.asked) == 6


@pytest.mark.parametrize("to", ["file:///etc/passwd", "javascript:alert(1)", "ftp://a.example/", "http://"])
def test_redirects_lead_to_the_web_only(world: World, to: str) -> None:
    world.pages["/a"] = _redirect(to, 302)
    assert isinstance(ask(world.url("/a")), Failure)


def test_a_secret_does_not_follow_to_another_host(world: World) -> None:
    world.pages |= {
        "/a": _redirect("/b", 302),
        "/b": _redirect(f"http://localhost:{world.port}/c", 302),
        "/c": Page(b"c"),
    }
    ask(world.url("/a"), headers={"authorization": SECRET})
    assert [asked.headers.get("authorization") for asked in world.asked] == [SECRET, SECRET, None]


def test_this_machine_is_closed_unless_the_operator_opens_it(world: World) -> None:
    world.pages["/a"] = Page(b"a")
    assert failure(ask(world.url("/a"), private=False)) == Failure(wording.FORBIDDEN_ADDRESS, 1.0)
    assert failure(ask(f"http://localhost:{world.port}/a", private=False)).reason == wording.FORBIDDEN_ADDRESS
    assert world.asked == []
    assert isinstance(ask(world.url("/a"), private=False, allow_private=True), Payload)


def test_a_redirect_to_this_machine_is_closed_too(world: World) -> None:
    """The first host is taken for a public one; the second is what its redirect names."""
    world.pages["/a"] = _redirect("http://metadata.example/latest/", 302)

    async def resolver(host: str, port: int) -> list[str]:
        return ["169.254.169.254"] if host == "metadata.example" else ["127.0.0.1"]

    assert failure(ask(world.url("/a"), resolver=resolver)).reason == wording.FORBIDDEN_ADDRESS
    assert len(world.asked) == 1


def test_a_name_nobody_knows_is_a_hard_failure() -> None:
    async def resolver(host: str, port: int) -> list[str]:
        raise OSError

    assert failure(ask("https://finns-inte.example/", resolver=resolver)) == Failure(wording.UNKNOWN_HOST, 1.0)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/", "https://127.0.0.1:1/a", "gopher://a/", "http://a b/", "http://ä\x00/"]
)
def test_no_reason_repeats_an_address(address: str) -> None:
    outcome = failure(ask(f"{address}?token={SECRET}"))
    assert SECRET not in outcome.reason
    assert outcome.reason.endswith(".")


def test_an_answer_in_no_http_is_a_failure(world: World) -> None:
    outcome = failure(ask(f"https://127.0.0.1:{world.port}/"))  # plain text where TLS is spoken
    assert outcome.weight == 0.25


def test_one_host_is_asked_at_its_own_pace(world: World) -> None:
    times: list[float] = []

    def page(_: Asked) -> Page:
        times.append(perf_counter())
        return Page(b"a")

    world.pages["/a"] = page

    async def asking() -> None:
        async with Door(config(fetch=Fetch(spacing_seconds=0.05)), lambda: datetime.now(UTC), private=True) as door:
            await asyncio.gather(*(door.get(Request(world.url("/a")), spacing=0.2) for _ in range(3)))

    asyncio.run(asking())
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(gap > 0.15 for gap in gaps), gaps
