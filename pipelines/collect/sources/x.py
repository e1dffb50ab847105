"""X, once Twitter: recent search and mentions, https://api.x.com/2.

Auth      a Bearer token of an app with credits: MEDIEBEVAKNING_X_TOKEN.
Cost      0.005 US dollars a post read, the same post once a UTC day (xdevplatform/docs, 2026-08-22). A user read is
          0.010: so no `expansions=author_id`; the author's number is enough, and /i/web/status/ID leads to the post.
Limits    450 requests in 15 minutes; search reaches 7 days back. x-rate-limit-remaining and -reset tell the rest.
Cannot    older posts, protected accounts, likes; a deleted post is simply no longer there.
Traps     `data` is missing where there are no hits; texts have &amp; &lt; &gt;; an edited post has a new id, the first
          one is in `edit_history_tweet_ids`; long posts are cut in `text` and whole in `note_tweet` [K].
Facts     of 2026-08, nothing was called. [K], unconfirmed: 402 for spent credits, "usage-capped" for a monthly cap,
          `pagination_token` for mentions, 400 for a since_id older than 7 days, ids that tell the time.

Every post costs, so each visit asks only for what is newer than the last: an edit comes as a new post of the old id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from urllib.parse import quote

from pydantic import Field, model_validator

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.collect import wording
from pipelines.collect.answers import HARD, TEMPORARY
from pipelines.collect.limits import too_often, used_up
from pipelines.collect.objects import readable
from pipelines.collect.parse import Context, decode, entry_id, json_object, language, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.timeline import again, question
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table
from pipelines.types import Entry, Parsed

SECRETS = ("token",)
USD_A_POST = 0.005
FIELDS = "created_at,lang,author_id,referenced_tweets,edit_history_tweet_ids,note_tweet"
SEARCHED_DAYS = 6.9
"""A since_id must lie within the 7 days that are searched."""
ID_EPOCH = 1_288_834_974.657
"""Seconds since 1970: the upper bits of an id are the milliseconds since then."""
A_DAY = 24 * 3600.0
NO_LANGUAGES = frozenset(("und", "zxx", "art"))
"""And all that begin with q (qme, qht, ...): X's codes for links, tags and pictures alone."""


class Options(Table):
    search: str | None = Field(None, min_length=1, max_length=512)
    """X's own query language, such as `(a OR b) lang:sv -is:retweet`."""
    mentions_of: str | None = Field(None, pattern=r"^\d{1,20}$")
    """A user's number, whose mentions are asked for."""
    most: int = Field(100, ge=10, le=100)
    """Posts on a page, of which a visit takes five at most: what a visit may cost."""

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        # one cursor cannot tell how far each of two questions has come
        if (self.search is None) == (self.mentions_of is None):
            raise ValueError("give either search or mentions_of; for both, make two sources")
        return self


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """One question. `source.url` is https://api.x.com."""
    options = Options.model_validate(source.options)
    home, since = source.url.rstrip("/"), context.cursor
    if options.mentions_of is not None:
        address = f"{home}/2/users/{options.mentions_of}/mentions"
    else:
        address = f"{home}/2/tweets/search/recent"
        since = since if since and _age(since, context.now) < SEARCHED_DAYS else None
    asked = {"query": options.search, "max_results": options.most, "since_id": since, "tweet.fields": FIELDS}
    return (_request(question(address, **asked), context, options.most),)


def _age(post_id: str, now: datetime) -> float:
    """Days since the post with this id was written."""
    born = (int(post_id) >> 22) / 1000 + ID_EPOCH if post_id.isascii() and post_id.isdecimal() else 0.0
    return (now.timestamp() - born) / A_DAY


def _request(url: str, context: Context, most: int) -> Request:
    return Request(url, {"authorization": f"Bearer {context.secrets.get('token', '')}"}, cost=most * USD_A_POST)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a post; reposts are left out, the post itself is there."""
    answer = json_object(decode(payload.body, payload.content_type))
    if answer is None or not (isinstance(answer.get("data"), list | dict) or isinstance(answer.get("meta"), dict)):
        return Parsed((), (wording.not_from("X"),))
    posts, problems = readable(rows(answer.get("data")), _is_post)
    if problems and not posts:
        return Parsed((), (wording.not_from("X"),))
    ids = (line(post["id"]) for post in posts)
    return Parsed(
        tuple(_entry(post, source, context) for post in posts if not _is_repost(post)),
        problems,
        follow=_next_page(payload, table(answer.get("meta")), source, context),
        cursor=max((*ids, *filter(None, (context.cursor,))), key=_order, default=None),
        wait=used_up(payload.headers, "x-rate-limit", context.now),
    )


def _is_post(item: Mapping[str, object]) -> bool:
    return line(item.get("id")).isdecimal() and isinstance(item.get("text"), str)


def _is_repost(post: Mapping[str, object]) -> bool:
    return any(table(other).get("type") == "retweeted" for other in rows(post.get("referenced_tweets")))


def _order(post_id: str) -> tuple[int, str]:
    return (len(post_id), post_id)


def _entry(post: Mapping[str, object], source: Source, context: Context) -> Entry:
    post_id, author = line(post["id"]), line(post.get("author_id"))
    native_id = min((post_id, *filter(str.isdecimal, map(line, rows(post.get("edit_history_tweet_ids"))))), key=_order)
    spoken = language(post.get("lang"))
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=canonical(f"https://x.com/i/web/status/{quote(post_id)}"),
        title="",
        text=plain(table(post.get("note_tweet")).get("text")) or plain(post["text"]),
        author=context.pseudonym(author) if author else None,
        published=when(post.get("created_at"), context.zone),
        language=None if spoken is None or spoken in NO_LANGUAGES or spoken.startswith("q") else spoken,
    )


def _next_page(payload: Payload, meta: Mapping[str, object], source: Source, context: Context) -> tuple[Request, ...]:
    """The page behind this one, if there was a last visit: the first takes one page only."""
    token = line(meta.get("next_token"))
    if not token or context.cursor is None:
        return ()
    name = "pagination_token" if payload.url.partition("?")[0].endswith("/mentions") else "next_token"
    most = Options.model_validate(source.options).most
    return (_request(again(payload, source, **{name: token}), context, most),)


def explain(refused: Refused) -> Failure | None:
    """Spent credits and caps, and the wait that X's own headers tell."""
    if refused.status == 402:
        return Failure(wording.X_NO_CREDITS, HARD, 402, remedy=wording.X_NO_CREDITS_REMEDY)
    if refused.status == 429 and b"usage-capped" in refused.body:
        return Failure(wording.X_CAPPED, TEMPORARY, 429, retry_after=A_DAY, remedy=wording.X_NO_CREDITS_REMEDY)
    return too_often(refused, "x-rate-limit")
