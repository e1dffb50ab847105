"""A Mastodon host's tag timeline: newest first, paged by `max_id`, `since_id`, `min_id` and the Link header."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from sample.shapes.document import Document
from sample.shapes.identity import link, snowflake
from sample.world.chance import draw
from sample.world.posts import Post
from sample.world.publishers import Publisher, publishers

HASHTAG = re.compile(r"#(\w+)")
LIMIT, MOST = 20, 40
CARRIED_AFTER_MS = 4_000
"""How long a post takes from the host it was written on to another."""
UNKNOWN_LANGUAGE = 5
"""One status in so many says null, as real ones do where the writer set none."""


def timeline(
    publisher: Publisher, posts: Sequence[Post], tag: str, query: Mapping[str, Sequence[str]], base: str
) -> tuple[Document, str | None]:
    """One page, and its Link header (None on an empty page).

    base: the timeline's own address, that the Link header builds on.
    """
    wanted = {name.casefold() for name in (tag, *query.get("any[]", ()))}
    found = {_id(publisher, post): post for post in posts if wanted & _tags(post)}
    size = min(max(_number(query, "limit") or LIMIT, 1), MOST)
    ids = _page(found, query, size)
    statuses = [_status(publisher, found[number], number) for number in ids]
    document = Document(json.dumps(statuses, ensure_ascii=False).encode(), "application/json; charset=utf-8")
    return document, _link_header(base, query, ids) if ids else None


def _page(ids: Iterable[int], query: Mapping[str, Sequence[str]], size: int) -> list[int]:
    ordered = sorted(ids)
    if (newest := _number(query, "max_id")) is not None:
        ordered = [number for number in ordered if number < newest]
    if (since := _number(query, "since_id")) is not None:
        ordered = [number for number in ordered if number > since]
    if (least := _number(query, "min_id")) is not None:
        # min_id gives the page that follows it; since_id the newest page above it.
        return [number for number in ordered if number > least][:size][::-1]
    return ordered[::-1][:size]


def _link_header(base: str, query: Mapping[str, Sequence[str]], ids: Sequence[int]) -> str:
    kept = {key: list(values) for key, values in query.items() if key not in ("max_id", "min_id", "since_id")}
    older = urlencode({**kept, "max_id": ids[-1]}, doseq=True)
    newer = urlencode({**kept, "min_id": ids[0]}, doseq=True)
    return f'<{base}?{older}>; rel="next", <{base}?{newer}>; rel="prev"'


def _number(query: Mapping[str, Sequence[str]], key: str) -> int | None:
    value = (query.get(key) or [""])[0]
    return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else None


def _tags(post: Post) -> set[str]:
    return {tag.casefold() for tag in HASHTAG.findall(post.text)}


def _id(publisher: Publisher, post: Post) -> int:
    return snowflake(post, 0 if post.origin == publisher.id else CARRIED_AFTER_MS)


def _status(publisher: Publisher, post: Post, number: int) -> dict[str, object]:
    origin = publishers()[post.origin]
    account = post.author if origin is publisher else f"{post.author}@{origin.host}"
    uri = link(post)
    return {
        "id": str(number),
        "created_at": f"{post.published:%Y-%m-%dT%H:%M:%S}.000Z",
        "edited_at": None,
        "in_reply_to_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": None if draw(uri) % UNKNOWN_LANGUAGE == 0 else post.language,
        "uri": uri,
        "url": f"{origin.site}/@{post.author}/{uri.rsplit('/', 1)[1]}",
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "content": _content(publisher, post),
        "reblog": None,
        "account": {
            "id": str(draw(account)),
            "username": post.author,
            "acct": account,
            "display_name": post.author,
            "bot": False,
            "url": f"{origin.site}/@{post.author}",
        },
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": tag, "url": f"{publisher.site}/tags/{tag}"} for tag in sorted(_tags(post))],
    }


def _content(publisher: Publisher, post: Post) -> str:
    def linked(tag: re.Match[str]) -> str:
        address = f"{publisher.site}/tags/{tag[1].casefold()}"
        return f'<a href="{address}" class="mention hashtag" rel="tag">#<span>{tag[1]}</span></a>'

    return f"<p>{HASHTAG.sub(linked, escape(post.text, quote=False))}</p>"
