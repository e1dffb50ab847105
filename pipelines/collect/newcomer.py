"""A source that someone wants to add by its address alone: what is refused, and what it would bring."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from pipelines.collect import redact, rows, wording
from pipelines.collect.preview import Preview, draft, preview
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source
from pipelines.errors import WrongCall
from pipelines.types import Entry, Kind

if TYPE_CHECKING:
    from pipelines.bootstrap import App

LONGEST = 2000
PATIENCE = 30.0
"""Seconds for a page and all the feeds that it names: someone sits and waits."""
KEY = re.compile(
    r"(?:.*[_-])?(?:api)?(?:key|token|secret|password|passwd|pwd|auth|signature|sig|session)", re.IGNORECASE
)
"""Names of parts of an address that hold what only its owner should know."""


def whole(address: str) -> str:
    """The address as it is asked for: people leave out how it begins."""
    given = address.strip()
    return given if "://" in given or not given else f"https://{given}"


def refused(address: str, sources: Iterable[Source]) -> str | None:
    """Why the address cannot be a source, before anything is asked; None where it may be one. Pure."""
    try:
        parts = urlsplit(address)
        asked = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return wording.BAD_ADDRESS
    if parts.scheme not in ("http", "https") or not host or len(address) > LONGEST or re.search(r"\s", address):
        return wording.NO_ADDRESS
    if "@" in parts.netloc:
        return wording.HOLDS_LOGIN
    if redact.tokens({}, address) or any(KEY.fullmatch(name) and value for name, value in asked):
        return wording.HOLDS_KEY
    same = next((one for one in sources if _place(one.url) == _place(address)), None)
    return wording.there_already(same.name) if same else None


def look(
    app: App, address: str, kind: Kind, mentions: Callable[[Entry], bool], earlier: Mapping[str, str]
) -> tuple[Preview, ...]:
    """What the address would bring, each with why it cannot be added among its problems; nothing is stored.

    earlier: addresses of sources that were removed, by the id that their entries still bear.
    """
    if problem := refused(address, app.config.sources):
        return (_none(address, kind, problem),)
    taken = {source.id for source in app.config.sources} | {id for id, url in earlier.items() if url != address}
    try:
        wanted = draft(address, "rss", {}, kind, tuple(taken))
        found = asyncio.run(asyncio.wait_for(preview(app, wanted, told=False, mentions=mentions), PATIENCE))
    except WrongCall:
        return (_none(address, kind, wording.BAD_ADDRESS),)
    except TimeoutError:
        return (_none(address, kind, wording.TIMEOUT),)
    return tuple(_checked(one, app.config.sources) for one in found)


def named(source: Source, name: str, taken: Iterable[str]) -> Source:
    """The source under a name of its own, and an id that tells it."""
    return source.model_copy(update={"name": name, "id": rows.new_id(name, source.url, taken)})


def _checked(found: Preview, sources: Iterable[Source]) -> Preview:
    """An address may lead to another, which may be one of ours, or hold a key."""
    problem = refused(found.source.url, sources)
    return Preview(found.source, problems=(problem,)) if problem else found


def _none(address: str, kind: Kind, problem: str) -> Preview:
    """Of what is no address there is no source: only the reason is told."""
    return Preview(Source.model_construct(id="", name="", family="rss", kind=kind, url=address), problems=(problem,))


def _place(address: str) -> str:
    """What two addresses of one feed have in common."""
    parts = urlsplit(canonical(address) or address)
    host = (parts.netloc or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"
