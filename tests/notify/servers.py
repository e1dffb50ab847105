"""Where mail goes in tests: a channel that answers as told, and SMTP servers on loopback."""

from __future__ import annotations

import asyncio
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller

from pipelines.config.schema import Smtp
from pipelines.types import Message, Refusal

HANG, DROP, KEEP = "hang", "drop", "keep"
HANG_SECONDS = 1.5


@dataclass
class Answering:
    """A channel that gives one answer after the other, then takes everything."""

    answers: list[Refusal | None] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    offered: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def send(self, message: Message) -> Refusal | None:
        self.offered += 1
        refusal = self.answers.pop(0) if self.answers else None
        if refusal is None:
            self.sent.append(message)
        return refusal


@dataclass
class Mailbox:
    """What arrived, and what the server is to answer: by stage ("MAIL", "RCPT", "DATA"), one answer for each time.

    At DATA, HANG keeps the client waiting and DROP breaks the connection, both with the mail in hand; KEEP takes the
    mail and breaks the connection before it says so.
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    def _answer(self, stage: str) -> str | None:
        waiting = self.answers.get(stage)
        return waiting.pop(0) if waiting else None

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: Any) -> Any:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if answer := self._answer("MAIL"):
            return answer
        envelope.mail_from = address
        self.senders.append(address)
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if answer := self._answer("RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self._answer("DATA")
        if answer == HANG:
            await asyncio.sleep(HANG_SECONDS)
        if answer == KEEP:
            self._take(envelope)
        if answer in (HANG, DROP, KEEP):
            server.transport.abort()
        if answer:
            return answer
        self._take(envelope)
        return "250 OK"

    def _take(self, envelope: Any) -> None:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))


@contextmanager
def mailbox(**answers: list[str]) -> Iterator[Mailbox]:
    """A server that takes mail, once it has given `answers`."""
    box = Mailbox(answers=dict(answers))
    box.port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    box.connections = 0
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def raw(*lines: bytes | float) -> Iterator[int]:
    """The port of a server that says each of `lines` in turn, whatever it is told; a number is a pause in seconds."""

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in lines:
                if isinstance(line, bytes):
                    self.wfile.write(line + b"\r\n")
                    self.wfile.flush()
                    self._listen(until_dot=line.startswith(b"354"))
                else:
                    time.sleep(line)

        def _listen(self, *, until_dot: bool) -> None:
            while (heard := self.rfile.readline()) and until_dot and heard != b".\r\n":
                continue

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Talk) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def settings(port: int, timeout: float = 2, **changes: Any) -> Smtp:
    return Smtp(host="127.0.0.1", port=port, timeout_seconds=timeout, **({"security": "none"} | changes))


@dataclass
class Web:
    """What was posted, and what the server is to answer: one status for each time, 200 when they are used up."""

    answers: list[int] = field(default_factory=list)
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    """Path, headers by lower-case name, body."""
    port: int = 0
    wait: float = 0.0
    """Seconds before each answer."""
    location: str = ""
    """Where a redirect among the answers leads."""


@contextmanager
def web(*answers: int, wait: float = 0.0, location: str = "") -> Iterator[Web]:
    """An HTTP server on loopback."""
    seen = Web(list(answers), wait=wait, location=location)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            seen.posts.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            time.sleep(seen.wait)
            self.send_response(seen.answers.pop(0) if seen.answers else 200)
            if seen.location:
                self.send_header("location", seen.location)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        seen.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield seen
        finally:
            server.shutdown()
