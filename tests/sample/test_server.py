"""The server over a real socket: the control address, the state that lasts, and an end that comes at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from sample.server import Server

NOW = datetime.fromisoformat("2026-11-22T10:00:00+01:00")
TOMORROW = datetime.fromisoformat("2026-11-23T10:00:00+01:00")


@contextmanager
def served(folder: Path, now: datetime = NOW) -> Iterator[httpx.Client]:
    with Server(folder, now) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as client:
                yield client
        finally:
            server.shutdown()
            thread.join()


def count(client: httpx.Client) -> int:
    return len(client.get("/polisen/api/events").json())


def begin_day(client: httpx.Client, folder: Path) -> None:
    token = (folder / "token").read_text("ascii")
    client.post("/control/day", headers={"Authorization": f"Bearer {token}"}).raise_for_status()


def test_the_day_begins_when_told_and_stays_begun_for_the_next_server(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        before = count(client)
        begin_day(client, tmp_path)
        day = client.get("/polisen/api/events").content
        assert count(client) > before
    with served(tmp_path) as client:
        assert client.get("/polisen/api/events").content == day
    with served(tmp_path, TOMORROW) as client:
        waiting = count(client)
        begin_day(client, tmp_path)
        assert count(client) > waiting


@pytest.mark.parametrize("shown", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer å".encode()}])
def test_without_the_token_the_day_does_not_begin(tmp_path: Path, shown: dict[str, str | bytes]) -> None:
    with served(tmp_path) as client:
        before = count(client)
        assert client.post("/control/day", headers=shown).status_code == 403
        assert client.post("/control/night").status_code == 404
        assert count(client) == before


def test_the_token_is_its_owners_alone(tmp_path: Path) -> None:
    with served(tmp_path / "made" / "anew"):
        token = tmp_path / "made" / "anew" / "token"
        assert token.stat().st_mode & 0o077 == 0
        assert len(token.read_text("ascii")) > 20


def test_a_source_that_hangs_lets_the_others_answer_and_the_server_end(tmp_path: Path) -> None:
    started = time.monotonic()
    with served(tmp_path) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get("/fororten-direkt/feed.xml", timeout=0.2)
        assert client.get("/veckobladet/feed.xml").status_code == 200
    assert time.monotonic() - started < 10


def test_a_redirect_is_followed_and_a_304_has_no_body(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        assert client.get("/grodingekuriren/feed.xml", follow_redirects=True).status_code == 200
        etag = client.get("/veckobladet/feed.xml").headers["etag"]
        unchanged = client.get("/veckobladet/feed.xml", headers={"If-None-Match": etag})
        assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_the_program_tells_its_port_and_ends_when_asked(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "sample.server",
        "--port",
        "0",
        "--state-dir",
        str(tmp_path),
        "--now",
        NOW.isoformat(),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ.copy()) as program:
        assert program.stdout is not None
        told = json.loads(program.stdout.readline())
        assert (told["day"], told["state"]) == ("2026-11-21", "before")
        assert httpx.get(f"http://127.0.0.1:{told['port']}/polisen/api/events", trust_env=False).status_code == 200
        taken = subprocess.run(
            [*command[:4], str(told["port"]), *command[5:]], capture_output=True, text=True, check=False, timeout=30
        )
        assert taken.returncode == 1
        assert "Choose another --port" in taken.stderr
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
