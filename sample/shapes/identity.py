"""The id and the link of a post, in its writer's manner."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from babel.dates import format_date

from sample.clock import ZONE
from sample.world.posts import Post
from sample.world.publishers import Publisher, publishers

Naming = Callable[[Publisher, Post], str]


def native_id(post: Post) -> str | None:
    """The identity that a collector should find; None where the publisher forgot it."""
    if "id" in post.omit:
        return None
    origin = publishers()[post.origin]
    return IDS.get(origin.shape, _numbered)(origin, post)


def link(post: Post) -> str:
    """The address of the post at its writer's."""
    origin = publishers()[post.origin]
    return LINKS.get(origin.shape, _page)(origin, post)


def snowflake(post: Post, delay_ms: int = 0) -> int:
    """Mastodon's 64-bit id: milliseconds since 1970 above sixteen bits of its own."""
    return (int(post.published.timestamp() * 1000) + delay_ms << 16) + int(post.serial[8:])


def police_name(post: Post) -> str:
    """The headline of a police notice: local date and time, type, place."""
    local = post.published.astimezone(ZONE)
    return f"{format_date(local, 'd MMMM', 'sv')} {local:%H.%M}, {post.title}, {post.place}"


def police_path(post: Post) -> str:
    local = post.published.astimezone(ZONE)
    name = police_name(post).replace(", ", "-").replace(" ", "-").replace("/", "")
    return f"/aktuellt/handelser/{local.year}/{format_date(local, 'MMMM', 'sv')}/{local.day}/{_ascii(name).lower()}/"


def _numbered(origin: Publisher, post: Post) -> str:
    return f"{origin.id}-{post.serial}"


def _page(origin: Publisher, post: Post) -> str:
    return f"{origin.site}/{post.serial[:8]}/{_slug(post.title)}-{post.serial[8:]}"


def _status(origin: Publisher, post: Post) -> str:
    return f"{origin.site}/users/{post.author}/statuses/{snowflake(post)}"


def _revision(origin: Publisher, post: Post) -> str:
    return f"{origin.site}/index.php?title={_slug(post.title)}&diff={post.serial}"


def _tag_uri(origin: Publisher, post: Post) -> str:
    date = post.serial
    return f"tag:{origin.host},{date[:4]}-{date[4:6]}-{date[6:8]}:{date[8:]}"


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _ascii(title).lower()).strip("-")[:60]


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits


IDS: Mapping[str, Naming] = {
    "atom": _tag_uri,
    "radio": lambda origin, post: f"rss:{origin.host}/article/{post.serial}",
    # a video's id has eleven characters, and so has a serial
    "video": lambda _, post: f"yt:video:{post.serial}",
    "board": lambda _, post: f"t3_{_base36(int(post.serial))}",
    "forum": lambda origin, post: f"{origin.host}-post-{post.serial}",
    "wordpress": lambda origin, post: f"{origin.site}/?p={post.serial}",
    "police": lambda _, post: post.serial[2:],
    "rdf": _page,
    "wiki": _revision,
    "mastodon": _status,
}
LINKS: Mapping[str, Naming] = {
    "police": lambda origin, post: origin.site + police_path(post),
    "mastodon": _status,
    "wiki": _revision,
    "video": lambda origin, post: f"{origin.site}/watch?v={post.serial}",
}
