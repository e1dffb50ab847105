"""What a source would bring before it is one: asked once, nothing stored.

An address that is a web page is searched for the feeds that it names (<link rel=alternate>).
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import ValidationError

from pipelines.asking import Failure, NotModified, Payload, Request
from pipelines.collect import rows, secrets, wording
from pipelines.collect.fetch import Door
from pipelines.collect.parse import Context, decode
from pipelines.collect.sources import FAMILIES
from pipelines.collect.urls import canonical
from pipelines.collect.visit import ask
from pipelines.config.schema import Source
from pipelines.errors import WrongCall
from pipelines.store.sources import SourceState
from pipelines.types import Entry, Kind, Parsed
from sentiment.language import detect

if TYPE_CHECKING:
    from pipelines.bootstrap import App

TOLD_BY_FORM = ("rss", "polisen")
"""Families that an answer alone shows it to be of; the others ask for more than an address."""
FEED_TYPES = frozenset(("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"))
MOST_FEEDS = 5
"""Feeds of a page that are asked: its articles, its comments, perhaps a few sections."""
MOST_OF_A_PAGE = 1_000_000
LINK = re.compile(r"<link\s([^<>]{1,4000})>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([\w:-]{1,40})\s{0,9}=\s{0,9}(?:(["'])(.*?)\2|([^\s"'>]{1,2000}))""", re.DOTALL)
NO_FEED = "Sidan anger inget flöde. Leta efter ett på webbplatsen, eller skapa en bevakning hos en söktjänst."
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Preview:
    """One source as it would be, and what it brings today."""

    source: Source
    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    languages: Mapping[str, int] = field(default_factory=dict)
    """Entries by the language of their text, most first."""
    per_week: float | None = None
    """As the dates of the entries tell; None where fewer than two have one."""
    newest: datetime | None = None
    mentions: tuple[Entry, ...] = ()
    """Those that name the municipality, a place or a unit of it."""


def draft(url: str, family: str, options: Mapping[str, object], kind: Kind, taken: Sequence[str] = ()) -> Source:
    """The row that such a source would have. Raises WrongCall for what cannot be one."""
    if family not in FAMILIES:
        raise WrongCall(f"no family is named «{family}». Choose one of: {', '.join(sorted(FAMILIES))}.")
    try:
        FAMILIES[family].options.model_validate(options)
        name = urlsplit(url).hostname or url
        values = {"id": rows.new_id(name, url, taken), "name": name, "family": family, "kind": kind, "url": url}
        return Source.model_validate(values | ({"options": dict(options)} if options else {}))
    except ValidationError as error:
        detail = error.errors()[0]
        where = ".".join(map(str, detail["loc"]))
        raise WrongCall(f"{where}: {detail['msg'].removeprefix('Value error, ')}. Mend it; see --help.") from error
    except ValueError as error:  # urllib's word for a broken port or IPv6 address
        raise WrongCall(f"«{url}» is no address: {error}. Mend it.") from error


async def preview(app: App, wanted: Source, *, told: bool, mentions: Callable[[Entry], bool]) -> tuple[Preview, ...]:
    """What `wanted` would bring, or the feeds that its page names. `told`: its family was chosen, not guessed."""
    async with Door(app.config, app.clock, private=app.allow_private, spacing=app.spacing) as door:
        if told:
            return (await _asked(app, wanted, door, mentions),)
        answer = await door.get(Request(wanted.url))
        if isinstance(answer, Failure | NotModified):
            reason = answer.reason if isinstance(answer, Failure) else wording.EMPTY
            return (Preview(wanted, problems=(reason,)),)
        for family in TOLD_BY_FORM:
            source = wanted.model_copy(update={"family": family, "url": answer.moved_to or wanted.url})
            parsed = FAMILIES[family].parse(answer, source, _context(app, {}))
            if parsed.entries or not parsed.problems:
                return (_seen(source, parsed, app, mentions),)
        feeds = linked(answer)[:MOST_FEEDS]
        if not feeds:
            return (Preview(wanted, problems=(NO_FEED,)),)
        known = {source.id for source in app.config.sources}
        found = []
        for url, title in feeds:
            row = {"id": rows.new_id(title, url, known), "name": title or wanted.name, "url": url}
            known.add(row["id"])
            found.append(await _asked(app, wanted.model_copy(update=row), door, mentions))
        return tuple(found)


def linked(page: Payload) -> list[tuple[str, str]]:
    """Address and title of each feed that an HTML page names, in its order."""
    found: dict[str, str] = {}
    for tag in LINK.finditer(decode(page.body[:MOST_OF_A_PAGE], page.content_type)):
        given = {name.lower(): html.unescape(quoted or bare) for name, _, quoted, bare in ATTRIBUTE.findall(tag[1])}
        names_a_feed = given.get("type", "").strip().lower() in FEED_TYPES
        url = canonical(given.get("href"), page.url)
        if url and names_a_feed and "alternate" in given.get("rel", "").lower().split():
            found.setdefault(url, " ".join(given.get("title", "").split())[:200])
    return list(found.items())


async def _asked(app: App, source: Source, door: Door, mentions: Callable[[Entry], bool]) -> Preview:
    keys = secrets.read(source, app.environment)
    if isinstance(keys, Failure):
        return Preview(source, problems=(keys.reason, keys.remedy))
    visit, brought = await ask(source, SourceState(source.id), door, _context(app, keys))
    if visit.failure:
        failure = secrets.suspected(source, visit.failure)
        return Preview(source, problems=tuple(filter(None, (failure.reason, failure.remedy))))
    return _seen(source, Parsed(brought, visit.problems), app, mentions)


def _seen(source: Source, parsed: Parsed, app: App, mentions: Callable[[Entry], bool]) -> Preview:
    entries, default = parsed.entries, app.config.municipality.language
    languages = Counter(detect(entry.content, entry.language, default).code for entry in entries)
    now = app.clock()
    dates = sorted(entry.published for entry in entries if entry.published and entry.published <= now)
    weeks = (dates[-1] - dates[0]) / WEEK if dates else 0
    return Preview(
        source=source,
        entries=entries,
        problems=parsed.problems,
        languages=dict(languages.most_common()),
        per_week=round((len(dates) - 1) / weeks, 1) if weeks > 0 else None,
        newest=dates[-1] if dates else None,
        mentions=tuple(entry for entry in entries if mentions(entry)),
    )


def _context(app: App, keys: Mapping[str, str]) -> Context:
    return Context(app.pseudonym, app.config.zone, None, keys, app.clock())
