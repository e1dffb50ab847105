"""Where mail goes in tests: a channel that answers as told, and SMTP servers on loopback."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller

from pipelines.config.schema import Smtp
from pipelines.types import Message, Refusal


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
    """What arrived, and what the server is to answer: by stage ("MAIL", "RCPT", "DATA"), one answer for each time."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
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
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if answer := self._answer("RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if answer := self._answer("DATA"):
            return answer
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


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
