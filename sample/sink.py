"""An SMTP server on 127.0.0.1 that files every mail it is given and sends none on.

    python -m sample.sink --port 0 --dir var/mail

Prints one JSON line when it listens: {"port": …}. A mail becomes `<time>-<hash of its Message-ID>-<n>.eml`; n counts
the mails with that Message-ID, so that a mail that came twice is seen to have come twice. SIGTERM ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import email
import hashlib
import json
import os
import signal
import sys
from datetime import UTC, datetime
from email import policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


class Files:
    """Handler for aiosmtpd: one file a mail."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        try:
            file_mail(self.folder, content, datetime.now(UTC))
        except OSError as error:
            # 4xx: the sender keeps the mail and tries again
            return f"451 4.3.0 The mail could not be filed: {error.strerror}"
        return "250 2.0.0 Filed"


def file_mail(folder: Path, content: bytes, now: datetime) -> Path:
    """Write the mail, whole or not at all, and say where."""
    message_id = email.message_from_bytes(content, policy=policy.compat32).get("Message-ID", "")
    digest = hashlib.sha256(str(message_id).strip().encode("utf-8", "surrogateescape")).hexdigest()[:12]
    count = sum(1 for _ in folder.glob(f"*-{digest}-*.eml")) + 1
    path = folder / f"{now:%Y%m%dT%H%M%S.%fZ}-{digest}-{count}.eml"
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return unfinished.rename(path)


async def serve(port: int, folder: Path) -> None:
    """Listen until SIGTERM or SIGINT."""
    loop, files, stopping = asyncio.get_running_loop(), Files(folder), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    server = await loop.create_server(lambda: SMTP(files, hostname="sink.example", enable_SMTPUTF8=True), HOST, port)
    sys.stdout.write(json.dumps({"port": server.sockets[0].getsockname()[1]}) + "\n")
    sys.stdout.flush()
    await stopping.wait()
    server.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sample.sink", description="Files mails, on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--dir", type=Path, default=Path("var/mail"), help="where mails are filed")
    options = parser.parse_args(arguments)
    try:
        asyncio.run(serve(options.port, options.dir))
    except OSError as error:
        parser.exit(1, f"sample.sink: {HOST}:{options.port} or {options.dir} cannot be used: {error.strerror}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
