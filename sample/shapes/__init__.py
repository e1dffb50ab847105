"""Posts as the documents that publishers serve. Mastodon answers questions instead: see mastodon.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sample.shapes import atom, police, rdf, rss
from sample.shapes.document import Document
from sample.world.posts import Post
from sample.world.publishers import Publisher

Render = Callable[[Publisher, Sequence[Post]], Document]

SHAPES: Mapping[str, Render] = {
    "rss": rss.plain,
    "forum": rss.forum,
    "wordpress": rss.wordpress,
    "photo": rss.photo,
    "atom": atom.plain,
    "radio": atom.radio,
    "video": atom.video,
    "board": atom.board,
    "wiki": atom.wiki,
    "rdf": rdf.plain,
    "police": police.events,
}
