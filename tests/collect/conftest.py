"""A small web server on loopback, whose pages each test lays out for itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Page:
    """What is answered, and whether the connection is cut in the middle of it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: bytes = b""


class World:
    """`pages[path]` is a Page, or a function of what was asked. `asked` is every request, in order."""

    def __init__(self) -> None:
        self.pages: dict[str, Page | Callable[[Asked], Page]] = {}
        self.asked: list[Asked] = []
        self.released = threading.Event()
        """Set when the test is over: a page that hangs waits for it."""
        world = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {key.lower(): value for key, value in self.headers.items()}
                asked = Asked(self.path, headers, self.rfile.read(int(headers.get("content-length", 0))))
                world.asked.append(asked)
                page = world.pages.get(self.path.partition("?")[0], Page(b"not here", 404))
                if callable(page):
                    page = page(asked)
                self.send_response(page.status)
                for key, value in page.headers.items():
                    self.send_header(key, value)
                if "content-length" not in {key.lower() for key in page.headers}:
                    self.send_header("Content-Length", str(len(page.body) + page.cut))
                self.end_headers()
                self.wfile.write(page.body)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def hang(self, _: Asked) -> Page:
        self.released.wait(10)
        return Page()

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()
