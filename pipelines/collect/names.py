"""What an element's name means to feedparser 6.0, as far as an entry depends on it."""

from __future__ import annotations

from enum import Enum, auto
from functools import lru_cache


class Name(Enum):
    IGNORED = auto()
    """No entry depends on it; its children may count all the same."""
    LEAF = auto()
    """No entry depends on it, as long as it has no children."""
    ASIDE = auto()
    """No entry depends on it where it belongs, beside the items."""
    UNKNOWN = auto()
    """It has, or may have, a meaning that the fast reader does not know."""
    RSS = auto()
    RDF = auto()
    FEED = auto()
    CHANNEL = auto()
    ITEM = auto()
    TITLE = auto()
    MEDIA_TITLE = auto()
    DESCRIPTION = auto()
    SUMMARY = auto()
    CONTENT = auto()
    LINK = auto()
    ID = auto()
    AUTHOR = auto()
    PERSON = auto()
    """A part of an author."""
    PUBLISHED = auto()
    UPDATED = auto()
    CREATED = auto()
    LANGUAGE = auto()
    GENERATOR = auto()
    SOURCE = auto()
    TRANSCRIPT = auto()


_NAMESPACES = {
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/rss/1.0/modules/wiki/": "wiki",
    "http://wellformedweb.org/commentapi/": "wfw",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.georss.org/georss": "georss",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://webns.net/mvcb/": "admin",
}
"""Address, lower case -> the prefix that feedparser knows it by, whatever the feed calls it."""

_KNOWN = {
    "rss": Name.RSS,
    "rdf:rdf": Name.RDF,
    "feed": Name.FEED,
    "channel": Name.CHANNEL,
    "item": Name.ITEM,
    "entry": Name.ITEM,
    "title": Name.TITLE,
    "dc:title": Name.TITLE,
    "media:title": Name.MEDIA_TITLE,
    "description": Name.DESCRIPTION,
    "dc:description": Name.DESCRIPTION,
    "media:description": Name.DESCRIPTION,
    "summary": Name.SUMMARY,
    "itunes:summary": Name.SUMMARY,
    "content": Name.CONTENT,
    "content:encoded": Name.CONTENT,
    "link": Name.LINK,
    "guid": Name.ID,
    "id": Name.ID,
    "author": Name.AUTHOR,
    "dc:author": Name.AUTHOR,
    "dc:creator": Name.AUTHOR,
    "itunes:author": Name.AUTHOR,
    "name": Name.PERSON,
    "email": Name.PERSON,
    "uri": Name.PERSON,
    "url": Name.PERSON,
    "published": Name.PUBLISHED,
    "issued": Name.PUBLISHED,
    "pubdate": Name.PUBLISHED,
    "dcterms:issued": Name.PUBLISHED,
    "updated": Name.UPDATED,
    "modified": Name.UPDATED,
    "lastbuilddate": Name.UPDATED,
    "dc:date": Name.UPDATED,
    "dcterms:modified": Name.UPDATED,
    "created": Name.CREATED,
    "dcterms:created": Name.CREATED,
    "language": Name.LANGUAGE,
    "dc:language": Name.LANGUAGE,
    "generator": Name.GENERATOR,
    "source": Name.SOURCE,
    **dict.fromkeys(("image", "textinput", "managingeditor"), Name.ASIDE),
    **dict.fromkeys(("itunes:owner", "itunes:name", "itunes:email"), Name.ASIDE),
    **dict.fromkeys(("category", "keywords", "copyright", "rights", "subtitle", "tagline", "info"), Name.LEAF),
    **dict.fromkeys(("webmaster", "itunes:subtitle", "dc:rights", "dc:publisher", "dc:contributor"), Name.LEAF),
}
_RISKY = frozenset(
    ("abstract", "authors", "body", "date", "div", "entries", "fullitem", "homepage", "links", "math", "svg", "tags")
)
"""Names of no standard under which feedparser keeps something, or by which it is led astray."""
_PREFIXES = frozenset((*_NAMESPACES.values(), "cc", "creativecommons", "psc", "gml", "xhtml", "xlink", "xml", "prism"))


@lru_cache(4096)
def name_of(tag: str, prefix: str | None) -> Name:
    """The meaning of lxml's `tag`, which the feed writes with `prefix`."""
    address, _, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    local = local.lower()
    known = _NAMESPACES.get(address.lower()) if address else ""
    if known is None:
        if not prefix or prefix.lower() in _PREFIXES:
            return Name.UNKNOWN  # feedparser goes by the prefix where it does not know the namespace
        if prefix == "podcast" and local == "transcript":
            return Name.TRANSCRIPT
        return Name.IGNORED
    full = f"{known}:{local}" if known else local
    if not known and (local in _RISKY or ("_" in local and local.partition("_")[0] in _PREFIXES)):
        return Name.UNKNOWN
    return _KNOWN.get(full, Name.IGNORED)
