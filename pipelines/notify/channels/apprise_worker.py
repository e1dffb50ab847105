"""The process in which Apprise runs: JSON lines in, one JSON line out for each.

First {"url", "private", "timeout"}, then {"title", "body"} for each message. Answers: {"valid", "told", "status",
"forbidden"}; `status` is the last HTTP status seen, null where there was none.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from pipelines.guard import FIRST_FREE_PORT, WEB_PORTS, allowed

STARTS_A_PROGRAM = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.spawn")
CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")


@dataclass
class Guard:
    """Of every connection of this process, whichever library opens it: Python asks it before the system is asked."""

    private: bool
    forbidden: bool = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raises PermissionError for what may not be done."""
        if event in STARTS_A_PROGRAM:
            raise PermissionError(event)
        if event in CONNECTS and not self._open_to_us(arguments[1]):
            self.forbidden = True
            raise PermissionError(event)

    def _open_to_us(self, address: object) -> bool:
        """Only an address that has been looked up: a name would be looked up again, and may lead elsewhere then."""
        if not isinstance(address, tuple):
            return False
        host, port = str(address[0]), int(address[1])
        return allowed(host, private=self.private) and (self.private or port in WEB_PORTS or port >= FIRST_FREE_PORT)


def main() -> None:
    opened = json.loads(sys.stdin.readline())
    guard = Guard(bool(opened["private"]))

    import apprise
    import requests

    seen: list[int] = []
    send = requests.Session.send

    def observed(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        answer = send(session, request, **(options | {"timeout": opened["timeout"]}))
        seen.append(answer.status_code)
        return answer

    requests.Session.send = observed  # type: ignore[assignment]
    asset = apprise.AppriseAsset(async_mode=False, app_id="Mediebevakning", app_desc="Mediebevakning")
    service = apprise.Apprise.instantiate(opened["url"], asset=asset, suppress_exceptions=True)
    sys.addaudithook(guard)

    def answer(told: bool) -> None:
        status = seen[-1] if seen else None
        given = {"valid": service is not None, "told": told, "status": status, "forbidden": guard.forbidden}
        sys.stdout.write(json.dumps(given) + "\n")
        sys.stdout.flush()

    answer(told=False)
    for line in sys.stdin:
        message = json.loads(line)
        seen.clear()
        guard.forbidden = False
        text = apprise.NotifyFormat.TEXT
        answer(service is not None and bool(service.notify(message["body"], title=message["title"], body_format=text)))


if __name__ == "__main__":
    main()
