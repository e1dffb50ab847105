"""Chromium as a process of its own group, with a profile that is thrown away, spoken to by two pipes.

Nothing listens for it: pipes (file descriptors 3 and 4, `--remote-debugging-pipe`) carry the DevTools protocol, a JSON
object and a NUL each. It is given no variable of ours: among them are passwords.
https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser")
"""Debian's, and what others call it."""
START_SECONDS = 30.0
LONGEST_MESSAGE = 16 * 1024 * 1024
FIRST_SPARE = 20
"""Our ends of the pipes lie above those that the browser expects."""
FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-features=Translate,MediaRouter,OptimizationHints,DialMediaRouteProvider",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # names are the proxy's to look up
    "--proxy-bypass-list=<-loopback>",
    "--js-flags=--max-old-space-size=512",
    "--hide-scrollbars",
    "--mute-audio",
    "--lang=sv",
)


class DidNotStart(Exception):
    """Chromium ended, or said nothing, before it was asked for a page."""


class Refusal(Exception):
    """Chromium answered a command with an error, or has ended."""


def program() -> str | None:
    """The browser of this machine."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Browser:
    """A running Chromium: `ask` sends a command and waits for its answer, `said` are the events, in order."""

    def __init__(
        self, reader: asyncio.StreamReader, incoming: asyncio.ReadTransport, writer: asyncio.WriteTransport
    ) -> None:
        self._reader = reader
        self._incoming = incoming
        self._writer = writer
        self._number = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._session: str | None = None
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._listening = asyncio.ensure_future(self._listen())

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result. Raises Refusal."""
        if self._listening.done():
            raise Refusal("it has ended")
        self._number += 1
        told: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            told["sessionId"] = self._session
        answer = self._waiting[self._number] = asyncio.get_running_loop().create_future()
        self._writer.write(json.dumps(told).encode() + b"\0")
        found = await answer
        if "error" in found:
            raise Refusal(f"{method}: {found['error'].get('message', '')}")
        result: dict[str, Any] = found.get("result", {})
        return result

    async def open_page(self) -> None:
        """An empty page, of which everything is asked from now on; what it keeps, it keeps in memory."""
        within = await self.ask("Target.createBrowserContext", disposeOnDetach=True)
        target = await self.ask("Target.createTarget", url="about:blank", **within)
        attached = await self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        await self.ask("Browser.setDownloadBehavior", behavior="deny", **within)
        self._session = attached["sessionId"]

    async def end(self) -> None:
        self._listening.cancel()
        self._incoming.close()
        self._writer.close()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        try:
            while True:
                told = json.loads((await self._reader.readuntil(b"\0"))[:-1])
                if (waiting := self._waiting.pop(told.get("id", 0), None)) is not None:
                    if not waiting.done():
                        waiting.set_result(told)
                elif told.get("method") == "Page.javascriptDialogOpening":
                    self._dismiss(told.get("sessionId"))
                elif "method" in told:
                    self.said.put_nowait(told)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError):
            pass
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(Refusal("it has ended"))
            self.said.put_nowait({"method": "ended"})

    def _dismiss(self, session: str | None) -> None:
        """A page that asks something stands still until it is answered."""
        self._number += 1
        told = {"id": self._number, "method": "Page.handleJavaScriptDialog", "params": {"accept": False}}
        self._writer.write(json.dumps(told | ({"sessionId": session} if session else {})).encode() + b"\0")


@asynccontextmanager
async def launched(path: str, proxy_port: int, *, sandbox: bool) -> AsyncIterator[Browser]:
    """Chromium with an empty page, for as long as it is entered. Raises DidNotStart."""
    profile = Path(tempfile.mkdtemp(prefix="mediebevakning-chromium-"))
    flags = [*FLAGS, f"--proxy-server=http://127.0.0.1:{proxy_port}", f"--user-data-dir={profile / 'profile'}"]
    if not sandbox:
        flags.append("--no-sandbox")
    here_out, there_in = _pipe()
    there_out, here_in = _pipe()
    browser = await _connected(here_out, here_in)
    pid = 0
    try:
        try:
            pid = _spawn([path, *flags, "about:blank"], profile, there_out, there_in)
        except OSError as error:
            raise DidNotStart(error.strerror or "") from error
        finally:
            os.close(there_in)
            os.close(there_out)
        try:
            async with asyncio.timeout(START_SECONDS):
                await browser.open_page()
        except (Refusal, TimeoutError) as error:
            raise DidNotStart(_last_words(profile)) from error
        yield browser
    finally:
        if pid:
            _kill(pid)
        await browser.end()
        shutil.rmtree(profile, ignore_errors=True)


def _pipe() -> tuple[int, int]:
    """Both ends above FIRST_SPARE, closed in whatever is started: (read, write)."""
    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, FIRST_SPARE) for end in ends)
    for end in ends:
        os.close(end)
    return moved[0], moved[1]


def _spawn(command: list[str], profile: Path, reads: int, writes: int) -> int:
    environment = {"PATH": os.defpath, "HOME": str(profile), "TMPDIR": str(profile), "LANG": "sv_SE.UTF-8"}
    log = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    return os.posix_spawn(
        command[0],
        command,
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, str(profile / "said"), log, 0o600),
            (os.POSIX_SPAWN_DUP2, reads, 3),
            (os.POSIX_SPAWN_DUP2, writes, 4),
        ],
        setsid=True,
    )


async def _connected(reads: int, writes: int) -> Browser:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST_MESSAGE)
    incoming, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reads, "rb", 0))
    writer, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(writes, "wb", 0))
    return Browser(reader, incoming, writer)


def _last_words(profile: Path) -> str:
    """What Chromium said last, for the operator; about its own start only, no page was asked for yet."""
    with contextlib.suppress(OSError):
        lines = (profile / "said").read_text("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else ""
    return ""


def _kill(pid: int) -> None:
    """It and all it has started: they share its session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
