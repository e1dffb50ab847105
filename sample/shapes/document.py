"""What the shapes share: the document, text as markup, order and times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from sample.world.posts import Post

NEVER = datetime(2020, 1, 1, tzinfo=UTC)
"""When a document without posts last changed."""


@dataclass(frozen=True, slots=True)
class Document:
    body: bytes
    content_type: str


def paragraphs(text: str) -> str:
    """Plain text as HTML: blank lines part paragraphs."""
    return "".join(f"<p>{escape(part, quote=False)}</p>" for part in text.split("\n\n"))


def body_html(post: Post) -> str:
    return post.html if post.html is not None else paragraphs(post.text)


def cdata(markup: str) -> str:
    return "<![CDATA[" + markup.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def newest_first(posts: Sequence[Post]) -> list[Post]:
    return sorted(posts, key=lambda post: (post.published, post.serial), reverse=True)


def updated(posts: Sequence[Post]) -> datetime:
    """When the document last changed: its newest post's time, never the clock's."""
    return max((post.published for post in posts), default=NEVER)


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
