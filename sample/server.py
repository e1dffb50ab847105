"""The invented web over HTTP on 127.0.0.1.

    python -m sample.server --port 0 --state-dir var/sample [--now 2026-03-01T09:00:00+01:00]

Prints one JSON line when it listens: {"port": …, "day": …, "state": "before" or "day"}. Before, only the thirty days of
history are out; POST /control/day with `Authorization: Bearer <the folder's token>` begins the day. SIGTERM ends it.
"""

from __future__ import annotations

import argparse
import hmac
import json
import signal
import sys
import threading
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sample.site import Answer, Site
from sample.state import State
from sample.world import build

HOST = "127.0.0.1"


class Server(ThreadingHTTPServer):
    """Serves one world; the window is fixed when it starts, so that a run stays within one day."""

    daemon_threads = True

    def __init__(self, state_dir: Path, now: datetime, port: int = 0) -> None:
        world = build(now)
        self.before, self.with_day = Site(world, False), Site(world, True)
        self.state = State(state_dir, world.window.day)
        self.token = self.state.token
        self.stopping = threading.Event()
        super().__init__((HOST, port), Handler)

    @property
    def port(self) -> int:
        return self.server_port

    @property
    def site(self) -> Site:
        return self.with_day if self.state.day_open else self.before

    def shutdown(self) -> None:
        """Stop listening and let go of whoever waits for an answer that was never to come."""
        self.stopping.set()
        super().shutdown()


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 30
    """Seconds that a connection may stay idle."""

    def do_GET(self) -> None:
        asked = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.site.answer(self.path, asked, asked.get("host", f"{HOST}:{self.server.port}"))
        if answer.delay_seconds:
            self.server.stopping.wait(answer.delay_seconds)
            self.close_connection = True
            return
        self._send(answer)

    def do_POST(self) -> None:
        self.close_connection = True
        shown = self.headers.get("Authorization", "").encode()
        if self.path != "/control/day":
            self._send(Answer(HTTPStatus.NOT_FOUND))
        elif not hmac.compare_digest(shown, f"Bearer {self.server.token}".encode()):
            self._send(Answer(HTTPStatus.FORBIDDEN))
        else:
            self.server.state.open_day()
            self._send(Answer(HTTPStatus.OK, b'{"state": "day"}\n', {"Content-Type": "application/json"}))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the collector tells what it asked, and a run's terminal is for people."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sample.server", description="The invented web, on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--state-dir", type=Path, required=True, help="where the token and the state are kept")
    parser.add_argument("--now", type=datetime.fromisoformat, help="another time than now, with its offset")
    options = parser.parse_args(arguments)
    now = options.now or datetime.now(UTC)
    if now.tzinfo is None:
        parser.error("--now needs an offset, as in 2026-03-01T09:00:00+01:00")
    try:
        server = Server(options.state_dir, now, options.port)
    except OSError as error:
        parser.exit(
            1, f"sample.server: cannot listen on {HOST}:{options.port}: {error.strerror}. Choose another --port.\n"
        )
    # shutdown() waits for serve_forever(), which the signal has interrupted: it must be called from elsewhere.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    state = "day" if server.state.day_open else "before"
    sys.stdout.write(json.dumps({"port": server.port, "day": server.state.day.isoformat(), "state": state}) + "\n")
    sys.stdout.flush()
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
