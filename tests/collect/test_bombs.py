"""Feeds that are weapons: entities that grow, files and addresses to be fetched, depth without end."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from pipelines.bootstrap import App
from pipelines.collect import phase
from tests import builders
from tests.builders import config
from tests.collect.conftest import Page, World
from tests.collect.feeds import rss, source
from tests.collect.test_phase import stored_entries

LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


def _doctype(declared: str, used: str) -> bytes:
    feed = f"<rss><channel><title>x</title><item><guid>1</guid><title>Före {used}</title></item></channel></rss>"
    return f'<?xml version="1.0"?><!DOCTYPE rss [{declared}]>{feed}'.encode()


@pytest.fixture
def collected(tmp_path: Path, world: World) -> Callable[[bytes, dict[str, str]], App]:
    """What a pass makes of a body, in little time and memory, beside a neighbour that is well."""

    def collecting(body: bytes, headers: dict[str, str]) -> App:
        world.pages |= {"/bomb": Page(body, headers=headers), "/blad": Page(rss().encode())}
        rows = tuple(source(id=name, url=world.url(f"/{name}")) for name in ("bomb", "blad"))
        app = builders.app(tmp_path, config(sources=rows))
        tracemalloc.start()
        began = process_time()
        try:
            report = phase.run(app, [row.id for row in rows])
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert report.by_source["blad"].outcome == "ok"
        assert process_time() - began < 20  # a bomb that goes off takes hours
        assert peak < 150_000_000, f"{peak / 1e6:.0f} MB"
        return app

    return collecting


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        (f'<!ENTITY a0 "ha">{LAUGHS}', "&a11;"),
        (f'<!ENTITY a0 "{"ha" * 50_000}">', "&a0;" * 5_000),
        ("".join(f'<!ENTITY % p{n} "%p{n - 1};%p{n - 1};">' for n in range(1, 40)), ""),
    ],
    ids=["laughs", "quadratic", "parameters"],
)
def test_entities_do_not_grow(collected: Callable[..., App], declared: str, used: str) -> None:
    app = collected(_doctype(declared, used), {})
    assert all(len(title) < 20_000 for _, title, _ in stored_entries(app))


def test_nothing_outside_the_feed_is_read(collected: Callable[..., App], world: World, tmp_path: Path) -> None:
    kept = tmp_path / "hemligt.txt"
    kept.write_text("hemligheten")
    world.pages["/inre"] = Page(b"hemligheten")
    outside = f'<!ENTITY f SYSTEM "file://{kept}"><!ENTITY w SYSTEM "{world.url("/inre")}">'
    external = f'<!ENTITY % d SYSTEM "{world.url("/inre")}"> %d;'
    for declared, used in ((outside, "&f; &w;"), (external, "")):
        app = collected(_doctype(declared, used), {})
        assert not any("hemligheten" in title for _, title, _ in stored_entries(app))
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{kept}" parse="text"/>'
    app = collected(rss(f"<item><guid>2</guid><title>{include}x</title></item>").encode(), {})
    assert not any("hemligheten" in title for _, title, _ in stored_entries(app))
    assert {asked.path for asked in world.asked} == {"/bomb", "/blad"}


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><item>" + b"<a>" * 300_000,
        b"<rss><channel><item><title>" + b"<![CDATA[<b>" * 50_000,
        b"<rss " + b" ".join(b'a%d="1"' % n for n in range(50_000)) + b"><channel/></rss>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title type='xhtml'>" + b"<div>" * 100_000,
    ],
    ids=["deep", "cdata", "attributes", "xhtml"],
)
def test_shape_without_end_ends(collected: Callable[..., App], body: bytes) -> None:
    collected(body, {})


def test_a_packed_bomb_is_never_unpacked_whole(collected: Callable[..., App]) -> None:
    app = collected(gzip.compress(b" " * 60_000_000, 9), {"Content-Encoding": "gzip"})
    assert [source_id for source_id, _, _ in stored_entries(app)] == ["blad"]
