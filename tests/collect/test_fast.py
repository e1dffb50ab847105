"""Whichever of the two readers reads a feed, the entries are the same."""

from __future__ import annotations

from datetime import UTC, datetime
from unittest.mock import patch
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.collect import fast
from pipelines.types import Parsed
from sample import world
from sample.shapes import SHAPES
from sample.world.publishers import publishers
from tests.collect.feeds import atom, item, parse, rss

NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:egen="urn:egen" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
)


def by_feedparser(body: str) -> Parsed:
    with patch.object(fast, "read", lambda _: None):
        return parse(body)


def quickly(body: str) -> Parsed:
    """By the fast reader, which must be sure."""
    with patch("pipelines.collect.lenient.read", lambda _: pytest.fail("the fast reader was not sure")):
        return parse(body)


WORDS = st.sampled_from(
    [
        "Bryggan",
        "Näsvik i dag",
        "<p>Ett &amp; två</p>",
        "A & B",
        "5 < 7",
        " ",
        "",
        "<b>Små</b>by",
        "&#246;",
        "x\ny",
        "–",
        "😀",
        "é",
    ]
)
TEXT = st.lists(WORDS, max_size=4).map(" ".join) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12
)
ESCAPED = TEXT.map(escape) | TEXT.filter(lambda text: "]]>" not in text).map(lambda text: f"<![CDATA[{text}]]>")
PERSON = st.sampled_from(
    [
        "Kim Påhittad",
        "kim@a.example.com (Kim Påhittad)",
        "Kim (kim@a.example.com)",
        "@kim",
        "kim@a.example.com",
        "",
        "a@b",
        "Kim <x>",
    ]
).map(escape)
DATE = st.sampled_from(
    [
        "Sat, 21 Nov 2026 06:30:00 +0100",
        "2026-11-21T06:30:00Z",
        "21 november 2026",
        "Sun, 22 Nov 2026 10:14:18 GMT",
        "",
        "i går",
    ]
)
URL = st.sampled_from(
    ["https://a.example/artikel/1", "/artikel/2", "https://a.example/?p=3&x=1&amp;y",
     " https://a.example/b ", "tag:a,1", "t3_abc", "", "http:///x", "å"]
).map(lambda url: escape(url, {'"': "&quot;"}))  # fmt: skip


def element(name: str, content: st.SearchStrategy[str], attributes: str = "") -> st.SearchStrategy[str]:
    tag = name + (f" {attributes}" if attributes else "")
    return content.map(lambda inner: f"<{tag}>{inner}</{name}>")


LINK = st.builds(
    lambda name, rel, kind, href: f'<{name}{rel}{kind} href="{href}"/>',
    st.sampled_from(["link", "atom:link"]),
    st.sampled_from(["", ' rel="alternate"', ' rel="self"', ' rel="enclosure"', ' rel="Replies"']),
    st.sampled_from(["", ' type="text/html"', ' type="application/json"']),
    URL,
)
XHTML = st.sampled_from(
    [
        '<div xmlns="http://www.w3.org/1999/xhtml">Halt <b>i</b> dag<br/>x &lt;b&gt; y<script>a</script></div>',
        '<div xmlns="http://www.w3.org/1999/xhtml">Snö <img alt="❄" src="a"/> är &amp;amp; det</div>',
        "bara text &amp; mer",
    ]
)
FIELDS = st.one_of(
    element("title", ESCAPED),
    element("title", ESCAPED, 'type="html"'),
    element("title", XHTML, 'type="xhtml"'),
    element("description", ESCAPED),
    element("summary", ESCAPED, 'type="text"'),
    element("content", ESCAPED, 'type="html"'),
    element("content", XHTML, 'type="xhtml"'),
    element("content:encoded", ESCAPED),
    element("dc:title", ESCAPED),
    element("dc:description", ESCAPED),
    element("itunes:summary", ESCAPED),
    element("itunes:subtitle", ESCAPED),
    element("media:title", ESCAPED, 'type="plain"'),
    element("media:description", ESCAPED),
    st.tuples(element("media:title", ESCAPED), element("media:description", ESCAPED)).map(
        lambda both: "<media:group>" + "".join(both) + '<media:thumbnail url="x"/></media:group>'
    ),
    LINK,
    element("link", URL),
    element("guid", URL),
    element("guid", URL, 'isPermaLink="false"'),
    element("id", URL),
    element("author", PERSON),
    element("dc:creator", PERSON),
    element("itunes:author", PERSON),
    st.tuples(PERSON, PERSON).map(
        lambda both: f"<author><name>{both[0]}</name><email>{both[1]}</email><uri>x</uri></author>"
    ),
    PERSON.map(lambda name: f"<author>\n <name>{name}</name>\n</author>"),
    PERSON.map(lambda name: f"<contributor><name>{name}</name></contributor>"),
    *(
        element(name, DATE)
        for name in ("pubDate", "published", "updated", "dc:date", "dcterms:created", "dcterms:modified")
    ),
    element("source", ESCAPED, 'url="https://b.example"'),
    element("dc:language", st.sampled_from(["sv", "en-GB", ""])),
    element("category", ESCAPED, 'term="x"'),
    element("egen:programid", ESCAPED),
    element("egen:rum", element("egen:hylla", ESCAPED), 'nummer="1"'),
    element("kommunvapen", ESCAPED),
    st.just('<enclosure url="https://a.example/1.mp3" type="audio/mpeg" length="1"/>'),
    st.just("<!-- ingenting --><?ingen alls?>"),
)
ITEM = st.lists(FIELDS, max_size=9).map("".join)


