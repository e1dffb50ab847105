"""Discourse forums by search: https://{forum}/search.json?q=… order:latest after:YYYY-MM-DD, 50 posts a page.

Auth      none; a forum may close its search to visitors (403), or be for members only.
Limits    anonymous search is slowed: 429 with `extras.wait_seconds` in the body, or Retry-After [K].
Cannot    the whole post: `blurb` is about 200 characters around the first word found. One post a topic where several
          match [K]. For a forum of the municipality's own, take all posts: family rss, https://{forum}/posts.rss.
Traps     Posts carry no title: the topic beside them does. The blurb may be cut inside markup.
Status    shapes from Discourse's own source and its client's fixtures, 2026; not called.

A post edited within the last two days is seen anew: each visit asks that much further back than the newest post.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.collect import wording
from pipelines.collect.answers import TEMPORARY, refused
from pipelines.collect.objects import Record, body, identity, integer, readable
from pipelines.collect.parse import Context, entry_id, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.timeline import again, newest, question
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

PROVIDER = "Discourse"
OVERLAP = timedelta(days=2)
AT_FIRST = timedelta(days=30)
LONGEST_WAIT = 24 * 3600
ACCEPT = {"accept": "application/json"}


class Options(Table):
    query: Text


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """What is newer than the last visit, less the overlap. `source.url` is the forum's address."""
    since = (when(context.cursor, context.zone) or context.now - AT_FIRST) - OVERLAP
    words = f"{Options.model_validate(source.options).query} order:latest after:{since.date().isoformat()}"
    url = question(f"{source.url.rstrip('/')}/search.json", q=words, page=1)
    return (Request(url, ACCEPT),)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a post. The cursor is the newest one's time."""
    answer = table(body(payload))
    grouped = answer.get("grouped_search_result")
    if not isinstance(answer.get("posts"), list) and not isinstance(grouped, dict):
        return Parsed((), (wording.not_from(PROVIDER),))
    posts, problems = readable(rows(answer.get("posts")), _is_post)
    topics = {integer(topic.get("id")): topic for topic in map(table, rows(answer.get("topics")))}
    entries = tuple(
        _entry(post, topics.get(integer(post.get("topic_id")), {}), source, context)
        for post in posts
        if not (post.get("hidden") or post.get("deleted_at"))
    )
    return Parsed(
        entries,
        problems,
        follow=_next_page(payload, table(grouped), source) if posts else (),
        cursor=newest((entry.published for entry in entries), context),
    )


def explain(answer: Refused) -> Failure | None:
    """A refusal that says in its body how long to wait."""
    if answer.status != 429 or "retry-after" in answer.headers:
        return None
    said = table(body(Payload("", answer.body)))
    seconds = integer(table(said.get("extras")).get("wait_seconds"))
    if seconds is None or seconds < 0:
        return None
    usual = refused(answer.status, answer.headers, "", answer.now)
    return Failure(usual.reason, TEMPORARY, answer.status, retry_after=float(min(seconds, LONGEST_WAIT)))


def _is_post(post: Record) -> bool:
    return bool(identity(post.get("id")) and integer(post.get("topic_id")) is not None and "blurb" in post)


def _next_page(payload: Payload, grouped: Record, source: Source) -> tuple[Request, ...]:
    if grouped.get("more_full_page_results") is not True:
        return ()
    page = integer(parse_qs(urlsplit(payload.url).query).get("page", ["1"])[-1]) or 1
    return (Request(again(payload, source, page=str(page + 1)), ACCEPT),)


def _entry(post: Record, topic: Record, source: Source, context: Context) -> Entry:
    forum, native_id = source.url.rstrip("/"), identity(post["id"])
    slug, topic_id, place = line(topic.get("slug")), integer(post["topic_id"]), integer(post.get("post_number"))
    author = line(post.get("username"))
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=canonical(f"{forum}/t/{slug or 'topic'}/{topic_id}/{place or 1}"),
        title=line(topic.get("title")) or line(topic.get("fancy_title")),
        text=plain(post["blurb"]),
        author=context.pseudonym(f"{forum}/u/{author}") if author else None,
        published=when(post.get("created_at"), context.zone),
        language=source.language,
    )
