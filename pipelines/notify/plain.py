"""Text and addresses from outside, made fit for a mail: one line, no tricks, nothing that gives a flagged post away."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pipelines.types import Entry

MAX_SOURCE = 4_000
"""Characters of a text that are looked at for an excerpt: enough for any, and a bound on the time taken."""
MAX_URL = 2_000
"""Longer addresses are cut by mail clients and lead nowhere."""
EDITED_KINDS = ("news", "official")
"""Kinds of source whose addresses name a newsroom or an authority, never a private person's account."""
TELLING_LETTERS = 4
"""A word of a text that stands in its address tells something from this length."""


def one_line(text: str, limit: int) -> str:
    """`text` as one line of at most `limit` characters, cut at a word, without controls, invisible signs or
    right-to-left overrides.
    """
    cut = text[: max(MAX_SOURCE, limit)]
    line = visible(cut)
    if len(line) <= limit and len(cut) == len(text):
        return line
    head = line[: limit - 1]
    if line[limit - 1 : limit].isalnum():
        head = head.rpartition(" ")[0] or head
    return f"{head.rstrip(' ,;:–-')}…"


def visible(text: str) -> str:
    """`text` as one line of what a reader sees of it."""
    shown = "".join(" " if char.isspace() else char for char in text if char.isspace() or _prints(char))
    return " ".join(shown.split())


def _prints(char: str) -> bool:
    """Not a control, format (bidi, zero width), surrogate, private or unassigned character."""
    return not unicodedata.category(char).startswith("C")


def safe_url(url: str | None) -> str | None:
    """`url` as ASCII, if it is a plain http(s) address that a mail may link to; None otherwise."""
    if not url or len(url) > MAX_URL:
        return None
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            return None
        name = host.encode("idna").decode("ascii")
        safe = "/%:=&?~#+!$,;'@()*[]"
        path, query, fragment = (quote(part, safe=safe) for part in (parts.path, parts.query, parts.fragment))
    except (ValueError, UnicodeError):
        return None
    if not re.fullmatch(r"[a-z0-9.-]+", name):
        return None
    return urlunsplit((parts.scheme, f"{name}:{port}" if port else name, path, query, fragment))


def discreet_url(entry: Entry) -> str | None:
    """The original's address, if it gives away neither the author nor a word of the title or text; None otherwise.

    Newspapers write the headline into the address, social networks the account: such a link in a mail would carry out
    what only shows after login.
    """
    url = safe_url(entry.url)
    if url is None or entry.kind not in EDITED_KINDS:
        return None
    parts = urlsplit(url)
    said = _words(unquote(f"{parts.path} {parts.query} {parts.fragment}"))
    return url if said.isdisjoint(_words(entry.content)) else None


def _words(text: str) -> set[str]:
    """Its words in the spelling addresses use: lower case, without accents (å as a, ö as o)."""
    plain = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return {word for word in re.findall(r"[^\W_]+", bare) if len(word) >= TELLING_LETTERS}
