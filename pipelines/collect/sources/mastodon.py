"""Mastodon tag timelines: https://{host}/api/v1/timelines/tag/{tag}?any[]=…, newest first, 40 a page.

Auth      none. From 4.5 on a host may close its timelines: it then answers 401, or an empty list.
Limits    300 requests in 5 minutes per address (documentation of 2026-07, not called).
Cannot    posts without one of the tags (full-text search needs a user's token), and what the host never received.
Traps     ids are 64-bit numbers in strings; `language` may be null; one post is seen through many hosts: its `uri` is
          the same in all; a post that federates late gets an id in the past.

So each visit asks for the newest page without `since_id` and pages back to where the last visit ended: late posts among
the newest 40 are found, where a strict `min_id` would pass them by. The first visit takes one page only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

from pydantic import Field

from pipelines.asking import Payload, Request
from pipelines.collect import wording
from pipelines.collect.parse import Context, decode, entry_id, json_items, language, when
from pipelines.collect.plain import line, plain
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

PAGE = 40
"""The most a host gives on a page."""
TAGS_A_REQUEST = 5
"""One in the path and four in `any[]`: the host reads no more of them."""


class Options(Table):
    tags: tuple[Text, ...] = Field(min_length=1)
    """Without #. A post with any of them is taken."""


def requests(source: Source, context: Context) -> tuple[Request, ...]:  # noqa: ARG001 - see above: no since_id
    """One question for every five tags. `source.url` is the host's own address."""
    tags = iter(Options.model_validate(source.options).tags)
    asked = []
    while group := tuple(islice(tags, TAGS_A_REQUEST)):
        query = urlencode([*(("any[]", tag) for tag in group[1:]), ("limit", PAGE)])
        path = f"/api/v1/timelines/tag/{quote(group[0], safe='')}"
        asked.append(Request(f"{source.url.rstrip('/')}{path}?{query}"))
    return tuple(asked)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a post that its author did not ask to be left out of; boosts are skipped, the post itself is there."""
    items, whole = json_items(decode(payload.body, payload.content_type))
    statuses = [item for item in items if isinstance(item, dict) and is_status(item)]
    if not statuses and not (whole and items == []):
        return Parsed((), (wording.NOT_MASTODON,))
    problems = [] if whole else [wording.CUT_OFF]
    if unreadable := len(items) - len(statuses):
        problems.append(wording.unreadable_items(unreadable))
    ids = sorted((line(status["id"]) for status in statuses), key=order)
    newest = max((*ids[-1:], *filter(None, (context.cursor,))), key=order, default=None)
    return Parsed(
        tuple(entries(statuses, source, context)),
        tuple(problems),
        follow=_next_page(payload, ids[0], context.cursor) if ids else (),
        cursor=newest,
    )


def is_status(item: dict[str, object]) -> bool:
    """Whether `item` is one post."""
    return isinstance(item.get("id"), str | int) and isinstance(item.get("content"), str)


def order(status_id: str) -> tuple[int, str]:
    """Ids grow; they are numbers on Mastodon and letters on some of its kin, and too long for a float."""
    return (len(status_id), status_id)


def entries(statuses: list[dict[str, object]], source: Source, context: Context) -> Iterator[Entry]:
    """One Entry a post that is no boost, and whose author does not ask to be left out."""
    for status in statuses:
        account = status.get("account")
        account = account if isinstance(account, dict) else {}
        if status.get("reblog") or account.get("noindex") is True:  # noindex: the author wants no search to find him
            continue
        author = line(account.get("uri")) or line(account.get("url")) or line(account.get("acct"))
        url = canonical(status.get("url")) or canonical(status.get("uri"))
        native_id = line(status.get("uri")) or url or line(status["id"])
        yield Entry(
            id=entry_id(source.id, native_id),
            source_id=source.id,
            native_id=native_id,
            kind=source.kind,
            url=url,
            title=line(status.get("spoiler_text")),
            text=plain(status["content"]),
            author=context.pseudonym(author) if author else None,
            published=when(status.get("created_at"), context.zone),
            language=language(status.get("language")),
        )


_NEXT = re.compile(r"<([^<>]{1,2000})>\s{0,9};[^<>]{0,200}?rel=\"?next\"?", re.IGNORECASE)


def _next_page(payload: Payload, oldest: str, cursor: str | None) -> tuple[Request, ...]:
    """The page before this one, while all of this one is newer than what we had. Only `max_id` is taken from the Link
    header, so that no answer can send us to another host."""
    link = _NEXT.search(payload.headers.get("link", ""))
    if link is None or cursor is None or order(oldest) <= order(cursor):
        return ()
    given = parse_qs(urlsplit(link[1]).query).get("max_id")
    if not given:
        return ()
    here = urlsplit(payload.url)
    query = {key: values for key, values in parse_qs(here.query).items() if key != "max_id"} | {"max_id": given[:1]}
    return (Request(urlunsplit(here._replace(query=urlencode(query, doseq=True)))),)
