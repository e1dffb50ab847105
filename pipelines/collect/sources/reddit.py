"""Reddit's search: https://oauth.reddit.com/search, newest first, 100 a page.

Auth      an approved app's id and secret, client_credentials, once a visit: MEDIEBEVAKNING_REDDIT_CLIENT,
          MEDIEBEVAKNING_REDDIT_SECRET. Since November 2025 no key without approval ("Responsible Builder Policy").
Limits    100 requests a minute; X-Ratelimit-Remaining, and -Reset in seconds from now. A true, describing User-Agent.
Cannot    comments (no search finds them), nor what a subreddit keeps to its members.
Traps     without raw_json=1 texts come escaped; ids are base 36; `edited` is false or a time; a deleted post stays, by
          "[deleted]", with "[deleted]" or "[removed]" for a text: the Entry then loses its text and author, too.
Facts     of 2025-11 to 2026-09, nothing was called; the recorded answer is of 2016. [K], unconfirmed: that `after` ends
          with null, and that a token is good for an hour or more.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.collect import wording
from pipelines.collect.answers import HARD, SOFT
from pipelines.collect.limits import too_often, used_up
from pipelines.collect.objects import readable
from pipelines.collect.parse import Context, decode, entry_id, json_object, number, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.timeline import again, all_new, newest, question
from pipelines.collect.urls import canonical
from pipelines.config.schema import HttpUrl, Source, Table, Text
from pipelines.types import Entry, Parsed

HOME = "https://www.reddit.com"
SECRETS = ("client", "secret")
SESSION = "session"
PAGE = 100
NOBODY = frozenset(("[deleted]", "[removed]"))
"""For an author or a text that is no more."""
LATEST = 4_102_444_800.0
"""Seconds since 1970, 2100: what is later is no time."""


class Options(Table):
    search: Text
    """Reddit's query language: words, OR, "a phrase", title:, selftext:."""
    subreddits: tuple[Text, ...] = Field((), max_length=50)
    """Only in these; without r/."""
    period: Literal["hour", "day", "week", "month", "year", "all"] = "week"
    login: HttpUrl = f"{HOME}/api/v1/access_token"


def login_request(source: Source, context: Context) -> Request:
    """Ask for a token."""
    pair = ":".join(context.secrets.get(name, "") for name in SECRETS)
    headers = {
        "authorization": f"Basic {b64encode(pair.encode()).decode()}",
        "content-type": "application/x-www-form-urlencoded",
    }
    return Request(Options.model_validate(source.options).login, headers, b"grant_type=client_credentials")


def login_read(payload: Payload) -> Mapping[str, str] | Failure:
    """The token; Reddit may say under 200 that it gives none."""
    answer = json_object(decode(payload.body, payload.content_type)) or {}
    token = answer.get("access_token")
    if answer.get("error"):
        return Failure(wording.rejected_key(line(answer["error"], 100)), HARD, 401)
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        return Failure(wording.NO_SESSION, SOFT, 200)
    return {SESSION: token}


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """One question. `source.url` is https://oauth.reddit.com."""
    options = Options.model_validate(source.options)
    home, within = source.url.rstrip("/"), "+".join(options.subreddits)
    address = question(
        f"{home}/r/{within}/search" if within else f"{home}/search",
        q=options.search,
        sort="new",
        t=options.period,
        limit=PAGE,
        raw_json=1,
        restrict_sr=1 if within else None,
    )
    return (_request(address, context),)


def _request(url: str, context: Context) -> Request:
    return Request(url, {"authorization": f"bearer {context.secrets.get(SESSION, '')}"})


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a post."""
    answer = json_object(decode(payload.body, payload.content_type))
    listing = table((answer or {}).get("data"))
    if not isinstance(listing.get("children"), list):
        return Parsed((), (wording.not_from("Reddit"),))
    posts, problems = readable((table(item).get("data") for item in rows(listing["children"])), _is_post)
    if problems and not posts:
        return Parsed((), (wording.not_from("Reddit"),))
    times = [_time(post.get("created_utc")) for post in posts]
    after = line(listing.get("after"))
    more = after and all_new(times, context)
    return Parsed(
        tuple(_entry(post, source, context) for post in posts),
        problems,
        follow=(_request(again(payload, source, after=after), context),) if more else (),
        cursor=newest(times, context),
        wait=used_up(payload.headers, "x-ratelimit", context.now),
    )


def _is_post(post: Mapping[str, object]) -> bool:
    return bool(_name(post)) and any(isinstance(post.get(key), str) for key in ("title", "selftext", "body"))


def _name(post: Mapping[str, object]) -> str:
    """Its kind and number, t3_… for a post and t1_… for a comment."""
    return line(post.get("name")) or line(post.get("id"))


def _entry(post: Mapping[str, object], source: Source, context: Context) -> Entry:
    native_id, author = _name(post), line(post.get("author"))
    path = line(post.get("permalink"))
    text = plain(post.get("selftext")) or plain(post.get("body"))
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        # ?ref=search_posts and its like come and go: without this, each is an edit
        url=canonical(path.partition("?")[0], HOME) if path else canonical(post.get("url")),
        title=line(post.get("title")),
        text="" if text in NOBODY else text,
        author=context.pseudonym(author) if author and author not in NOBODY else None,
        published=_time(post.get("created_utc")),
        language=source.language,
    )


def _time(value: object) -> datetime | None:
    seconds = number(value)
    if seconds is None or not 0 < seconds < LATEST:
        return None
    return when(datetime.fromtimestamp(seconds, UTC).isoformat(), UTC)


def explain(refused: Refused) -> Failure | None:
    """The wait that Reddit's own headers tell; the rest the status says."""
    return too_often(refused, "x-ratelimit")
