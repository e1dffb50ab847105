"""A real Chromium at pages on loopback: what it brings home, what stops it, and where it can never get."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.snapshots import browser
from pipelines.snapshots.archive import as_pdfa, is_sound, tools
from pipelines.snapshots.door import Proxy
from pipelines.snapshots.shoot import Limits, NoBrowser, Shot, shoot
from tests.snapshots import reading
from tests.snapshots.site import Site, served

CHROMIUM = browser.program()
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's package chromium")
needs_ghostscript = pytest.mark.skipif(tools(CHROMIUM).ghostscript is None, reason="needs Debian's package ghostscript")
LIMITS = Limits(seconds=10, megabytes=8, private=True)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with served() as found:
        yield found


def at(site: Site, path: str, limits: Limits = LIMITS) -> Shot:
    return shoot(CHROMIUM or "", site.url(path), limits)


@pytest.mark.browser
@needs_chromium
@needs_ghostscript
def test_a_page_becomes_a_pdf_and_that_a_pdfa_whose_structure_is_sound(site: Site) -> None:
    shot = at(site, "/konto/smaby")
    assert (shot.outcome, shot.status, shot.whole) == ("taken", 200, True)
    assert shot.reached == site.url("/konto/smaby")
    assert "Inlägg 4 från kommunen." in reading.words(shot.pdf)
    made = as_pdfa((shot.pdf,), "Titel (med) \\ tecken: åäö 🌲", tools(CHROMIUM))
    assert made is not None and b"pdfaid:part" in made and b"/OutputIntents" in made
    assert is_sound(made, tools(CHROMIUM)) is not False
    assert "Inlägg 4 från kommunen." in reading.words(made)


@pytest.mark.browser
@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/konto/vagg", "login"),
        ("/konto/samtycke", "login"),
        ("/konto/borta", "gone"),
        ("/konto/internt", "refused"),
        ("/konto/internt-senare", "refused"),
        ("/konto/stor", "large"),
    ],
)
def test_what_is_no_page_of_the_account_leaves_no_pdf(site: Site, path: str, outcome: str) -> None:
    shot = at(site, path)
    assert (shot.outcome, shot.pdf) == (outcome, b"")


@pytest.mark.browser
@pytest.mark.slow
@needs_chromium
def test_a_page_that_never_ends_is_kept_as_far_as_it_came_and_says_so(site: Site) -> None:
    shot = at(site, "/konto/evig", Limits(seconds=3, megabytes=8, private=True))
    assert (shot.outcome, shot.whole) == ("taken", False)
    assert "Evigheten" in reading.words(shot.pdf)


@pytest.mark.browser
@pytest.mark.slow
@needs_chromium
def test_a_page_that_spies_gets_neither_files_nor_other_ways_out_and_leaves_nothing_behind(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # a socket's path must be short
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        site.udp = listening.getsockname()[1]
        shot = at(site, "/konto/spion")
        with pytest.raises(BlockingIOError):
            listening.recv(1)
    assert shot.outcome == "taken"
    said = reading.words(shot.pdf)
    assert "Spion" in said and "root:" not in said
    assert _of_ours(folder) == []
    folder.rmdir()


def _of_ours(folder: Path) -> list[str]:
    """Processes whose command line names a profile in the folder."""
    return [path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if str(folder).encode() in _read(path)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.browser
@needs_chromium
def test_nothing_of_the_environment_reaches_the_browser_and_one_that_does_not_start_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIEBEVAKNING_SMTP_PASSWORD", "an invented password")
    said = tmp_path / "said"
    broken = tmp_path / "chromium"
    broken.write_text(f"#!/bin/sh\nenv > {said}\necho 'No usable sandbox!' >&2\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(NoBrowser, match="No usable sandbox!"):
        shoot(str(broken), "http://127.0.0.1:9/", LIMITS)
    with pytest.raises(NoBrowser, match="No such file"):
        shoot(str(tmp_path / "finns-inte"), "http://127.0.0.1:9/", LIMITS)
    assert "HOME=" in said.read_text() and "PASSWORD" not in said.read_text()


async def _asked(request: bytes, *, private: bool, names: dict[str, str], limit: int = 1 << 20) -> tuple[bytes, Proxy]:
    async def resolve(host: str, port: int) -> list[str]:
        return [names.get(host, host)]

    async with Proxy(private=private, limit=limit, resolver=resolve) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(request)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
    return answer, proxy


@pytest.mark.parametrize(
    ("request_line", "host"),
    [
        (b"GET http://10.0.0.1/ HTTP/1.1", "10.0.0.1"),
        (b"GET http://elak.example/ HTTP/1.1", "elak.example"),
        (b"CONNECT elak.example:443 HTTP/1.1", "elak.example"),
        (b"CONNECT [::1]:443 HTTP/1.1", "::1"),
        (b"CONNECT [64:ff9b::7f00:1]:443 HTTP/1.1", "64:ff9b::7f00:1"),
    ],
)
def test_the_door_refuses_a_name_or_address_that_leads_inside(request_line: bytes, host: str) -> None:
    """Also a name that is public to whoever else asks: the address that is connected to is the one that is checked."""
    given = request_line + b"\r\nHost: x\r\n\r\n"
    answer, proxy = asyncio.run(_asked(given, private=False, names={"elak.example": "127.0.0.1"}))
    assert (answer, proxy.refused) == (b"", {host})


@pytest.mark.parametrize(
    "request_line",
    [
        b"CONNECT publik.example:22 HTTP/1.1",
        b"GET http://publik.example:8080/ HTTP/1.1",
        b"GET ftp://publik.example/ HTTP/1.1",
        b"GET file:///etc/passwd HTTP/1.1",
        b"GET / HTTP/1.1",
        b"\xff\xfe HTTP/1.1",
        b"GET http://[/ HTTP/1.1",
    ],
)
def test_the_door_is_for_the_web_only(request_line: bytes) -> None:
    answer, proxy = asyncio.run(_asked(request_line + b"\r\n\r\n", private=False, names={}))
    assert (answer, proxy.received) == (b"", 0)


def test_the_door_carries_one_request_and_counts_what_comes(site: Site) -> None:
    host = site.address.removeprefix("http://")
    head = f"GET {site.url('/konto/ett')} HTTP/1.1\r\nHost: {host}\r\nProxy-Connection: keep-alive\r\n\r\n".encode()
    second = f"GET {site.url('/konto/tva')} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    answer, proxy = asyncio.run(_asked(head + second, private=True, names={}))
    assert answer.startswith(b"HTTP/1.0 200 OK\r\nConnection: close\r\n") and b"<h1>ett</h1>" in answer
    assert "/konto/tva" not in site.asked and proxy.received > 200 and not proxy.over
    _, cut = asyncio.run(_asked(head, private=True, names={}, limit=100))
    assert cut.over


def test_without_ghostscript_there_is_no_pdfa_and_without_qpdf_no_word_on_the_structure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    found = tools(None)
    assert found.missing == ("chromium", "ghostscript", "qpdf")
    assert as_pdfa((b"%PDF-1.4",), "x", found) is None and is_sound(b"%PDF-1.4", found) is None


@needs_ghostscript
def test_what_ghostscript_cannot_read_is_no_pdfa() -> None:
    assert as_pdfa((b"not a PDF",), "x", tools(None)) is None
