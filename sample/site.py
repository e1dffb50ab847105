"""Path, query and headers in, an answer out: the whole invented web, misbehaviour included, without a socket."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from urllib.parse import parse_qs, unquote

from sample.shapes import SHAPES, mastodon
from sample.shapes.document import Document, updated
from sample.world import World
from sample.world.posts import Post
from sample.world.publishers import Publisher, Trouble, publishers

TIMELINE = re.compile(r"/([a-z0-9-]+)/api/v1/timelines/tag/([^/]+)")
HANGS_SECONDS = 60.0
RETRY_AFTER_SECONDS = 30
BROKEN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Nattredaktionen</titel>\n'
    b"<link>https://nattredaktionen.example</link>\n<description>Nyheter & n\xf6jen <<</descr"
)
"""Cut off before its first item, with tags that do not match and a byte that is no UTF-8."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    """How long the connection stays silent first."""


TROUBLES: Mapping[Trouble | None, Answer] = {
    "hangs": Answer(HTTPStatus.OK, delay_seconds=HANGS_SECONDS),
    "broken": Answer(HTTPStatus.OK, BROKEN, {"Content-Type": "application/rss+xml; charset=utf-8"}),
    "limited": Answer(HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}),
    "fails": Answer(HTTPStatus.INTERNAL_SERVER_ERROR),
}


@dataclass(frozen=True)
class Site:
    """What one world has out, either before the day or with it."""

    world: World
    day_open: bool

    def answer(self, target: str, headers: Mapping[str, str], host: str) -> Answer:
        """The answer to GET.

        target: path and query as asked; headers: the request's, by lower-cased name; host: for absolute links.
        """
        path, _, query = target.partition("?")
        if timeline := TIMELINE.fullmatch(path):
            return self._timeline(timeline[1], unquote(timeline[2]), query, f"http://{host}{path}")
        publisher, found = self._find(path)
        if publisher is None:
            return Answer(HTTPStatus.NOT_FOUND)
        if not found:
            return Answer(HTTPStatus.MOVED_PERMANENTLY, headers={"Location": f"/{publisher.id}/{publisher.path}"})
        return TROUBLES.get(publisher.trouble) or self._document(publisher, headers)

    @cached_property
    def _posts(self) -> Mapping[str, tuple[Post, ...]]:
        posts = self.world.posts(self.day_open)
        return {name: tuple(post for post in posts if post.source == name) for name in publishers()}

    @cached_property
    def _documents(self) -> dict[str, Document]:
        return {}

    def _find(self, path: str) -> tuple[Publisher | None, bool]:
        """Whose address it is, and whether it is the one in use; the last part of it is the old one of who moved."""
        name, _, rest = path.removeprefix("/").partition("/")
        publisher = publishers().get(name)
        if publisher is None or publisher.shape == "mastodon":
            return None, False
        if rest == publisher.path:
            return publisher, True
        old = publisher.path.rpartition("/")[2]
        return (publisher, False) if publisher.trouble == "moved" and rest == old else (None, False)

    def _timeline(self, name: str, tag: str, query: str, base: str) -> Answer:
        publisher = publishers().get(name)
        if publisher is None or publisher.shape != "mastodon":
            return Answer(HTTPStatus.NOT_FOUND)
        document, links = mastodon.timeline(publisher, self._posts[name], tag, parse_qs(query), base)
        headers = {"Content-Type": document.content_type} | ({"Link": links} if links else {})
        return Answer(HTTPStatus.OK, document.body, headers)

    def _document(self, publisher: Publisher, asked: Mapping[str, str]) -> Answer:
        posts = self._posts[publisher.id]
        document = self._documents.get(publisher.id)
        if document is None:
            document = self._documents[publisher.id] = SHAPES[publisher.shape](publisher, posts)
        headers = {"Content-Type": document.content_type}
        if publisher.validators:
            etag, changed = f'"{hashlib.sha256(document.body).hexdigest()[:20]}"', updated(posts)
            headers |= {"ETag": etag, "Last-Modified": format_datetime(changed, usegmt=True)}
            if _unchanged(asked, etag, changed):
                return Answer(HTTPStatus.NOT_MODIFIED, headers=headers)
        return Answer(HTTPStatus.OK, document.body, headers)


def _unchanged(asked: Mapping[str, str], etag: str, changed: datetime) -> bool:
    """Whether what the client has is still what we have; a tag outweighs a date (RFC 9110, 13.2.2)."""
    if tags := asked.get("if-none-match"):
        return etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    try:
        since = parsedate_to_datetime(asked["if-modified-since"])
    except (KeyError, ValueError):
        return False
    return since.tzinfo is not None and changed.replace(microsecond=0) <= since.astimezone(UTC)
