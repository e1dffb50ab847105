"""One page, as it looks on a screen, as a PDF: asked for by address, read to its end or to a limit."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pipelines.guard import Resolve
from pipelines.snapshots.browser import Browser, DidNotStart, Refusal, launched
from pipelines.snapshots.door import Proxy
from pipelines.snapshots.values import Outcome
from pipelines.snapshots.walls import stands_before

WIDTH, HEIGHT = 1280, 1600
"""Pixels of the window."""
PAPER = {
    "paperWidth": 8.27,
    "paperHeight": 11.69,
    "marginTop": 0.3,
    "marginBottom": 0.3,
    "marginLeft": 0.3,
    "marginRight": 0.3,
}
"""A4, in inches."""
SETTLE_SECONDS = 8.0
"""What a page may still fetch when it says that it is there."""
PRINT_SECONDS = 60.0
PIECE = 512 * 1024
SEEN = """(() => {
  const fields = [...document.querySelectorAll('input[type=password]')].filter(one => one.offsetParent !== null);
  return [(document.body ? document.body.innerText : '').slice(0, 20000), fields.length > 0];
})()"""


@dataclass(frozen=True, slots=True)
class Limits:
    seconds: float
    """Until the page must be there."""
    megabytes: int
    """That it may bring, and that its PDF may be."""
    private: bool = False
    """This machine and the local network too: for tests."""
    resolver: Resolve | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Shot:
    """What was seen at an address, and the PDF where it was the account's page."""

    outcome: Outcome
    reached: str = ""
    status: int = 0
    pdf: bytes = field(default=b"", repr=False)
    whole: bool = True
    sandboxed: bool = True


class NoBrowser(Exception):
    """Chromium cannot be started; what it said."""


def shoot(program: str, address: str, limits: Limits) -> Shot:
    """Raises NoBrowser where Chromium does not start at all. What a page does is never an error."""
    with ThreadPoolExecutor(max_workers=1) as apart:  # who calls may have a loop running already
        return apart.submit(lambda: asyncio.run(_shoot(program, address, limits))).result()


async def _shoot(program: str, address: str, limits: Limits) -> Shot:
    """With Chromium's sandbox, and without where it cannot have one: it refuses to have any as root, and needs the
    kernel's user namespaces, or Debian's chromium-sandbox, which containers often forbid."""
    last = ""
    for sandbox in (True, False)[os.geteuid() == 0 :]:
        try:
            async with Proxy(private=limits.private, limit=limits.megabytes << 20, resolver=limits.resolver) as proxy:
                return await _through(program, address, limits, proxy, sandbox=sandbox)
        except DidNotStart as error:
            last = str(error)
    raise NoBrowser(last)


async def _through(program: str, address: str, limits: Limits, proxy: Proxy, *, sandbox: bool) -> Shot:
    async with launched(program, proxy.port, sandbox=sandbox) as browser:
        page = _Page(browser, address, sandbox=sandbox)
        try:
            async with asyncio.timeout(limits.seconds + SETTLE_SECONDS + PRINT_SECONDS):
                shot = await _first(page.taken(limits), proxy.cut_off()) or page.shot("large")
        except TimeoutError:
            shot = page.shot("slow")
        except Refusal:
            shot = page.shot("unreachable")
    if proxy.over:
        return page.shot("large")
    if shot.outcome != "taken" and (urlsplit(page.reached).hostname or "") in proxy.refused:
        return page.shot("refused")
    return shot