def _rss(items: list[str], head: str) -> str:
    inner = "".join(f"<item>{inner}</item>" for inner in items)
    return f'<?xml version="1.0"?><rss version="2.0" {NAMESPACES}><channel>{head}{inner}</channel></rss>'


def _rdf(items: list[str], head: str) -> str:
    inner = "".join(f'<item rdf:about="https://a.example/{n}">{inner}</item>' for n, inner in enumerate(items))
    return f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" {NAMESPACES}><channel>{head}</channel>{inner}</rdf:RDF>'


def _atom(items: list[str], head: str) -> str:
    inner = "".join(f"<entry>{inner}</entry>" for inner in items)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="sv_SE" {NAMESPACES}>{head}{inner}</feed>'


HEADS = st.sampled_from(
    [
        "",
        "<title>Flöde</title>",
        "<language>sv-SE</language><generator>MediaWiki 1.39</generator>",
        "<description>x</description><itunes:summary>y</itunes:summary><image><title>z</title><url>u</url></image>",
        "<itunes:summary>y</itunes:summary><description>x</description>",
        "<content>x</content>",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([_rss, _rdf, _atom]), st.lists(ITEM, min_size=1, max_size=3), HEADS)
def test_both_readers_give_the_same(form, items, head) -> None:  # type: ignore[no-untyped-def]
    body = form(items, head)
    assert parse(body) == by_feedparser(body)


@pytest.mark.parametrize("form", [name for name in SHAPES if name != "police"])
def test_both_readers_give_the_same_of_the_sample_world(form: str) -> None:
    posts = world.build(datetime(2026, 11, 22, 12, tzinfo=UTC)).posts(day_open=True)[:40]
    body = SHAPES[form](next(iter(publishers().values())), posts).body
    text = body.decode() if isinstance(body, bytes) else body
    found = quickly(text)
    assert len(found.entries) == len(by_feedparser(text).entries) > 0
    assert found == by_feedparser(text)


@pytest.mark.parametrize(
    "body",
    [
        rss(item(), item(2)),
        rss(item(author="kim@a.example.com (Kim)")),
        atom(
            '<entry><id>1</id><title type="html">A &amp;amp; B</title><updated>2026-11-21T05:30:00Z</updated></entry>'
        ),
        # WordPress: a base for the feed and one for each text
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/wp-atom.php"><entry><id>a</id>'
        '<link href="/1"/><content type="html" xml:base="https://a.example/?p=1">x</content></entry></feed>',
    ],
)
def test_the_usual_is_read_fast(body: str) -> None:
    assert quickly(body) == by_feedparser(body)
    assert quickly(body).entries


@pytest.mark.parametrize(
    "body",
    [
        rss(item(title="Snö&nbsp;och is")),
        "<!DOCTYPE rss [<!ENTITY a 'b'>]>" + rss(item(title="&a;")).partition("?>")[2],
        rss(item()).replace("</channel>", ""),
        rss(item(description="<p>rå <b>kod</b></p>")),
        rss(item(title="SmÃ¥by")),  # UTF-8 read as Latin-1, which feedparser mends
        '<opml><body><outline text="x"/></body></opml>',
        rss(item()).replace("<item>", '<item xmlns="urn:annat">'),
        atom('<entry><id>1</id><content type="image/png">QUJD</content></entry>'),
        atom("<entry><id>1</id><title>x</title><source><title>y</title></source></entry>"),
        "bara text",
        "",
    ],
)
def test_what_is_doubtful_is_left_to_feedparser(body: str) -> None:
    assert fast.read(body) is None
    assert parse(body) == by_feedparser(body)


def test_ids_do_not_depend_on_the_place_in_the_feed() -> None:
    """As Reddit's would: its texts carry a base that feedparser goes on with into the next item."""
    text = '<content type="html" xml:base="/.rss?limit=50">x</content>'
    one, two = (f"<entry><id>t3_{number}</id><title>{number}</title>{text}</entry>" for number in (1, 2))
    assert {entry.native_id for entry in parse(atom(one, two)).entries} == {"t3_1", "t3_2"}
    assert {entry.native_id for entry in by_feedparser(atom(one, two)).entries} == {"t3_1", "t3_2"}
