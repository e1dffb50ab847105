from __future__ import annotations

import re
from datetime import UTC, datetime
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.collect import wording
from tests.collect.feeds import atom, item, parse, rss

PUBLISHED = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)


def test_an_rss_item_becomes_an_entry() -> None:
    (entry,) = parse(rss(item(**{"dc:creator": "Kim Påhittad"}))).entries
    assert (entry.native_id, entry.source_id, entry.kind) == ("nyhet-1", "smabybladet", "news")
    assert (entry.url, entry.title) == ("https://smabybladet.example/artikel/1", "Nyhet 1")
    assert (entry.text, entry.published) == ("Bryggan i Näsvik ska rustas.", PUBLISHED)
    assert (entry.author, entry.language) == ("«Kim Påhittad»", "sv")


def test_an_atom_entry_becomes_an_entry() -> None:
    (entry,) = parse(
        atom(
            '<entry><id>tag:a,1</id><title type="html">Snö &amp;amp; is</title>'
            "<updated>2026-11-21T06:30:00+01:00</updated>"
            '<link rel="enclosure" href="https://a.example/ljud.mp3"/><link rel="self" href="https://a.example/1.atom"/>'
            '<link rel="alternate" type="audio/mpeg" href="https://a.example/pod"/>'
            '<link href="/artikel/1?utm_source=x"/>'
            '<summary>Kort</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Halt <b>i</b> dag'
            "<script>alert(1)</script></div></content><author><name>Kim</name></author></entry>"
        )
    ).entries
    assert (entry.native_id, entry.title, entry.text) == ("tag:a,1", "Snö & is", "Halt i dag")
    assert (entry.url, entry.published) == ("https://smabybladet.example/artikel/1", PUBLISHED)
    assert (entry.author, entry.language) == ("«Kim»", "sv")


def test_an_rdf_item_becomes_an_entry() -> None:
    (entry,) = parse(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example/"><title>Wiki</title></channel>'
        '<item rdf:about="https://a.example/1"><title>Näsvik</title><link>https://a.example/1</link>'
        "<dc:date>2026-11-21T06:30:00+01:00</dc:date><description>Om bryggan</description></item></rdf:RDF>"
    ).entries
    assert (entry.native_id, entry.title, entry.text) == ("https://a.example/1", "Näsvik", "Om bryggan")
    assert entry.published == PUBLISHED


@pytest.mark.parametrize(
    ("description", "text"),
    [
        ("<![CDATA[<p>Ett &amp; två</p>]]>", "Ett & två"),
        ("&lt;p&gt;Ett &amp;amp; två&lt;/p&gt;", "Ett & två"),
        ("&amp;lt;p&amp;gt;Ett&amp;lt;/p&amp;gt;", "Ett"),
        ("Sn&amp;#246; och is &#8211; igen", "Snö och is – igen"),
        ("<p>Rått <b>i</b> flödet</p>", "Rått i flödet"),
        ("Snö&nbsp;och is", "Snö och is"),  # an entity XML does not know
        ("Ett & två < tre", "Ett & två < tre"),
        ("<![CDATA[<script>alert(1)</script><img src=x onerror=alert(1)>Kvar]]>", "Kvar"),
        ("Nyhet 1", ""),  # says the title again
    ],
)
def test_text_is_plain(description: str, text: str) -> None:
    (entry,) = parse(rss(item(description=description))).entries
    assert entry.text == text


def test_the_longest_content_is_the_text() -> None:
    body = "<![CDATA[<p>Hela</p><p>texten.</p>]]>"
    (entry,) = parse(rss(item(description="Hela…", **{"content:encoded": body}))).entries
    assert entry.text == "Hela\ntexten."


@pytest.mark.parametrize(
    "feed",
    [
        rss(item(title="Blåbär")).encode().replace(b"UTF-8", b"ISO-8859-1"),  # UTF-8 that says Latin-1
        rss(item(title="Blåbär")).encode("latin-1"),  # Latin-1 that says UTF-8
        rss(item(title="Blåbär")).encode("utf-8-sig"),
        b"\n\n  " + rss(item(title="Blåbär")).encode(),
        rss(item(title="Blåbär")).encode("utf-16"),
        rss(item(title="Bl\x00å\x0bbär")).encode(),
    ],
)
def test_bytes_that_lie_about_themselves(feed: bytes) -> None:
    assert [entry.title for entry in parse(feed).entries] == ["Blåbär"]


def test_ids_are_stable_without_an_id() -> None:
    bare = item(guid="", link="https://smabybladet.example/artikel/1?utm_source=rss")
    tagged = item(guid="", link="https://smabybladet.example/artikel/1?utm_source=mejl", title="Ny rubrik")
    (first,), (second,) = parse(rss(bare)).entries, parse(rss(tagged)).entries
    assert first.id == second.id
    assert first.revision != second.revision


