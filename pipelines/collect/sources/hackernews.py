"""Hacker News by Algolia's search: https://hn.algolia.com/api/v1/search_by_date, stories and comments, newest first.

Auth      none.
Limits    10,000 an hour and address; 1,000 hits paged at most [K]: each visit asks for what is newer than the last one.
Cannot    what Algolia has not indexed yet, or ever; a text's earlier wording.
Traps     A deleted text is a hit without text. Hits are inexact (a letter may differ): matching is ours.
Status    read in documents and programs of 2026, not called.

A text may be edited for two hours, and the index may be late: each visit asks two days further back than the last hit.
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.asking import Payload, Request
from pipelines.collect import wording
from pipelines.collect.objects import Record, body, identity, integer, readable, unix
from pipelines.collect.parse import Context, entry_id, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.timeline import again, newest, question
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

PROVIDER = "Hacker News"
ITEM, USER = "https://news.ycombinator.com/item?id=", "https://news.ycombinator.com/user?id="
PAGE = 100
OVERLAP = timedelta(days=2)
AT_FIRST = timedelta(days=30)


class Options(Table):
    query: Text


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """What is newer than the last visit, less the overlap. `source.url` is the host's own address."""
    since = (when(context.cursor, context.zone) or context.now - AT_FIRST) - OVERLAP
    asked = {
        "query": Options.model_validate(source.options).query,
        "tags": "(story,comment)",
        "numericFilters": f"created_at_i>{int(since.timestamp())}",
        "hitsPerPage": PAGE,
        "page": 0,
    }
    return (Request(question(f"{source.url.rstrip('/')}/api/v1/search_by_date", **asked)),)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a story or comment that is not deleted. The cursor is the newest one's time."""
    answer = table(body(payload))
    if not isinstance(answer.get("hits"), list):
        return Parsed((), (wording.not_from(PROVIDER),))
    hits, problems = readable(rows(answer["hits"]), lambda hit: bool(identity(hit.get("objectID"))))
    entries = tuple(_entry(hit, source, context) for hit in hits if _title(hit) or _text(hit))
    return Parsed(
        entries,
        problems,
        follow=_next_page(payload, source, integer(answer.get("page")), integer(answer.get("nbPages"))),
        cursor=newest((entry.published for entry in entries), context),
    )


def _next_page(payload: Payload, source: Source, page: int | None, pages: int | None) -> tuple[Request, ...]:
    if page is None or pages is None or not 0 <= page < pages - 1:
        return ()
    return (Request(again(payload, source, page=str(page + 1))),)


def _title(hit: Record) -> str:
    return line(hit.get("title"))


def _text(hit: Record) -> str:
    return plain(hit.get("comment_text")) or plain(hit.get("story_text"))


def _entry(hit: Record, source: Source, context: Context) -> Entry:
    native_id, author = identity(hit["objectID"]), line(hit.get("author"))
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=f"{ITEM}{native_id}" if native_id.isascii() and native_id.isdecimal() else None,
        title=_title(hit),
        text=_text(hit),
        author=context.pseudonym(USER + author) if author else None,
        published=unix(hit.get("created_at_i")) or when(hit.get("created_at"), context.zone),
        language=source.language,
    )
