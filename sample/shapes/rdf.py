"""RSS 1.0, which is RDF: items stand beside the channel, and an item is identified by its address."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sample.clock import ZONE
from sample.shapes.document import Document, body_html, newest_first
from sample.shapes.identity import link
from sample.world.posts import Post
from sample.world.publishers import Publisher

NAMESPACES = " ".join(
    (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"',
        'xmlns="http://purl.org/rss/1.0/"',
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
    )
)


def plain(publisher: Publisher, posts: Sequence[Post]) -> Document:
    latest = newest_first(posts)
    order = "".join(f'<rdf:li rdf:resource="{escape(link(post))}"/>' for post in latest)
    items = "\n".join(
        f'<item rdf:about="{escape(link(post))}"><title>{escape(post.title)}</title><link>{escape(link(post))}</link>'
        f"<description>{escape(body_html(post))}</description><dc:creator>{escape(post.author)}</dc:creator>"
        f"<dc:date>{post.published.astimezone(ZONE).isoformat()}</dc:date></item>"
        for post in latest
    )
    xml = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF {NAMESPACES}>\n<channel rdf:about="{publisher.site}">\n'
        f"<title>{escape(publisher.name)}</title><link>{publisher.site}</link>"
        f"<description>{escape(publisher.name)}</description>\n<dc:language>sv</dc:language>\n"
        f"<items><rdf:Seq>{order}</rdf:Seq></items>\n</channel>\n{items}\n</rdf:RDF>\n"
    )
    return Document(xml.encode(), "application/rdf+xml; charset=utf-8")
