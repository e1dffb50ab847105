"""Atom: plain, as a radio station, a video channel, a discussion board and a wiki's history write it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from sample.shapes.document import Document, body_html, newest_first, rfc3339, updated
from sample.shapes.identity import link, native_id
from sample.world.posts import Post
from sample.world.publishers import Publisher

NAMESPACES = " ".join(
    (
        'xmlns="http://www.w3.org/2005/Atom"',
        'xmlns:yt="http://www.youtube.com/xml/schemas/2015"',
        'xmlns:media="http://search.yahoo.com/mrss/"',
    )
)


def plain(publisher: Publisher, posts: Sequence[Post]) -> Document:
    return _document(_feed(publisher, posts, lambda post: f'<content type="html">{escape(body_html(post))}</content>'))


def radio(publisher: Publisher, posts: Sequence[Post]) -> Document:
    """Every letter beyond ASCII as a numeric entity, and three links of which the first is the article."""

    def body(post: Post) -> str:
        sound = f"{publisher.site}/ljud/{post.serial}.mp3"
        return (
            f'<link rel="enclosure" type="audio/mpeg" length="0" href="{sound}"/>'
            f'<link rel="related" href="{publisher.site}/program/nyheter"/>'
            f'<summary type="html">{escape(body_html(post))}</summary>'
        )

    return _document(_feed(publisher, posts, body), encoding="ascii")


def video(publisher: Publisher, posts: Sequence[Post]) -> Document:
    def body(post: Post) -> str:
        return (
            f"<yt:videoId>{post.serial}</yt:videoId><media:group><media:title>{escape(post.title)}</media:title>"
            f'<media:thumbnail url="{publisher.site}/vi/{post.serial}.jpg" width="480" height="360"/>'
            f"<media:description>{escape(post.text)}</media:description>"
            '<media:community><media:statistics views="0"/></media:community></media:group>'
        )

    return _document(_feed(publisher, posts, body))


def board(publisher: Publisher, posts: Sequence[Post]) -> Document:
    def body(post: Post) -> str:
        address = escape(link(post))
        markup = (
            f'<!-- SC_OFF --><div class="md">{body_html(post)}</div><!-- SC_ON --> &#32; submitted by &#32; '
            f'<a href="{publisher.site}/user/{post.author}"> /u/{post.author} </a> <br/> '
            f'<span><a href="{address}">[link]</a></span> &#32; <span><a href="{address}">[comments]</a></span>'
        )
        return f'<category term="sodertorn" label="r/sodertorn"/><content type="html">{escape(markup)}</content>'

    return _document(_feed(publisher, posts, body, author="/u/"))


def wiki(publisher: Publisher, posts: Sequence[Post]) -> Document:
    return _document(_feed(publisher, posts, lambda post: f'<summary type="html">{escape(body_html(post))}</summary>'))


def _feed(publisher: Publisher, posts: Sequence[Post], body: Callable[[Post], str], author: str = "") -> str:
    entries = "\n".join(
        f"<entry><id>{escape(native_id(post) or '')}</id><title>{escape(post.title)}</title>"
        f'<link rel="alternate" type="text/html" href="{escape(link(post))}"/>'
        f"<author><name>{escape(author + post.author)}</name></author>"
        f"<published>{rfc3339(post.published)}</published><updated>{rfc3339(post.published)}</updated>"
        f"{body(post)}</entry>"
        for post in newest_first(posts)
    )
    return (
        f'<feed {NAMESPACES} xml:lang="sv">\n'
        f"<id>tag:{publisher.host},2026:feed</id>\n<title>{escape(publisher.name)}</title>\n"
        f'<link rel="alternate" href="{publisher.site}"/>\n'
        f"<updated>{rfc3339(updated(posts))}</updated>\n{entries}\n</feed>\n"
    )


def _document(feed: str, encoding: str = "utf-8") -> Document:
    xml = f'<?xml version="1.0" encoding="utf-8"?>\n{feed}'
    return Document(xml.encode(encoding, "xmlcharrefreplace"), "application/atom+xml; charset=utf-8")
