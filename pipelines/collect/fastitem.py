"""One item of a feed as feedparser 6.0 would give it, taken from libxml2's tree. Raises Unsure where it cannot tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urljoin

from lxml import etree

from pipelines.collect.fasttext import XHTML, Unsure, leaf, marked_up, sound
from pipelines.collect.items import Item, Link, Transcript
from pipelines.collect.names import Name, name_of

XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_ABOUT: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)/+")
_REFERENCE_LIKE = re.compile(r"&([A-Za-z0-9_]+);")
_ADDRESS = r"[A-Za-z0-9_.+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,4}"
_ADDRESS_AND_NAME = re.compile(rf"(?P<email>{_ADDRESS}) \((?P<name>[^()@<>&]+)\)")
_NAME_AND_ADDRESS = re.compile(rf"(?P<name>[^()@<>&]+) \((?P<email>{_ADDRESS})\)")
_LIKE_AN_ADDRESS = re.compile(r"[A-Za-z0-9_.+-]@")
_PAGES = frozenset(("html", "text/html", *XHTML))
_OF_NO_MATTER = frozenset((f"{XML}lang", f"{XML}base", "lang"))
_LINK_ATTRIBUTES = frozenset(("href", "rel", "type", "hreflang", "title", "length", *_OF_NO_MATTER))
_LINKING = frozenset(("href", "rel", "type", "url", "uri", "base"))


Taker = Callable[["Reading", Any, int], object]
"""Takes what an item's element says; the int is how deep it stands in the item."""


