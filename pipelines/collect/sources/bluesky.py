"""Bluesky: app.bsky.feed.searchPosts, asked through an account's own host, newest first, 100 a page.

Auth      com.atproto.server.createSession with a handle and an app password, once a visit:
          MEDIEBEVAKNING_BLUESKY_IDENTIFIER, MEDIEBEVAKNING_BLUESKY_PASSWORD. Without a session public.api.bsky.app
          answers searches with 403 (seen 2025 and 2026).
Limits    30 sessions in 5 minutes, 300 a day and account: every_minutes 10 for two sources, 15 for three. 3,000
          requests in 5 minutes and address. RateLimit-Remaining and -Reset tell. Not to be used in bulk (maintainers).
Cannot    posts that the search does not index; posts of authors with the label !no-unauthenticated, who want to be seen
          by those logged in only: the label is there, the post as well, and we leave it out.
Traps     (seen on real servers, 2026-11) a page may be short or empty and not be the last: the end is a missing cursor.
          `createdAt` is the author's word, with any zone, years off both ways; `indexedAt` is never ahead. A post can
          be edited: same uri, another cid, no mark. A deactivated account's posts vanish and come back: absent is not
          deleted. Expired token: 400. Raw å in an address: 400 without a body.
Facts     of 2026-11, the project's own network of servers; not bsky.social itself. [K], unconfirmed: that bsky.social
          passes searches on like any host, that sort=latest is by `indexedAt`, the labels that hide a single post.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.collect import wording
from pipelines.collect.answers import HARD, SOFT, TEMPORARY
from pipelines.collect.limits import too_often, used_up
from pipelines.collect.objects import readable
from pipelines.collect.parse import Context, decode, entry_id, json_object, language, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.timeline import again, all_new, newest, question
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

SECRETS = ("identifier", "password")
SESSION = "session"
"""Under which the login's token is found among the secrets."""
PAGE = 100
HIDING = frozenset(("!no-unauthenticated", "!hide", "!takedown"))
"""Labels, of author or post, that keep it from those who are not logged in, or from all."""
PASSING = frozenset(("ExpiredToken", "InvalidToken"))


class Options(Table):
    search: Text
    """As in the app's search field: words that all must be there, "a phrase", from:handle, #tag."""
    lang: str | None = None
    """Only posts whose author says that they are in this language ("sv"); it is often left out, or wrong."""


def login_request(source: Source, context: Context) -> Request:
    """Ask for a session. `source.url` is the account's host: https://bsky.social, or another."""
    given = {name: context.secrets.get(name, "") for name in SECRETS}
    address = f"{source.url.rstrip('/')}/xrpc/com.atproto.server.createSession"
    return Request(address, {"content-type": "application/json"}, json.dumps(given).encode())


def login_read(payload: Payload) -> Mapping[str, str] | Failure:
    """The session's token."""
    answer = json_object(decode(payload.body, payload.content_type)) or {}
    token = answer.get("accessJwt")
    if answer.get("active") is False:
        return Failure(wording.ACCOUNT_CLOSED, HARD, 200)
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        return Failure(wording.NO_SESSION, SOFT, 200)
    return {SESSION: token}


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """One question."""
    options = Options.model_validate(source.options)
    address = f"{source.url.rstrip('/')}/xrpc/app.bsky.feed.searchPosts"
    return (_request(question(address, q=options.search, lang=options.lang, sort="latest", limit=PAGE), context),)


def _request(url: str, context: Context) -> Request:
    return Request(url, {"authorization": f"Bearer {context.secrets.get(SESSION, '')}"})


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a post whose author does not mind."""
    answer = json_object(decode(payload.body, payload.content_type))
    if answer is None or not isinstance(answer.get("posts"), list):
        return Parsed((), (wording.not_from("Bluesky"),))
    posts, problems = readable(rows(answer["posts"]), _is_post)
    if problems and not posts:
        return Parsed((), (wording.not_from("Bluesky"),))
    times = [when(post.get("indexedAt"), context.zone) for post in posts]
    cursor = answer.get("cursor")
    more = isinstance(cursor, str) and cursor and all_new(times, context)
    return Parsed(
        tuple(_entry(post, source, context) for post in posts if not _is_hidden(post)),
        problems,
        follow=(_request(again(payload, source, cursor=str(cursor)), context),) if more else (),
        cursor=newest(times, context),
        wait=used_up(payload.headers, "ratelimit", context.now),
    )


def _is_post(item: Mapping[str, object]) -> bool:
    return line(item.get("uri")).startswith("at://") and isinstance(table(item.get("record")).get("text"), str)


def _is_hidden(post: Mapping[str, object]) -> bool:
    labels = (*rows(table(post.get("author")).get("labels")), *rows(post.get("labels")))
    # a label with `neg` takes another back
    return any(line(table(label).get("val")) in HIDING and table(label).get("neg") is not True for label in labels)


def _entry(post: Mapping[str, object], source: Source, context: Context) -> Entry:
    record, author = table(post["record"]), table(post.get("author"))
    native_id = line(post["uri"])
    did, _, key = native_id.removeprefix("at://").partition("/app.bsky.feed.post/")
    by = line(author.get("did")) or did
    spoken = rows(record.get("langs"))
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=canonical(f"https://bsky.app/profile/{did}/post/{key}") if key else None,
        title="",
        text="\n".join(filter(None, (plain(record["text"]), *_beside(table(record.get("embed")))))),
        author=context.pseudonym(by) if by else None,
        published=_published(record.get("createdAt"), post.get("indexedAt"), context),
        language=language(spoken[0]) if len(spoken) == 1 else None,
    )


def _beside(embed: Mapping[str, object]) -> Iterator[str]:
    """What a post says outside its text: a link's card, and pictures for those who cannot see them."""
    media = table(embed.get("media"))
    for held in (embed, media):
        card = table(held.get("external"))
        yield from (line(card.get("title")), plain(card.get("description")))
        yield from (plain(table(image).get("alt")) for image in rows(held.get("images")))


def _published(created: object, indexed: object, context: Context) -> datetime | None:
    """As the author says, unless the network had it before: a clock that is ahead, or a lie."""
    times = [time for value in (created, indexed) if (time := when(value, context.zone)) is not None]
    return min(times, default=None)


def explain(refused: Refused) -> Failure | None:
    """A session that has ended, and the wait that the limits' headers tell; a wrong password is a 401 like any."""
    error = line((json_object(decode(refused.body)) or {}).get("error"))
    if refused.status in (400, 401) and error in PASSING:
        return Failure(wording.LOGIN_EXPIRED, TEMPORARY, refused.status)
    return too_often(refused, "ratelimit")
