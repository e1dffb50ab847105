"""Feeds broken in every way that feeds are known to be: nothing falls, no markup comes out, the neighbours are kept."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.collect.feeds import atom, item, parse, rss

MARKUP = re.compile(r"<[a-zA-Z/!?]")
BEFORE, AFTER = item(1, title="Före"), item(3, title="Efter")
DECLARED = '<?xml version="1.0" encoding="{}"?>' + rss(BEFORE, item(2, title="Blåbär på Ö"), AFTER).partition("?>")[2]


def titles(body: bytes | str, **payload: object) -> list[str]:
    found = parse(body, **payload).entries
    for entry in found:
        assert not MARKUP.search(entry.content)
        assert entry.url is None or entry.url.startswith(("http://", "https://"))
    return [entry.title for entry in found]


# --- encodings ---------------------------------------------------------------------------------------------------

ENCODINGS = [
    ("utf-8", "utf-8"), ("utf-8", "iso-8859-1"), ("utf-8", "us-ascii"), ("utf-8", "utf-16"), ("utf-8", "klingon"),
    ("utf-8-sig", "iso-8859-1"), ("utf-8-sig", "utf-16le"), ("iso-8859-1", "iso-8859-1"), ("iso-8859-1", "utf-8"),
    ("iso-8859-15", "iso-8859-15"), ("cp1252", "iso-8859-1"), ("cp1252", "windows-1252"), ("cp865", "ibm865"),
    ("utf-16", "utf-16"), ("utf-16", "utf-8"), ("utf-16-le", "utf-16"), ("utf-16-be", "iso-8859-1"), ("utf-32", "utf-32"),
    ("mac_roman", "macintosh"), ("iso-8859-10", "iso-8859-10"), ("cp500", "utf-8"),
]  # fmt: skip


@pytest.mark.parametrize(("real", "named"), ENCODINGS)
def test_an_encoding_that_lies_or_not(real: str, named: str) -> None:
    found = titles(DECLARED.format(named).encode(real))
    expected = [] if real == "cp500" else ["Före", "Blåbär på Ö", "Efter"]  # EBCDIC: nobody guesses that
    assert found == expected


@pytest.mark.parametrize("encoding", ["iso-2022-jp", "shift_jis", "euc-jp", "gb2312", "big5", "koi8-r", "euc-kr"])
def test_encodings_of_elsewhere(encoding: str) -> None:
    word = {"koi8-r": "Привет мир", "euc-kr": "안녕하세요"}.get(encoding, "日本")
    feed = rss(item(title=word), AFTER).partition("?>")[2].replace("å", "a").replace("ä", "a")
    body = f'<?xml version="1.0" encoding="{encoding}"?>{feed}'
    assert titles(body.encode(encoding)) == [word, "Efter"]


HEADERS = ["text/xml", "text/xml; charset=us-ascii", "text/html; charset=iso-8859-1", "image/png", ";;;", "x" * 10_000]


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_that_lies(header: str) -> None:
    assert titles(DECLARED.format("utf-8"), content_type=header) == ["Före", "Blåbär på Ö", "Efter"]


# --- the item in the middle --------------------------------------------------------------------------------------

# ruff: noqa: E501 - a table reads better in rows
MIDDLE = {
    "an entity of HTML": ("<title>Sn&ouml;&nbsp;&eacute;</title>", "Snö é"),
    "an entity of nobody": ("<title>a &okand; b</title>", "a &okand; b"),
    "a bare ampersand": ("<title>Åhléns & Co</title>", "Åhléns & Co"),
    "a bare less-than": ("<title>5 < 7</title>", "5 < 7"),
    "CDATA": ("<title><![CDATA[A <b>&amp; B</b>]]></title>", "A & B"),
    "CDATA in CDATA": ("<title><![CDATA[A <![CDATA[B]]></title>", "A B"),
    "escaped CDATA": ("<title>&lt;![CDATA[A]]&gt;</title>", "A"),
    "escaped twice": ("<title>&amp;lt;b&amp;gt;A&amp;lt;/b&amp;gt; &amp;amp;amp; B</title>", "A & B"),
    "escaped three times": ("<title>&amp;amp;lt;i&amp;amp;gt;A</title>", "A"),
    "a number for a letter": ("<title>Sn&#246;, sn&#xF6;, &#8211;</title>", "Snö, snö, –"),
    "numbers of Windows": ("<title>&#147;A&#148; &#133; B</title>", "“A” … B"),
    "a number of nothing": ("<title>A&#0;&#xD800;&#xFFFFFFFF;B&#11;</title>", None),
    "a number without end": ("<title>A&#" + "9" * 5000 + ";B</title>", None),
    "UTF-8 read as Latin-1": ("<title>SmÃ¥by</title>", "Småby"),
    "control characters": ("<title>A\x01\x0b\x1fB\ufffe\uffff</title>", "AB"),
    "characters that hide": ("<title>Små\u200bby\u202e\u00ad</title>", "Småby"),
    "markup unescaped": ("<title>A <b>B</b><br/>C</title>", "A B C"),
    "a script": ("<title>A<script>alert('<b>')</script></title>", "A"),
    "a script escaped": ("<title>A&lt;script&gt;alert(1)&lt;/script&gt;B&lt;img src=x onerror=alert(1)&gt;</title>", "AB"),
    "an unknown prefix": ("<title>A</title><okand:falt>x</okand:falt>", "A"),
    "another prefix for a known namespace": ('<title>A</title><q:creator xmlns:q="http://purl.org/dc/elements/1.1/">K</q:creator>', "A"),
    "a known prefix for another namespace": ('<title>A</title><dc:title xmlns:dc="urn:x">B</dc:title>', None),
    "an attribute twice": ('<title type="a" type="b">A</title>', "A"),
    "attributes without quotes": ("<title type=text>A</title>", "A"),
    "a tag in capitals": ("<TITLE>A</TITLE>", "A"),
    "a comment with dashes": ("<title>A</title><!-- -- -->", "A"),
    "a comment in the text": ("<title>A<!-- dold -->B</title>", "AB"),
    "an instruction": ("<title>A</title><?php echo 1 ?>", "A"),
    "no closing of a leaf": ("<title>A</title><category>x", None),
    "the wrong closing": ("<title>A</titel></title>", None),
    "closings crossed": ("<title>A</title><author><name>K</author></name>", "A"),
    "an object": ("<title>A</title><description>&lt;object data=x&gt;&lt;embed&gt;&lt;svg/onload=alert(1)&gt;</description>", "A"),
    "SVG": ("<title>A</title><description><svg xmlns='http://www.w3.org/2000/svg'><title>B</title></svg></description>", None),
    "a feed in the feed": ("<title>A</title><description>" + rss(item(9)).replace("<", "&lt;") + "</description>", "A"),
    "an item in the item": ("<title>A</title><item><title>B</title></item>", None),
    "a whole feed unescaped": ("<title>A</title>" + rss(item(9)).partition("?>")[2], None),
    "base64": ("<title>A</title><content type='application/octet-stream' mode='base64'>QUJD</content>", "A"),
    "base64 that is none": ("<title>A</title><content mode='base64'>%%%</content>", "A"),
    "a data address": ("<title>A</title><link>data:text/html,&lt;script&gt;</link>", "A"),
    "a broken address": ("<title>A</title><link>http://[::1</link><guid>http://a:99999/</guid>", "A"),
    "an enclosure alone": ("<title>A</title><enclosure url='https://a.example/1.mp3' type='audio/mpeg' length='500'/>", "A"),
    "a media group": (
        "<title>A</title><media:group xmlns:media='http://search.yahoo.com/mrss/'><media:title>B</media:title>"
        "<media:description>C</media:description><media:content url='x'/></media:group>", "A",
    ),
    "a podcast": (
        "<title>A</title><itunes:summary xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>B</itunes:summary>"
        "<podcast:transcript xmlns:podcast='https://podcastindex.org/namespace/1.0' url='https://a.example/t.vtt'/>", "A",
    ),
    "a transcript of no address": ("<title>A</title><podcast:transcript xmlns:podcast='urn:p'>x</podcast:transcript>", "A"),
    "ten thousand attributes": ("<title>A</title><x " + " ".join(f"a{n}='b'" for n in range(10_000)) + "/>", "A"),
    "ten thousand elements": ("<title>A</title>" + "<x>y</x>" * 10_000, "A"),
    "three hundred levels": ("<title>A</title>" + "<x>" * 300 + "</x>" * 300, "A"),
    "a title of a million letters": ("<title>" + "A" * 1_000_000 + "</title>", "A" * 500),
    "nothing at all": ("", None),
    "nothing but room": ("<title> \n\t </title>", None),
}  # fmt: skip


@pytest.mark.parametrize("name", MIDDLE)
def test_a_broken_item_does_not_take_its_neighbours_with_it(name: str) -> None:
    inner, title = MIDDLE[name]
    found = titles(rss(BEFORE, f"<item><guid isPermaLink='false'>i</guid>{inner}</item>", AFTER))
    assert found[0] == "Före"
    assert "Efter" in found
    if title is not None:
        assert found == ["Före", title, "Efter"]


# --- the whole ---------------------------------------------------------------------------------------------------

WHOLE: dict[str, Callable[[str], str | bytes]] = {
    "room before": lambda feed: "\n\n \ufeff" + feed,
    "a warning before": lambda feed: "<br />\n<b>Warning</b>: mysql in /var/www on line 3<br />\n" + feed,
    "something after": lambda feed: feed + "<!-- sida skapad på 0,2 s --><script>x</script>",
    "no declaration": lambda feed: feed.partition("?>")[2],
    "the wrong version": lambda feed: feed.replace('version="1.0"', 'version="1.1"'),
    "a stylesheet": lambda feed: feed.replace("?>", '?><?xml-stylesheet href="x.xsl"?><!-- hej -->', 1),
    "a DOCTYPE": lambda feed: feed.replace("?>", '?><!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://n.example/r.dtd">', 1),
    "entities of its own": lambda feed: feed.replace("?>", '?><!DOCTYPE rss [<!ENTITY a "Före">]>', 1),
    "no closing of the channel": lambda feed: feed.replace("</channel>", ""),
    "no closing at all": lambda feed: feed.replace("</channel></rss>", ""),
    "no namespaces": lambda feed: re.sub(r'xmlns:\w+="[^"]*"', "", feed),
    "a prefix for all": lambda feed: feed.replace("<rss", '<rss xmlns="http://backend.userland.com/rss2"'),
    "carriage returns": lambda feed: feed.replace("><", ">\r\n<").encode(),
    "a version from long ago": lambda feed: feed.replace('version="2.0"', 'version="0.91"'),
    "a version of nobody": lambda feed: feed.replace('version="2.0"', 'version="17"'),
    "an attribute unquoted": lambda feed: feed.replace('version="2.0"', "version=2.0"),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_a_broken_whole_gives_its_items(name: str) -> None:
    assert titles(WHOLE[name](rss(BEFORE, AFTER))) == ["Före", "Efter"]


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(rss().encode()),
        zlib.compress(rss().encode()),
        b"\x1f\x8b\x08" + b"\x00" * 500,
        b"%PDF-1.7\n\xff\xfe",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"GIF89a" + b"<rss>" * 10,
        b"<html><head><title>503</title></head><body>Stopp</body></html>",
        b"<!DOCTYPE html><title>Logga in</title><form>",
        b'{"items": [{"title": "A"}]}',
        b"BEGIN:VCALENDAR\r\n",
        b"<?xml version='1.0'?>",
        b"<?xml version='1.0'?><error>unknown mode</error>",
        b"<opml><body><outline text='x'/></body></opml>",
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example</loc></url></urlset>",
        b"<",
        b"\x00" * 1000,
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"<a>" * 10_000,
        b"]]>" * 10_000,
        b"&" * 10_000,
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    parsed = parse(body)
    assert (parsed.entries, len(parsed.problems)) == ((), 1)


def test_every_beginning_of_a_feed_is_read_as_far_as_it_goes() -> None:
    whole = rss(BEFORE, item(2, description="<![CDATA[<p>x</p>]]>"), AFTER).encode()
    counts = [len(titles(whole[:end])) for end in range(0, len(whole), 7)]
    assert counts == sorted(counts)
    assert counts[-1] == 3


def test_every_byte_broken_in_turn_loses_at_most_one_item() -> None:
    whole = rss(BEFORE, item(2), AFTER).encode()
    for place in range(whole.index(b"<guid>nyhet-2"), whole.index(b"<title>Efter"), 3):
        found = titles(whole[:place] + b"\xff" + whole[place + 1 :])
        assert found[0] == "Före"


# --- dates and links ---------------------------------------------------------------------------------------------

AT = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
DAY = datetime(2026, 11, 20, 23, tzinfo=UTC)
DATES = {
    "Sat, 21 Nov 2026 06:30:00 +0100": AT,
    "Sat, 21 Nov 2026 05:30:00 GMT": AT,
    "Sat, 21 Nov 2026 05:30:00 UT": AT,
    "Sat, 21 Nov 2026 05:30:00 Z": AT,
    "Sat, 21 Nov 2026 00:30:00 EST": AT,
    "Fri, 21 Nov 2026 06:30:00 +0100": AT,
    "Sat, 21 Nov 26 06:30:00 +0100": AT,
    "Sat, 21 Nov 2026 06:30 +0100": AT,
    "21 Nov 2026 06:30:00 +0100": AT,
    "Sat,21 Nov 2026 06:30:00 +0100": AT,
    "  Sat, 21 Nov 2026 06:30:00 +0100\n": AT,
    "lör, 21 november 2026 06:30:00 +0100": AT,
    "2026-11-21T06:30:00+01:00": AT,
    "2026-11-21T06:30:00+0100": AT,
    "2026-11-21T05:30:00Z": AT,
    "2026-11-21T05:30:00.000Z": AT,
    "2026-11-21 06:30:00 +01:00": AT,
    "2026-11-21 06:30": AT,
    "2026-11-21T06:30:00": AT,
    "2026-11-21": DAY,
    "1970-01-01T00:00:00Z": None,
    "0000-00-00 00:00:00": None,
    "Mon, 00 Jan 0000 00:00:00 GMT": None,
    "Sat, 31 Feb 2026 06:30:00 GMT": None,
    "Sat, 21 Nov 2026 06:30:00 +9999": None,
    "1795239000": None,
    "i går kväll": None,
    "<b>i dag</b>": None,
}


@pytest.mark.parametrize("text", DATES)
def test_a_date_in_any_form(text: str) -> None:
    (entry, _) = parse(rss(item(pubDate=text), AFTER)).entries
    assert entry.published == DATES[text]


@pytest.mark.parametrize(
    ("link", "head", "url"),
    [
        ('<link href="/a"/>', "", "https://smabybladet.example/a"),
        ('<link href="a"/>', "", "https://smabybladet.example/a"),
        ('<link href="//b.example/a"/>', "", "https://b.example/a"),
        ('<link href="?p=1"/>', "", "https://smabybladet.example/flode.xml?p=1"),
        ('<link href="/a"/>', ' xml:base="https://bas.example/x/"', "https://bas.example/a"),
        ('<link href="a"/>', ' xml:base="https://bas.example/x/"', "https://bas.example/x/a"),
        ('<link href="https://c.example/å?q=ä b"/>', "", "https://c.example/%C3%A5?q=%C3%A4%20b"),
        ('<link href=" https://c.example/a "/>', "", "https://c.example/a"),
        ('<link rel="self" href="/1.atom"/><link rel="alternate" href="/a"/>', "", "https://smabybladet.example/a"),
        ('<link rel="enclosure" href="/1.mp3"/>', "", None),
        ('<link href="javascript:alert(1)"/>', "", None),
    ],
)
def test_a_link_leads_where_its_page_is(link: str, head: str, url: str | None) -> None:
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"{head}><entry><id>urn:1</id><title>A</title>{link}</entry></feed>'
    assert [entry.url for entry in parse(feed).entries] == [url]


def test_atoms_three_kinds_of_text() -> None:
    kinds = (
        '<title type="text">A &lt; B &amp; C</title>',
        '<title type="html">A &amp;lt; B &amp;amp; C</title>',
        '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A &lt; <b>B</b> &amp; C</div></title>',
        '<title type="html"><![CDATA[A &#060; B &#38; C]]></title>',
    )
    feed = atom(*(f"<entry><id>urn:{number}</id>{kind}</entry>" for number, kind in enumerate(kinds)))
    assert titles(feed) == ["A < B & C"] * 4
