"""The door to the world: Request -> Payload | NotModified | Failure. Polite, capped in size and time, guarded.

Nothing is raised for what the world does. No address is logged: it may hold a token.
"""

from __future__ import annotations

import asyncio
import logging
import math
import ssl
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Self
from unicodedata import normalize

import httpx

from pipelines.asking import Failure, NotModified, Payload, Refused, Request
from pipelines.collect import body, robots, wording
from pipelines.collect.answers import HARD, PERMANENT, REDIRECTS, SOFT, TEMPORARY, refused
from pipelines.collect.hosts import PATIENCE, Busy, Hosts
from pipelines.config.schema import Config
from pipelines.guard import Forbidden, GuardedTransport, Resolve, UnknownHost

MAX_REDIRECTS = 5
Validators = tuple[str | None, str | None]
"""ETag and Last-Modified of the last answer."""
Outcome = Payload | NotModified | Failure
Explain = Callable[[Refused], Failure | None]
MOST_OF_A_REFUSAL = 64_000
"""Bytes: more than any API says of its reasons."""
TALKATIVE = ("httpx", "httpcore", "hpack")
"""Loggers of the libraries below: one writes every address that is asked, another every header."""


def user_agent(config: Config) -> str:
    """Who asks, for whom, and whom to write to: Polisen, Wikimedia and Reddit require it, the others deserve it."""
    try:
        number = version("mediebevakning")
    except PackageNotFoundError:  # run from a checkout
        number = "0"
    named = f"Mediebevakning/{number} ({config.municipality.name}; {config.operator.contact})"
    return "".join(sign for sign in normalize("NFKD", named) if " " <= sign <= "~")  # headers are ASCII: å -> a


@dataclass(frozen=True, slots=True)
class _Redirect:
    target: httpx.URL
    permanent: bool


@dataclass(frozen=True, slots=True)
class _Manners:
    """How one question is to be asked."""

    spacing: float
    patience: float
    explain: Explain | None = None
    heeds_robots: bool = False


