"""Teams, Slack, SMS, ntfy and the like by Apprise, in a process of its own (`apprise_worker`).

Of its own, since Apprise connects by itself: there nothing is connected to that the guard does not allow, no key of
another service lies in the environment, and what hangs is ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from pipelines.notify.channels import Unusable
from pipelines.settings import ROOT
from pipelines.types import Message, Refusal

SERVICES = frozenset(
    (
        *("workflow", "workflows", "slack", "gchat", "webex", "wxteams", "zulip", "discord"),
        *("matrix", "matrixs", "mmost", "mmosts", "rocket", "rockets", "signal", "signals", "ntfy", "ntfys"),
        *("46elks", "elks", "sinch", "twilio", "vonage", "clickatell", "d7sms"),
    )
)
"""What an address may begin with: chats and SMS that speak HTTP. Apprise knows others that start programs, write
files or mail."""
START_SECONDS = 30.0
"""For Python and Apprise to load, beside the time for an answer."""
OUT_OF_ORDER = frozenset((401, 402, 403, 404, 407, 410))
"""The address, the key or the account is refused: no other Message would fare better."""
TOO_MANY = 429
THROTTLE_SECONDS = 10.0
"""That Apprise may wait between two messages of a batch, by what the service allows."""
KEPT = ("PATH", "LANG", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SYSTEMROOT")
"""Of our environment; never a proxy, which would connect in our place."""


def checked(url: str) -> str:
    """`url`, if it is of a kind that may be used. Raises Unusable, which does not repeat it."""
    scheme, separator, _ = url.partition("://")
    if not separator or scheme.lower() not in SERVICES:
        raise Unusable(f"adressen ska börja med något av {', '.join(sorted(SERVICES))}")
    return url


class AppriseChannel:
    """Tells one Apprise address, through a worker that is started at the first Message."""

    def __init__(self, url: str, *, timeout: float, private: bool) -> None:
        self._opening = json.dumps({"url": url, "private": private, "timeout": timeout})
        self._timeout = timeout
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def send(self, message: Message) -> Refusal | None:
        """Hand over one Message. `unreachable` where the service could not be reached or does not know us."""
        try:
            if self._worker is None:
                self._start()
                self._ask(self._opening, START_SECONDS)
            answer = self._ask(
                json.dumps({"title": message.subject, "body": message.text}), self._timeout + THROTTLE_SECONDS
            )
        except (OSError, ValueError) as error:
            self._end()
            return Refusal(f"tjänsten svarade inte ({type(error).__name__})", permanent=False, unreachable=True)
        return _read(answer)

    def _start(self) -> None:
        environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {"NETRC": os.devnull}
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "pipelines.notify.channels.apprise_worker"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # Apprise logs addresses, which hold the keys
        )

    def _ask(self, line: str, seconds: float) -> dict[str, Any]:
        worker = self._worker
        assert worker is not None and worker.stdin is not None and worker.stdout is not None
        worker.stdin.write(line.encode() + b"\n")
        worker.stdin.flush()
        if not select.select([worker.stdout], [], [], seconds)[0]:
            raise TimeoutError
        answer: dict[str, Any] = json.loads(worker.stdout.readline())
        return answer

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            with contextlib.suppress(OSError):
                worker.communicate()


def _read(answer: dict[str, Any]) -> Refusal | None:
    status = answer["status"]
    if answer["told"]:
        return None
    if answer["forbidden"]:
        reason = "adressen leder till det egna nätet, vilket allow_private inte tillåter"
        return Refusal(reason, permanent=False, unreachable=True)
    if not answer["valid"]:
        return Refusal("adressen är inte så skriven som Apprise vill ha den", permanent=False, unreachable=True)
    if status is None:
        return Refusal("tjänsten svarade inte", permanent=False, unreachable=True)
    theirs = status != TOO_MANY and 400 <= status < 500
    return Refusal(
        f"tjänsten svarade {status}",
        permanent=theirs and status not in OUT_OF_ORDER,
        unreachable=status in OUT_OF_ORDER,
    )