def test_an_item_with_neither_id_nor_link_nor_date_is_kept_and_recognised() -> None:
    bare = item(guid="", link="", pubDate="")
    (first,), (second,) = parse(rss(bare)).entries, parse(rss(bare)).entries
    assert first == second
    assert (first.url, first.published, first.title) == (None, None, "Nyhet 1")


def test_one_id_for_several_items_loses_none_of_them() -> None:
    feed = rss(item(1, guid="samma"), item(2, guid="samma"), item(3))
    found = parse(feed).entries
    assert len({entry.id for entry in found}) == 3
    assert found == parse(feed).entries


def test_the_same_item_twice_is_one() -> None:
    assert len(parse(rss(item(), item())).entries) == 1


def test_a_guid_that_is_the_only_address() -> None:
    (entry,) = parse(rss(item(link="", guid="https://smabybladet.example/artikel/9"))).entries
    assert entry.url == "https://smabybladet.example/artikel/9"


def test_a_script_is_no_address() -> None:
    (entry,) = parse(rss(item(link="javascript:alert(1)"))).entries
    assert entry.url is None


def test_dates_are_believed_within_reason() -> None:
    dates = ("Thu, 01 Jan 1970 00:00:00 GMT", "21 Nov 2026 06:30:00", "i morgon", "Sat, 21 Nov 2026 06:30:00 +0100")
    found = parse(rss(*(item(number, pubDate=date) for number, date in enumerate(dates)))).entries
    assert [entry.published for entry in found] == [None, PUBLISHED, None, PUBLISHED]


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Av: Kim Påhittad", ""),
        ("Kommentarer till Bryggan av Kim Påhittad", "Kommentarer till Bryggan"),
        ("Kim Påhittad: rättar stavfel", "rättar stavfel"),
        ("Kim Påhittad vinner", "Kim Påhittad vinner"),
    ],
)
def test_the_author_stays_out_of_the_title(title: str, told: str) -> None:
    (entry,) = parse(rss(item(title=title, **{"dc:creator": "Kim Påhittad"}))).entries
    assert entry.title == told


def test_reddits_signature_is_not_text() -> None:
    content = (
        "&lt;div&gt;Är bussen inställd?&lt;/div&gt; &amp;#32; submitted by &amp;#32; "
        "&lt;a href='x'&gt; /u/kim &lt;/a&gt; &lt;br/&gt;"
        "&lt;a href='x'&gt;[link]&lt;/a&gt; &lt;a href='x'&gt;[kommentarer]&lt;/a&gt;"
    )
    entry = atom(
        '<entry><id>t3_1</id><title>Bussen</title><link href="https://r.example/1"/>'
        f'<content type="html">{content}</content>'
        "<author><name>/u/kim</name></author></entry>"
    )
    assert parse(entry).entries[0].text == "Är bussen inställd?"


def test_google_news_names_the_publisher_once() -> None:
    news = item(
        title="Bryggan rustas - Småbybladet",
        description="&lt;a href='x'&gt;Bryggan rustas&lt;/a&gt; &lt;font&gt;Småbybladet&lt;/font&gt;",
        link="https://news.google.com/rss/articles/CBMiabc?oc=5",
    ).replace("</item>", '<source url="https://smabybladet.example">Småbybladet</source></item>')
    (entry,) = parse(rss(news)).entries
    assert (entry.title, entry.text) == ("Bryggan rustas", "")
    assert entry.url == "https://news.google.com/rss/articles/CBMiabc"


def test_google_alerts_links_lead_to_the_page() -> None:
    link = "https://www.google.com/url?rct=j&amp;url=https://smabybladet.example/artikel/1&amp;ct=ga"
    feed = atom(
        f'<entry><id>tag:1</id><title type="html">&lt;b&gt;Näsvik&lt;/b&gt; i dag</title><link href="{link}"/></entry>'
    )
    (entry,) = parse(feed).entries
    assert (entry.url, entry.title) == ("https://smabybladet.example/artikel/1", "Näsvik i dag")


def _wiki(*entries: tuple[str, str, str]) -> str:
    made = (
        f"<entry><id>{id}</id><title>Näsvik</title><updated>{date}</updated>"
        f'<link href="http://wiki.example/N"/><author><name>{author}</name></author><summary>Ändrad</summary></entry>'
        for id, date, author in entries
    )
    return atom(*made, head="<generator>MediaWiki 1.39.17</generator>")