class Door:
    """Open it with `async with`; ask with `get`, and for a page made for people with `page`."""

    def __init__(
        self,
        config: Config,
        clock: Callable[[], datetime],
        *,
        private: bool = False,
        spacing: float | None = None,
        resolver: Resolve | None = None,
    ) -> None:
        """`private` allows what the configuration does not; `spacing` takes the place of every spacing it names."""
        fetch = config.fetch
        self._clock = clock
        self._timeout = fetch.timeout_seconds
        self._max_bytes = fetch.max_bytes
        self._spacing = fetch.spacing_seconds
        self._fixed_spacing = spacing
        self._hosts = Hosts(fetch.concurrency)
        self._robots: dict[str, robots.Robots] = {}
        self._reading_robots: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(
                private=private or fetch.allow_private, connections=fetch.concurrency, resolver=resolver
            ),
            headers={"user-agent": user_agent(config), "accept-encoding": body.ACCEPTED},
            timeout=self._timeout,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def get(
        self,
        request: Request,
        validators: Validators = (None, None),
        spacing: float | None = None,
        patience: float = PATIENCE,
        explain: Explain | None = None,
    ) -> Outcome:
        """Ask. `spacing`: seconds between two requests that the source wants, where it is more than usual. `explain`
        tells what a refusal means, where the status alone does not.

        Raises Busy, and has asked nothing, where the host's turn is further away than `patience` seconds.
        """
        return await self._get(request, validators, _Manners(self._apart(spacing), patience, explain))

    async def page(self, url: str, spacing: float | None = None, patience: float = PATIENCE) -> Payload | Failure:
        """Ask for a page made for people, as its host's robots.txt lets us; so is every page that it redirects to.

        Never raises: a host that is not to be asked for a while is a Failure too, of no weight.
        """
        manners = _Manners(self._apart(spacing), patience, heeds_robots=True)
        try:
            outcome = await self._get(Request(url), (None, None), manners)
        except Busy:
            return Failure(wording.BUSY_HOST, 0.0)
        return Failure(wording.EMPTY, SOFT, 304) if isinstance(outcome, NotModified) else outcome

    def _apart(self, spacing: float | None) -> float:
        return max(self._spacing, spacing or 0.0) if self._fixed_spacing is None else self._fixed_spacing

    async def _get(self, request: Request, validators: Validators, manners: _Manners) -> Outcome:
        try:
            return await self._follow(request, validators, manners)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, UnicodeError) as error:
            return unanswered(error)

    async def _follow(self, request: Request, validators: Validators, manners: _Manners) -> Outcome:
        url, moved_to, permanent = httpx.URL(request.url), None, True
        own, content, spacing, patience = dict(request.headers), request.body, manners.spacing, manners.patience
        for _ in range(MAX_REDIRECTS + 1):
            if manners.heeds_robots:
                rules = await self._rules(url, manners)
                if not rules.allows(url.raw_path.decode("ascii")):
                    return Failure(wording.ROBOTS, 0.0)
                spacing = max(spacing, rules.delay)
            async with self._hosts.turn(url.host, spacing, patience):
                answer = await self._ask(url, {**own, **_conditional(validators)}, content, moved_to, manners.explain)
            if not isinstance(answer, _Redirect):
                return answer
            if (answer.target.scheme, answer.target.netloc) != (url.scheme, url.netloc):
                own, content = {}, None  # a secret is for the host that it was given for
            url, patience = answer.target, math.inf  # what is begun is ended
            permanent = permanent and answer.permanent
            moved_to = str(url) if permanent else moved_to
        return Failure(wording.TOO_MANY_REDIRECTS, SOFT)

    async def _rules(self, url: httpx.URL, manners: _Manners) -> robots.Robots:
        """What the host's robots.txt says, asked for once as long as this door is open. Raises Busy."""
        host = str(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        async with self._reading_robots[host]:
            if host not in self._robots:
                outcome = await self._get(Request(host), (None, None), _Manners(manners.spacing, manners.patience))
                self._robots[host] = robots.told_by(outcome)
        return self._robots[host]

    async def _ask(
        self,
        url: httpx.URL,
        headers: Mapping[str, str],
        content: bytes | None,
        moved_to: str | None,
        explain: Explain | None,
    ) -> Outcome | _Redirect:
        """One request, one answer, within the time."""
        asked = self._client.stream("GET" if content is None else "POST", url, headers=headers, content=content)
        async with asyncio.timeout(self._timeout), asked as response:
            if response.status_code == 304:
                await _empty(response)
                return NotModified()
            if response.status_code in REDIRECTS and "location" in response.headers:
                target = url.join(response.headers["location"])
                if target.scheme not in ("http", "https") or not target.host:
                    return Failure(wording.BAD_REDIRECT, SOFT, response.status_code)
                await _empty(response)
                return _Redirect(target, response.status_code in PERMANENT)
            if response.status_code != 200:
                told = explain and explain(await self._refused(response))
                usual = refused(response.status_code, response.headers, f"{url.host}{url.path}", self._clock())
                return told or usual
            return await self._payload(response, moved_to)

    async def _refused(self, response: httpx.Response) -> Refused:
        try:
            encoding = response.headers.get("content-encoding", "")
            said = await body.read(response.aiter_raw(), encoding, MOST_OF_A_REFUSAL)
        except (body.TooLarge, body.Unreadable):
            said = b""
        return Refused(response.status_code, dict(response.headers), said, self._clock())

    async def _payload(self, response: httpx.Response, moved_to: str | None) -> Payload | Failure:
        try:
            read = await body.read(response.aiter_raw(), response.headers.get("content-encoding", ""), self._max_bytes)
        except body.TooLarge:
            return Failure(wording.too_large(self._max_bytes), SOFT, 200)
        except body.Unreadable:
            return Failure(wording.UNREADABLE_BODY, SOFT, 200)
        if not read.strip():
            return Failure(wording.EMPTY, SOFT, 200)
        return Payload(
            url=str(response.url),
            body=read,
            content_type=response.headers.get("content-type", ""),
            headers=dict(response.headers),
            etag=response.headers.get("etag"),
            last_modified=response.headers.get("last-modified"),
            moved_to=moved_to,
        )


async def _empty(response: httpx.Response) -> None:
    """Read what nobody will, if it is little: the connection is then there for the next question."""
    read = 0
    async for chunk in response.aiter_raw():
        read += len(chunk)
        if read > MOST_OF_A_REFUSAL:
            return


def _conditional(validators: Validators) -> dict[str, str]:
    etag, last_modified = validators
    return ({"if-none-match": etag} if etag else {}) | ({"if-modified-since": last_modified} if last_modified else {})


def unanswered(error: Exception) -> Failure:
    """The Failure behind what httpx raised. Its own text is not repeated: it may hold an address with a secret."""
    for cause in _causes(error):
        if told := _meaning(cause):
            return told
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError):
        return Failure(wording.BAD_ADDRESS, HARD)
    no_connection = isinstance(error, httpx.ConnectError)
    return Failure(wording.NO_CONNECTION if no_connection else wording.BROKEN_ANSWER, TEMPORARY)


def _meaning(cause: BaseException) -> Failure | None:
    match cause:
        case Forbidden():
            return Failure(wording.FORBIDDEN_ADDRESS, HARD)
        case UnknownHost():
            return Failure(wording.UNKNOWN_HOST, TEMPORARY if cause.passing else HARD)
        case ssl.SSLCertVerificationError():
            return Failure(wording.BAD_CERTIFICATE, SOFT)
        case TimeoutError() | httpx.TimeoutException():
            return Failure(wording.TIMEOUT, TEMPORARY)
    return None


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
