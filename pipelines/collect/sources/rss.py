"""Any feed: RSS 0.9 to 2.0, RDF, Atom, and what calls itself one of them.

News, blogs (posts, comments, searches), press rooms, podcasts, Google News and Google Alerts, YouTube channels, Reddit,
Mastodon, Flickr, MediaWiki, DokuWiki and every forum that has a feed. What only begins in the feed, and what a podcast
says, is asked for by `further`, where the source allows it (`article`).

Auth      none.
Limits    each host's own; see the notes in sources.toml.
Cannot    go further back than the feed does (10 to 100 items), nor tell that an item was deleted.
Traps     (seen on real servers, 2026) the same id for several items (MediaWiki's logs), no id at all (DokuWiki), an id
          per feed for one revision (MediaWiki), names of authors in titles ("Av: …", "… av …"), HTML escaped twice,
          an error page under 200, Google's wrapper round every link.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pipelines.asking import Payload, Request
from pipelines.collect import wording
from pipelines.collect.feeds import read
from pipelines.collect.items import Feed, Item
from pipelines.collect.parse import Context, entry_id, language, when
from pipelines.collect.plain import line, plain
from pipelines.collect.urls import canonical
from pipelines.config.schema import Source, Table
from pipelines.types import Entry, Parsed, short_hash


class Options(Table):
    """A feed needs none."""


def requests(source: Source, context: Context) -> tuple[Request, ...]:  # noqa: ARG001 - a feed has no pages
    """The feed itself."""
    return (Request(source.url),)


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry an item."""
    feed = read(payload.body, payload.content_type)
    if feed.problem:
        return Parsed((), (feed.problem,))
    items = [_Told(raw, feed, payload.url) for raw in feed.items]
    told = [item for item in items if item.title or item.text or item.url]
    problems = [wording.FEED_CUT_OFF] if feed.cut_off else []
    if empty := len(items) - len(told):
        problems.append(wording.unreadable_items(empty))
    once = {(item.native_id, item.url, item.title): item for item in told if item.native_id}
    told = list(once.values())
    entries = tuple(_entries(told, feed, source, context))
    return Parsed(entries, tuple(problems), transcripts=dict(_transcripts(told, entries, payload.url)))


def _transcripts(items: Iterable[_Told], entries: Iterable[Entry], base: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for item, entry in zip(items, entries, strict=True):
        if item.raw.transcript and (url := canonical(item.raw.transcript.url, base)):
            yield entry.id, (url, item.raw.transcript.type)


def _entries(items: list[_Told], feed: Feed, source: Source, context: Context) -> Iterable[Entry]:
    shared = {key for key, count in Counter(item.native_id for item in items).items() if count > 1}
    for item in items:
        native_id = item.native_id
        if native_id in shared:  # one id for several items: tell them apart, or all but one are lost
            native_id = short_hash(native_id, item.url or "", item.title, item.date)
        yield Entry(
            id=entry_id(source.id, native_id),
            source_id=source.id,
            native_id=native_id,
            kind=source.kind,
            url=item.url,
            title=item.title,
            text=item.text,
            author=context.pseudonym(item.author) if item.author else None,
            published=when(item.date, context.zone),
            language=language(item.raw.language) or source.language or language(feed.language),
        )


class _Told:
    """One item, in our terms."""

    __slots__ = ("author", "date", "native_id", "raw", "text", "title", "url")

    def __init__(self, raw: Item, feed: Feed, base: str) -> None:
        self.raw = raw
        self.author = next((name for given in raw.authors if (name := line(given))), "")
        self.date = raw.date
        self.url = _url(raw, base)
        title = line(raw.title)
        publisher = line(raw.publisher)
        self.title = _without_author(title.removesuffix(f" - {publisher}") if publisher else title, self.author)
        self.text = _text(raw, self.title, publisher).removeprefix(f"{self.author}: ")
        self.native_id = self._identity(feed)

    def _identity(self, feed: Feed) -> str:
        """The source's own id for it; "" for an item that stands for nothing."""
        given = self.raw.id.strip()
        if "mediawiki" in feed.generator:
            # One revision has another id in each of a wiki's feeds, and an entry of its log the page's address only.
            if revision := re.search(r"[?&]diff=(\d{1,18})", given):
                return f"revision:{revision[1]}"
            # The history of a page that is gone is one item by nobody, dated now: "no history", new at every visit.
            return short_hash(given, self.date) if self.author else ""
        return given or self.url or short_hash(self.title, self.text, self.date)


def _url(raw: Item, base: str) -> str | None:
    """The page: of several links the alternate one, of several of those the one that is HTML."""
    links = raw.links
    if len(links) > 1:
        links = sorted(links, key=lambda link: (link.rel != "alternate", "html" not in (link.type or "html")))
    for href in (*(link.href for link in links), raw.link):
        if href and (url := canonical(href, base)):
            return url
    return canonical(raw.id)  # an id is an address only where it says so itself


_COMMENT_BY = ("Av: ", "By: ")


def _without_author(title: str, author: str) -> str:
    """Comment and wiki feeds put the author's name in the title; names are kept as pseudonyms only."""
    if not author:
        return title
    if title in (f"{by}{author}" for by in _COMMENT_BY):
        return ""
    for by in (" av ", " by "):
        title = title.removesuffix(f"{by}{author}")
    return title.removeprefix(f"{author}: ")


_SIGNATURE = re.compile(
    r"\n?(?:submitted by\s+/?u/\S{1,40}(?:\s+to\s+/?r/\S{1,40})?\s*\[link\]\s*\[[^\[\]\n]{1,40}\]"  # Reddit
    r"|Statistics: Posted by [^\n]{1,200})\Z"  # phpBB
)
_SIGNED_FIRST = re.compile(
    r"(?:[^\n]{1,100} posted an? (?:photo|video):|submitted by \S{1,100})(?:\n|\Z)"
)  # Flickr, Lemmy
LONGEST_SIGNATURE = 300
SIGNED = ("submitted by", "Posted by")
"""What every signature holds: to look for it is faster than to try the pattern at every letter."""


def _text(raw: Item, title: str, publisher: str) -> str:
    contents = [plain(content) for content in raw.contents]
    text = max((*contents, ""), key=len) or plain(raw.summary)
    text = _SIGNED_FIRST.sub("", text, count=1) if _SIGNED_FIRST.match(text) else text
    end = max(0, len(text) - LONGEST_SIGNATURE)
    if any(word in text[end:] for word in SIGNED):
        text = text[:end] + _SIGNATURE.sub("", text[end:])  # the author's name again
    text = text.strip()
    bare = text.removesuffix(publisher).strip()
    return "" if bare == title else text
