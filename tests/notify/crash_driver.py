"""Delivers what is due in a database, and dies of SIGKILL at a given point: python -m tests.notify.crash_driver FOLDER
PORT POINT, POINT being "claimed" (before the mail is handed over), "sent" (after, before it is marked) or "never".
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.notify.channels.smtp import SmtpChannel
from pipelines.notify.deliver import deliver
from pipelines.types import Message, Refusal
from tests import builders
from tests.notify.servers import settings


class Mortal:
    """A channel that takes the process with it."""

    def __init__(self, channel: SmtpChannel, point: str) -> None:
        self._channel = channel
        self._point = point

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.__exit__(kind, error, trace)

    def send(self, message: Message) -> Refusal | None:
        if self._point == "claimed":
            os.kill(os.getpid(), signal.SIGKILL)
        refusal = self._channel.send(message)
        if self._point == "sent":
            os.kill(os.getpid(), signal.SIGKILL)
        return refusal


def main(folder: str, port: str, point: str) -> None:
    smtp = settings(int(port), timeout=1)
    app = builders.app(Path(folder), builders.config(smtp=smtp), builders.Clock(datetime.now(UTC)))
    report = deliver(app, Mortal(SmtpChannel(smtp, app.config.sender, None, app.clock), point))
    print(report.sent)


if __name__ == "__main__":
    main(*sys.argv[1:])