class Reading:
    """One item while it is read, element by element, in feedparser's ways."""

    __slots__ = (
        "base", "contents", "depths", "detail", "has_content", "latest", "links", "takers", "texts", "title_depth",
        "transcript",
    )  # fmt: skip

    def __init__(self, base: str, takers: dict[str, Taker]) -> None:
        self.base = base
        self.takers = takers
        """By the elements' tags; grows, and is shared by all items of a feed."""
        self.texts: dict[str, str] = {}
        self.depths: dict[str, int] = {}
        self.contents: list[str] = []
        self.links: list[Link] = []
        self.detail: dict[str, str] | None = None
        self.latest: dict[str, str] = {}
        """What the author read last says of himself."""
        self.title_depth = -1
        self.has_content = False
        self.transcript: Transcript | None = None

    def item(self, element: Any) -> Item:
        for key, value in element.items():
            if key == _ABOUT:
                self.texts["id"] = value
            elif key not in _OF_NO_MATTER:
                raise Unsure
        self.read(element, 1)
        texts, detail = self.texts, self.detail or {}
        get = texts.get
        return Item(
            get("id", ""),
            get("title", ""),
            get("summary", ""),
            self.contents,
            self.links,
            get("link", ""),
            (detail.get("name", ""), get("author", ""), detail.get("email", "")),
            get("published") or get("updated") or get("created") or "",
            get("language", ""),
            get("publisher", ""),
            self.transcript,
        )

    def read(self, element: Any, depth: int) -> None:
        takers = self.takers
        for child in element:
            tag = child.tag
            take = takers.get(tag)
            if take is None:
                take = takers[tag] = _taker(name_in(child))
            take(self, child, depth)

    def text(self, key: str, element: Any, depth: int) -> None:
        self.keep(key, leaf(element), depth)

    def inside(self, element: Any, depth: int) -> None:
        if len(element):
            self.read(element, depth + 1)

    def nothing(self, element: Any, depth: int) -> None:  # noqa: ARG002 - one shape for all
        if len(element):
            raise Unsure

    def unknown(self, element: Any, depth: int) -> None:  # noqa: ARG002
        raise Unsure

    def keep(self, key: str, value: str, depth: int) -> None:
        """The last counts, unless it stands deeper than one before."""
        if depth <= self.depths.get(key, depth):
            self.depths[key] = depth
            self.texts[key] = value

    def title(self, element: Any, depth: int) -> None:
        value = self.media_title(element, depth)
        if value:
            self.title_depth = depth

    def media_title(self, element: Any, depth: int) -> str:
        value = marked_up(element)
        if not -1 < self.title_depth <= depth:
            self.keep("title", value, depth)
        return value

    def description(self, element: Any, depth: int) -> None:
        if "summary" in self.texts and not self.has_content:
            self.content(element, depth)
        else:
            self.keep("summary", marked_up(element), depth)

    def content(self, element: Any, depth: int) -> None:  # noqa: ARG002 - one shape for all
        value = marked_up(element)
        self.has_content = True
        self.contents.append(value)
        self.texts.setdefault("summary", value)

    def link(self, element: Any, depth: int) -> None:  # noqa: ARG002
        for key in element.keys():  # noqa: SIM118 - no dict
            if key not in _LINK_ATTRIBUTES and (key[0] != "{" or key.rpartition("}")[2].lower() in _LINKING):
                raise Unsure
        rel = element.get("rel", "alternate").lower()
        kind = element.get("type", "application/atom+xml" if rel == "self" else "text/html").lower()
        href = element.get("href")
        if href is None:
            href = _REFERENCE_LIKE.sub(r"&\1", self.resolved(leaf(element)).replace("&amp;", "&"))
            self.texts["link"] = href
        elif len(element) or not href:
            raise Unsure
        else:
            href = self.resolved(href)
            if rel == "alternate" and kind in _PAGES:
                self.texts["link"] = href
        if href and rel != "enclosure":
            self.links.append(Link(href, rel, kind))

    def identity(self, element: Any, depth: int) -> None:
        value = leaf(element)
        permanent = "true"
        for key, given in element.items():
            if key.lower() == "ispermalink":
                permanent = given
        if permanent == "true":
            value = self.resolved(value)
            self.texts.setdefault("link", value)
        self.keep("id", value, depth)

    def resolved(self, url: str) -> str:
        if ":///" in url:
            url = _SLASHES.sub(r"\1", url)
        try:
            return urljoin(self.base, url) if self.base and url else url
        except ValueError:
            return ""

    def author(self, element: Any, depth: int) -> None:
        self.latest = {}
        own = [element.text or ""]
        for child in element:
            own.append(child.tail or "")
            name = name_in(child)
            if len(child) or name not in (Name.PERSON, Name.IGNORED):
                raise Unsure
            if name is Name.IGNORED and len(child.attrib):
                own.append(child.text or "")  # as feedparser reads it
                continue
            key = etree.QName(child).localname.lower()
            if name is Name.PERSON and key in ("name", "email"):
                self.person(key, leaf(child))
        text = sound("".join(own).strip())
        if text and len(element):
            raise Unsure
        self.keep("author", text, depth)
        self.agree()

    def person(self, key: str, value: str) -> None:
        if self.detail is None:
            self.detail = {}
        self.detail[key] = value
        self.agree()
        self.latest[key] = value

    def agree(self) -> None:
        """Bring the author's text and details in line, as feedparser does it: after each part, and in that order."""
        if self.latest:
            name, email = self.latest.get("name"), self.latest.get("email")
            if both := f"{name} ({email})" if name and email else name or email:
                self.texts["author"] = both
            return
        author, email = self.texts.get("author", ""), ""
        if "@" in author and _LIKE_AN_ADDRESS.search(author):
            known = _ADDRESS_AND_NAME.fullmatch(author) or _NAME_AND_ADDRESS.fullmatch(author)
            if known is None:
                raise Unsure
            email, author = known["email"], known["name"].strip()
        if author and self.detail is None:
            self.detail = self.latest
        if author:
            self.latest["name"] = author
        if email:
            self.latest["email"] = email

    def source(self, element: Any, depth: int) -> None:  # noqa: ARG002
        self.texts["publisher"] = leaf(element)
        self.title_depth = -1

    def written_out(self, element: Any, depth: int) -> None:
        if url := element.get("url"):
            self.transcript = Transcript(url, element.get("type", "").lower())
        self.read(element, depth + 1)


_TAKERS: Mapping[Name, Taker] = {
    Name.TITLE: Reading.title,
    Name.MEDIA_TITLE: Reading.media_title,
    Name.DESCRIPTION: Reading.description,
    Name.SUMMARY: Reading.description,
    Name.CONTENT: Reading.content,
    Name.LINK: Reading.link,
    Name.ID: Reading.identity,
    Name.AUTHOR: Reading.author,
    Name.PUBLISHED: lambda reading, element, depth: reading.text("published", element, depth),
    Name.UPDATED: lambda reading, element, depth: reading.text("updated", element, depth),
    Name.CREATED: lambda reading, element, depth: reading.text("created", element, depth),
    Name.LANGUAGE: lambda reading, element, depth: reading.text("language", element, depth),
    Name.SOURCE: Reading.source,
    Name.TRANSCRIPT: Reading.written_out,
    Name.IGNORED: Reading.inside,
    Name.LEAF: Reading.nothing,
    Name.PERSON: Reading.nothing,
    Name.GENERATOR: Reading.nothing,
}


def _taker(name: Name) -> Taker:
    return _TAKERS.get(name, Reading.unknown)


def name_in(element: Any) -> Name:
    """What the element's name means."""
    return name_of(element.tag, element.prefix)
