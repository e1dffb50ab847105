"""RSS 2.0: plain, as a forum's posts, as WordPress, as a stream of photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.utils import format_datetime
from html import escape

from sample.clock import ZONE
from sample.shapes.document import Document, body_html, cdata, newest_first, paragraphs, updated
from sample.shapes.identity import link, native_id
from sample.world.posts import Post
from sample.world.publishers import Publisher

NAMESPACES = " ".join(
    (
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"',
        'xmlns:media="http://search.yahoo.com/mrss/"',
    )
)
EXCERPT = 160
"""Characters of a WordPress <description>, which breaks off where the text goes on."""


def plain(publisher: Publisher, posts: Sequence[Post]) -> Document:
    return _feed(publisher, posts, lambda post: f"<description>{escape(body_html(post))}</description>")


def forum(publisher: Publisher, posts: Sequence[Post]) -> Document:
    return _feed(publisher, posts, lambda post: f"<content:encoded>{cdata(body_html(post))}</content:encoded>")


def wordpress(publisher: Publisher, posts: Sequence[Post]) -> Document:
    def body(post: Post) -> str:
        teaser = post.text.replace("\n\n", " ")
        teaser = teaser if len(teaser) <= EXCERPT else teaser[:EXCERPT] + " […]"
        return (
            f"<category>{cdata('Vardag')}</category><description>{cdata(paragraphs(teaser))}</description>"
            f"<content:encoded>{cdata(body_html(post))}</content:encoded>"
        )

    return _feed(publisher, posts, body)


def photo(publisher: Publisher, posts: Sequence[Post]) -> Document:
    def body(post: Post) -> str:
        picture = f"{publisher.site}/bild/{post.serial}.jpg"
        markup = f'<p><img src="{picture}" alt="" width="240" height="160"></p>{body_html(post)}'
        return (
            f"<description>{escape(markup)}</description>"
            f'<media:content url="{picture}" type="image/jpeg" medium="image"/>'
            f"<media:title>{escape(post.title)}</media:title>"
        )

    return _feed(publisher, posts, body)


def _feed(publisher: Publisher, posts: Sequence[Post], body: Callable[[Post], str]) -> Document:
    items = "\n".join(_item(post, body(post)) for post in newest_first(posts))
    xml = (
        f'<?xml version="1.0" encoding="{publisher.encoding}"?>\n'
        f'<rss version="2.0" {NAMESPACES}>\n<channel>\n'
        f"<title>{escape(publisher.name)}</title>\n<link>{publisher.site}</link>\n"
        f"<description>{escape(publisher.name)}</description>\n<language>sv-se</language>\n"
        f"<lastBuildDate>{format_datetime(updated(posts))}</lastBuildDate>\n{items}\n</channel>\n</rss>\n"
    )
    return Document(
        xml.encode(publisher.encoding, "xmlcharrefreplace"), f"application/rss+xml; charset={publisher.encoding}"
    )


def _item(post: Post, body: str) -> str:
    fields = [f"<title>{escape(post.title)}</title>"]
    if "link" not in post.omit:
        fields.append(f"<link>{escape(link(post))}</link>")
    if (identity := native_id(post)) is not None:
        fields.append(f'<guid isPermaLink="false">{escape(identity)}</guid>')
    if "date" not in post.omit:
        fields.append(f"<pubDate>{format_datetime(post.published.astimezone(ZONE))}</pubDate>")
    return f"<item>{''.join(fields)}<dc:creator>{escape(post.author)}</dc:creator>{body}</item>"
