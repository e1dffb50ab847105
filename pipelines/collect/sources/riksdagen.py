"""Riksdagen's documents: https://data.riksdagen.se/dokumentlista/, as JSON, newest first, 50 a page.

Auth      none.
Limits    none stated: ask a few times a day.
Cannot    the documents' full text, only the summary with the passage that was found; what was said in the chamber is
          there once the protocol is.
Traps     Numbers are strings. Addresses begin with //. A single hit is an object, not a list; no hit has no `dokument`
          at all. `@nasta_sida` may lead to HTML: only its page number is used. A document appears days after its date:
          each visit asks for the last 30 days anew.
Status    addresses and parameters as public programs use them, 2023 to 2026; the answer's shape is not confirmed [K].
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from pipelines.asking import Payload, Request
from pipelines.collect import wording
from pipelines.collect.objects import Record, body, identity, readable
from pipelines.collect.parse import Context, entry_id, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.timeline import again, newest, question
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

PROVIDER = "Riksdagen"
HOME = "https://data.riksdagen.se"
PAGE = 50
LATE = timedelta(days=30)
"""How long after its date a document may be published."""


class Options(Table):
    query: Text
    """As one would search on the site. One a source: a document's summary shows where the query was found."""
    types: tuple[Text, ...] = ()
    """Document types (mot, fr, frs, ip, prot, bet, prop, SOU, …); none takes all."""


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """The last 30 days; further back where the last visit was longer ago."""
    options = Options.model_validate(source.options)
    last = when(context.cursor, context.zone) or context.now
    since = (min(last, context.now) - LATE).date().isoformat()
    asked = {"sok": options.query, "doktyp": ",".join(options.types) or None, "from": since}
    ordered = {"sort": "datum", "sortorder": "desc", "utformat": "json", "a": "s", "p": 1, "sz": PAGE}
    return (Request(question(source.url, **asked, **ordered)),)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a document. The cursor is the newest document's date."""
    found = table(body(payload)).get("dokumentlista")
    if not isinstance(found, dict):
        return Parsed((), (wording.not_from(PROVIDER),))
    documents, problems = readable(rows(found.get("dokument")), _is_document)
    return Parsed(
        tuple(_entry(item, source, context) for item in documents),
        problems,
        follow=_next_page(payload, found, source),
        cursor=newest((when(item.get("datum"), context.zone) for item in documents), context),
    )


def _is_document(item: Record) -> bool:
    return bool(_id(item) and line(item.get("titel")))


def _id(item: Record) -> str:
    return identity(item.get("dok_id")) or identity(item.get("id"))


def _next_page(payload: Payload, found: Record, source: Source) -> tuple[Request, ...]:
    page = parse_qs(urlsplit(line(found.get("@nasta_sida"), 4000)).query).get("p", [""])[-1]
    here = parse_qs(urlsplit(payload.url).query).get("p", ["1"])[-1]
    if not (page.isascii() and page.isdecimal()) or page == here:
        return ()
    return (Request(again(payload, source, p=page)),)


def _entry(item: Record, source: Source, context: Context) -> Entry:
    native_id = _id(item)
    subtitle, summary = line(item.get("undertitel")), plain(item.get("summary"))
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=canonical(item.get("dokument_url_html"), HOME),
        title=line(item["titel"]),
        text="\n".join(text for text in (subtitle, summary) if text),
        published=when(item.get("publicerad"), context.zone) or when(item.get("datum"), context.zone),
        language=source.language or "sv",
    )