def test_a_wikis_revision_is_one_whatever_feed_it_comes_by() -> None:
    history = _wiki(("http://wiki.example/i.php?title=N&amp;diff=34&amp;oldid=prev", "2026-11-21T05:30:00Z", "Kim"))
    recent = _wiki(("http://wiki.example/i.php?title=N&amp;diff=34&amp;oldid=33", "2026-11-21T05:30:00Z", "Kim"))
    assert parse(history).entries[0].id == parse(recent).entries[0].id


def test_a_wikis_log_has_one_id_for_all_its_events() -> None:
    page = "http://wiki.example/N"
    found = parse(_wiki((page, "2026-11-21T05:30:00Z", "Kim"), (page, "2026-11-20T05:30:00Z", "Kim"))).entries
    assert len({entry.id for entry in found}) == 2


def test_a_wikis_word_for_no_history_is_no_entry() -> None:
    parsed = parse(_wiki(("http://wiki.example/N", "2026-11-21T05:30:00Z", "")))
    assert parsed.entries == ()
    assert parsed.problems == ()


def test_a_feed_without_items_is_alive() -> None:
    parsed = parse(rss("<!-- inget i dag -->"))
    assert (parsed.entries, parsed.problems) == ((), ())


def test_a_feed_that_is_cut_off_gives_what_came_and_says_so() -> None:
    parsed = parse(rss(item(1), item(2))[:-120])
    assert [entry.title for entry in parsed.entries][:1] == ["Nyhet 1"]
    assert parsed.problems == (wording.FEED_CUT_OFF,)


def test_an_empty_item_does_not_take_its_neighbours_with_it() -> None:
    parsed = parse(rss(item(1), "<item></item>", item(2)))
    assert [entry.title for entry in parsed.entries] == ["Nyhet 1", "Nyhet 2"]
    assert parsed.problems == ("En post gick inte att läsa.",)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<!DOCTYPE html><html><head><title>Fel</title></head><body><p>Tillfälligt stängt</p></body></html>", "PAGE"),
        ("Bara text", "FEED"),
        ('{"id": 1}', "FEED"),
        ("<error>unknown mode</error>", "FEED"),
        ("", "FEED"),
        (b"\x00\x01\x02\xff\xfe", "FEED"),
        ("<rdf" + ">" * 1000, "FEED"),
    ],
)
def test_what_is_no_feed_says_so(body: bytes | str, problem: str) -> None:
    parsed = parse(body)
    assert parsed.entries == ()
    assert parsed.problems == (wording.NOT_A_FEED_BUT_A_PAGE if problem == "PAGE" else wording.NOT_A_FEED,)


def test_entities_do_not_explode() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "&a;" * 10}">' for n in range(12)
    )
    parsed = parse(
        f"{bomb}]>" + rss(item(title="&a11;"), item(2)).removeprefix('<?xml version="1.0" encoding="UTF-8"?>')
    )
    assert sum(len(entry.title) for entry in parsed.entries) < 1000


def test_a_file_on_this_machine_is_no_entity() -> None:
    feed = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + rss(item(title="Före &x; efter"))
    assert all("Före" not in entry.title or len(entry.title) < 20 for entry in parse(feed).entries)


@pytest.mark.parametrize("unit", ["<item ", "<!--", "&", '<a b="'])
def test_hostile_feeds_take_no_longer_than_their_length_allows(unit: str) -> None:
    many = " ".join(f'a{number}="b"' for number in range(20_000))
    began = perf_counter()
    parse(rss(f"<item {many}><title>Kvar</title></item>", unit * 10_000))
    assert perf_counter() - began < 10  # 0.5 s; the attributes alone take Python's own reader half a minute


NASTY = st.sampled_from(
    [
        "<rss>",
        "<channel>",
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<link>",
        "</link>",
        "<guid>",
        "<description>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "&amp;",
        "&#0;",
        "&#xD800;",
        "&nbsp;",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<entry>",
        "</entry>",
        "<content type='xhtml'>",
        "<content type='application/x' mode='base64'>",
        "<source>",
        "<author>",
        "<pubDate>",
        "1970",
        "<?xml version='1.0' encoding='utf-7'?>",
        "<!DOCTYPE x [",
        "å",
        "\ud7ff",
        "<script>",
        "'",
        '"',
        "<dc:creator>",
        "<media:group>",
        "<media:content url='a'>",
        "<enclosure/>",
        "<link rel='a' href='::'/>",
        "@",
        "(",
        "\x00",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(NASTY, max_size=40).map("".join).map(lambda text: text.encode("utf-8", "replace"))
    | st.binary(max_size=400)
)
def test_no_bytes_at_all_make_it_fall_or_let_markup_out(body: bytes) -> None:
    for entry in parse(body).entries:
        assert not re.search(r"<[a-zA-Z/!?]", entry.content)
        assert entry.url is None or entry.url.startswith(("http://", "https://"))
        entry.content.encode()