async def _first(page: Coroutine[Any, Any, Shot], end: Coroutine[Any, Any, None]) -> Shot | None:
    """What the page became; None where the end came first."""
    tasks = asyncio.ensure_future(page), asyncio.ensure_future(end)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return tasks[0].result() if tasks[0].done() else None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Page:
    """What is known of the page while it is read."""

    def __init__(self, browser: Browser, address: str, *, sandbox: bool) -> None:
        self._browser = browser
        self._asked = address
        self._sandbox = sandbox
        self._frame = ""
        self._status = 0
        self._loaded = False
        self._idle = False
        self._failed = False
        self.reached = address

    def shot(self, outcome: Outcome, pdf: bytes = b"") -> Shot:
        return Shot(outcome, self.reached, self._status, pdf, self._loaded, self._sandbox)

    async def taken(self, limits: Limits) -> Shot:
        ask = self._browser.ask
        for domain in ("Page", "Network"):
            await ask(f"{domain}.enable")
        await ask("Page.setLifecycleEventsEnabled", enabled=True)
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        await ask("Emulation.setDeviceMetricsOverride", **size)
        self._frame = (await ask("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        try:
            async with asyncio.timeout(limits.seconds):
                began = await ask("Page.navigate", url=self._asked)
                if began.get("errorText"):
                    await self._hear_the_rest()
                    return self.shot("unreachable")
                await self._until(lambda: self._loaded)
        except TimeoutError:
            if not self._status:
                return self.shot("slow")
            await ask("Page.stopLoading")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                await self._until(lambda: self._idle)
        return await self._printed(limits)

    async def _printed(self, limits: Limits) -> Shot:
        await self._hear_the_rest()
        if self._failed or urlsplit(self.reached).scheme not in ("http", "https"):
            return self.shot("unreachable")
        async with asyncio.timeout(SETTLE_SECONDS):
            text, password = await self._seen()
        wall = stands_before(self._asked, self.reached, self._status, text=text, password=password)
        if wall:
            return self.shot(wall)
        pdf = await self._pdf(limits.megabytes << 20)
        return self.shot("taken", pdf) if pdf else self.shot("large")

    async def _seen(self) -> tuple[str, bool]:
        """The page's words and whether it asks for a password; from a world of our own, whose functions are not its."""
        ask = self._browser.ask
        world = await ask("Page.createIsolatedWorld", frameId=self._frame)
        given = {"contextId": world["executionContextId"], "returnByValue": True, "timeout": 5000}
        found = await ask("Runtime.evaluate", expression=SEEN, **given)
        text, password = found["result"].get("value") or ("", False)
        return str(text), bool(password)

    async def _pdf(self, most: int) -> bytes:
        """Empty where it would be larger than that."""
        ask = self._browser.ask
        await ask("Emulation.setEmulatedMedia", media="screen")
        printed = await ask("Page.printToPDF", printBackground=True, transferMode="ReturnAsStream", scale=0.6, **PAPER)
        made = bytearray()
        while len(made) <= most:
            piece = await ask("IO.read", handle=printed["stream"], size=PIECE)
            made += base64.b64decode(piece["data"]) if piece.get("base64Encoded") else piece["data"].encode()
            if piece.get("eof"):
                return bytes(made)
        return b""

    async def _until(self, reached: Any) -> None:
        while not reached():
            self._hear(await self._browser.said.get())

    async def _hear_the_rest(self) -> None:
        while not self._browser.said.empty():
            self._hear(self._browser.said.get_nowait())

    def _hear(self, event: dict[str, Any]) -> None:
        given = event.get("params", {})
        match event["method"]:
            case "ended":
                raise Refusal("it has ended")
            case "Page.frameNavigated" if given["frame"]["id"] == self._frame:
                self._failed = "unreachableUrl" in given["frame"]  # what is shown is Chromium's own page
                self.reached = given["frame"].get("unreachableUrl") or given["frame"]["url"]
                self._loaded = self._idle = False
            case "Page.navigatedWithinDocument" if given["frameId"] == self._frame:
                self.reached = given["url"]
            case "Network.requestWillBeSent" if given.get("frameId") == self._frame and given.get("type") == "Document":
                self.reached, self._status = given["request"]["url"], 0
            case "Network.responseReceived" if given.get("frameId") == self._frame and given["type"] == "Document":
                self._status = int(given["response"]["status"])
            case "Page.loadEventFired":
                self._loaded = True
            case "Page.lifecycleEvent" if given["frameId"] == self._frame and given["name"] == "networkIdle":
                self._idle = True
