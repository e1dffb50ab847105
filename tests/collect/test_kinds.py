"""Every kind of feed that this family is for, in its publisher's own shape; names, texts and addresses are invented.

The shapes are those seen in answers of real programs (Ghost 6.65, WordPress 6.1, DokuWiki 2022, MediaWiki 1.39,
django-machina 1.3) or in recordings of the services; [K] marks those that are known by their documentation only.
"""

# ruff: noqa: E501 - feeds read better in their own lines

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.types import Entry
from tests.collect.feeds import parse

AT = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
NAMES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:thr="http://purl.org/syndication/thread/1.0" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
)
PUBLISHED = "<pubDate>Sat, 21 Nov 2026 05:30:00 +0000</pubDate>"
DATED = "<published>2026-11-21T05:30:00+00:00</published><updated>2026-11-21T06:00:00Z</updated>"


def rss(item: str, channel: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {NAMES}><channel><title>Flöde</title>{channel}'
        f'<atom:link href="https://a.example/feed" rel="self" type="application/rss+xml"/><item>{item}</item></channel></rss>'
    )


def atom(entry: str, feed: str = "", names: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" {NAMES} {names}>'
        f"<title>Flöde</title><id>tag:flode</id>{feed}<entry>{entry}</entry></feed>"
    )


Told = tuple[str, str | None, str, str, str | None]
"""Native id, address, title, text, author."""

KINDS: dict[str, tuple[str, Told]] = {
    "Google News": (
        rss(
            "<title>Bryggan i Näsvik rustas - Småbybladet</title>"
            "<link>https://news.google.com/rss/articles/CBMiabcDEF?oc=5</link>"
            f'<guid isPermaLink="false">CBMiabcDEF</guid>{PUBLISHED}'
            '<description>&lt;a href="https://news.google.com/rss/articles/CBMiabcDEF?oc=5" target="_blank"&gt;'
            "Bryggan i Näsvik rustas&lt;/a&gt;&amp;nbsp;&amp;nbsp;&lt;font color=\"#6f6f6f\"&gt;Småbybladet&lt;/font&gt;"
            '</description><source url="https://smabybladet.example">Småbybladet</source>',
            "<generator>NFE/5.0</generator>",
        ),
        ("CBMiabcDEF", "https://news.google.com/rss/articles/CBMiabcDEF", "Bryggan i Näsvik rustas", "", None),
    ),
    "Google Alerts": (
        atom(
            "<id>tag:google.com,2013:googlealerts/feed:17</id>"
            '<title type="html">&lt;b&gt;Näsvik&lt;/b&gt; &amp;#8211; ny bild</title>'
            '<link href="https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://bilder.example/natt/42%3Fsida%3D2&amp;ct=ga"/>'
            f'{DATED}<content type="html">Bryggan i &lt;b&gt;Näsvik&lt;/b&gt;&amp;nbsp;...</content>'
            "<author><name></name></author>"
        ),
        ("tag:google.com,2013:googlealerts/feed:17", "https://bilder.example/natt/42?sida=2", "Näsvik – ny bild",
         "Bryggan i Näsvik ...", None),
    ),
    "YouTube channel": (
        atom(
            "<id>yt:video:abcDEF123_-</id><yt:videoId>abcDEF123_-</yt:videoId><yt:channelId>UCpahittad</yt:channelId>"
            '<title>Bryggan i Näsvik</title><link rel="alternate" href="https://www.youtube.com/watch?v=abcDEF123_-"/>'
            f"<author><name>Småby TV</name><uri>https://www.youtube.com/channel/UCpahittad</uri></author>{DATED}"
            "<media:group><media:title>Bryggan i Näsvik</media:title>"
            '<media:content url="https://www.youtube.com/v/abcDEF123_-" type="application/x-shockwave-flash"/>'
            '<media:thumbnail url="https://i.ytimg.example/hq.jpg" width="480"/>'
            "<media:description>Så ser bryggan ut.\n\nFilmat i november.</media:description><media:community>"
            '<media:starRating count="3" average="5.00"/><media:statistics views="17"/></media:community></media:group>',
            names='xmlns:yt="http://www.youtube.com/xml/schemas/2015"',
        ),
        ("yt:video:abcDEF123_-", "https://www.youtube.com/watch?v=abcDEF123_-", "Bryggan i Näsvik",
         "Så ser bryggan ut.\nFilmat i november.", "«Småby TV»"),
    ),
    "Reddit": (
        atom(
            "<author><name>/u/kim</name><uri>https://www.reddit.com/user/kim</uri></author>"
            '<category term="smaby" label="r/smaby"/><content type="html">&lt;!-- SC_OFF --&gt;&lt;div class="md"&gt;'
            "&lt;p&gt;Är bryggan trasig?&lt;/p&gt;&lt;/div&gt;&lt;!-- SC_ON --&gt; &amp;#32; submitted by &amp;#32; "
            '&lt;a href="https://www.reddit.com/user/kim"&gt; /u/kim &lt;/a&gt; &amp;#32; to &amp;#32; &lt;a href="x"&gt; '
            'r/smaby &lt;/a&gt; &lt;br/&gt; &lt;span&gt;&lt;a href="x"&gt;[link]&lt;/a&gt;&lt;/span&gt; &amp;#32; '
            '&lt;span&gt;&lt;a href="x"&gt;[comments]&lt;/a&gt;&lt;/span&gt;</content><id>t3_abc1</id>'
            f'<link href="https://www.reddit.com/r/smaby/comments/abc1/bryggan/"/>{DATED}<title>Bryggan</title>'
        ),
        ("t3_abc1", "https://www.reddit.com/r/smaby/comments/abc1/bryggan/", "Bryggan", "Är bryggan trasig?", "«/u/kim»"),
    ),
    "Mastodon": (
        rss(
            f"<guid isPermaLink=\"true\">https://social.example/@kim/1001</guid><link>https://social.example/@kim/1001</link>"
            f"{PUBLISHED}<description>&lt;p&gt;Bryggan i &lt;a href=\"x\"&gt;#&lt;span&gt;Näsvik&lt;/span&gt;&lt;/a&gt;"
            "&lt;/p&gt;</description><category>näsvik</category>"
        ),
        ("https://social.example/@kim/1001", "https://social.example/@kim/1001", "", "Bryggan i #Näsvik", None),
    ),
    "Flickr": (
        atom(
            '<title>Bryggan</title><link rel="alternate" type="text/html" href="https://www.flickr.com/photos/kim/42/"/>'
            f"<id>tag:flickr.com,2005:/photo/42</id>{DATED}<flickr:date_taken>2026-11-20T10:00:00-08:00</flickr:date_taken>"
            '<dc:date.Taken>2026-11-20T10:00:00-08:00</dc:date.Taken><content type="html">&lt;p&gt;&lt;a href="x"&gt;'
            'Kim&lt;/a&gt; posted a photo:&lt;/p&gt; &lt;p&gt;Vid Näsvik&lt;/p&gt;</content><author><name>Kim Bild</name>'
            "<uri>https://www.flickr.com/people/kim/</uri><flickr:nsid>1@N00</flickr:nsid></author>"
            '<link rel="enclosure" type="image/jpeg" href="https://live.example/42.jpg"/><category term="näsvik"/>',
            names='xmlns:flickr="urn:flickr:user"',
        ),
        ("tag:flickr.com,2005:/photo/42", "https://www.flickr.com/photos/kim/42/", "Bryggan",
         "Vid Näsvik", "«Kim Bild»"),
    ),
    "Blogger": (
        atom(
            f"<id>tag:blogger.com,1999:blog-1.post-2</id>{DATED}<category term=\"näsvik\"/><title type=\"text\">Bryggan</title>"
            '<content type="html">&lt;div&gt;Den är &lt;i&gt;trasig&lt;/i&gt;.&lt;/div&gt;</content>'
            '<link rel="replies" type="application/atom+xml" href="https://b.example/feeds/2/comments/default" title="K"/>'
            '<link rel="edit" type="application/atom+xml" href="https://www.blogger.com/feeds/1/posts/default/2"/>'
            '<link rel="alternate" type="text/html" href="https://b.example/2026/11/bryggan.html" title="Bryggan"/>'
            "<author><name>Kim Blogg</name><uri>https://www.blogger.com/profile/1</uri><email>noreply@blogger.com</email>"
            '<gd:image rel="http://schemas.google.com/g/2005#thumbnail" width="16" src="x.gif"/></author>'
            "<thr:total>0</thr:total>",
            names='xmlns:gd="http://schemas.google.com/g/2005"',
        ),
        ("tag:blogger.com,1999:blog-1.post-2", "https://b.example/2026/11/bryggan.html", "Bryggan", "Den är trasig.",
         "«Kim Blogg»"),
    ),
    "Ghost": (
        rss(
            "<title><![CDATA[Bryggan]]></title><description><![CDATA[Kort om bryggan]]></description>"
            '<link>https://g.example/bryggan/</link><guid isPermaLink="false">6920a1b2c3d4e5f601234567</guid>'
            f"<dc:creator><![CDATA[Kim Ghost]]></dc:creator>{PUBLISHED}"
            '<content:encoded><![CDATA[<p>Den &#xe4;r trasig.</p><p><a href="https://x.example/?ref=g.example">L&#xe4;s</a></p>]]>'
            "</content:encoded>",
            "<generator>Ghost 6.65</generator><ttl>60</ttl>",
        ),
        ("6920a1b2c3d4e5f601234567", "https://g.example/bryggan/", "Bryggan", "Den är trasig.\nLäs", "«Kim Ghost»"),
    ),
    "Tumblr": (
        rss(
            "<title>Bryggan</title><description>&lt;p&gt;Den är trasig.&lt;/p&gt;</description>"
            "<link>https://kim.tumblr.com/post/700</link><guid>https://kim.tumblr.com/post/700</guid>"
            f"{PUBLISHED}<category>näsvik</category>",
            "<generator>Tumblr (3.0; @kim)</generator>",
        ),
        ("https://kim.tumblr.com/post/700", "https://kim.tumblr.com/post/700", "Bryggan", "Den är trasig.", None),
    ),
    "Medium": (
        rss(
            "<title><![CDATA[Bryggan]]></title><link>https://medium.com/@kim/bryggan-1?source=rss------smaby-5</link>"
            f'<guid isPermaLink="false">https://medium.com/p/1a2b</guid><dc:creator><![CDATA[Kim Medium]]></dc:creator>{PUBLISHED}'
            "<atom:updated>2026-11-21T06:00:00.000Z</atom:updated>"
            '<content:encoded><![CDATA[<p>Den är trasig.</p><img src="https://m.example/stat?id=1" width="1">]]></content:encoded>',
        ),
        ("https://medium.com/p/1a2b", "https://medium.com/@kim/bryggan-1?source=rss------smaby-5", "Bryggan",
         "Den är trasig.", "«Kim Medium»"),
    ),
    "Discourse, posts": (
        rss(
            "<title>Bryggan i Näsvik</title><dc:creator><![CDATA[@kim Kim]]></dc:creator>"
            "<description><![CDATA[ <p>Den är <strong>trasig</strong>.</p> ]]></description>"
            f'<link>https://d.example/t/bryggan/17/3</link>{PUBLISHED}<guid isPermaLink="false">d.example-post-903</guid>'
        ),
        ("d.example-post-903", "https://d.example/t/bryggan/17/3", "Bryggan i Näsvik", "Den är trasig.", "«@kim Kim»"),
    ),
    "phpBB 3.2 [K]": (
        atom(
            f"<author><name><![CDATA[kim]]></name></author>{DATED}<id>https://p.example/viewtopic.php?p=903#p903</id>"
            '<link href="https://p.example/viewtopic.php?p=903#p903"/><title type="html"><![CDATA[Trafik • Bryggan]]></title>'
            '<category term="Trafik" scheme="https://p.example/viewforum.php?f=2" label="Trafik"/>'
            '<content type="html" xml:base="https://p.example/viewtopic.php?p=903#p903"><![CDATA[\nDen är trasig.<p>Statistics: '
            'Posted by <a href="x">kim</a> — 21 Nov 2026, 06:30</p><hr />\n]]></content>'
        ),
        ("https://p.example/viewtopic.php?p=903#p903", "https://p.example/viewtopic.php?p=903#p903", "Trafik • Bryggan",
         "Den är trasig.", "«kim»"),
    ),
    "vBulletin 4 [K]": (
        rss(
            "<title>Bryggan</title><link>https://v.example/showthread.php?t=17&amp;goto=newpost</link>"
            f"{PUBLISHED}<description>Den är trasig. \n \nVem lagar?</description>"
            "<content:encoded><![CDATA[<div>Den är trasig.<br /><br />Vem lagar?</div>]]></content:encoded>"
            '<category domain="https://v.example/forumdisplay.php?f=2">Trafik</category><dc:creator>kim</dc:creator>'
            '<guid isPermaLink="true">https://v.example/showthread.php?t=17</guid>',
            "<generator>vBulletin</generator><ttl>60</ttl><image><url>x</url><title>F</title><link>y</link></image>",
        ),
        ("https://v.example/showthread.php?t=17", "https://v.example/showthread.php?t=17&goto=newpost", "Bryggan",
         "Den är trasig.\nVem lagar?", "«kim»"),
    ),
    "NodeBB 4 [K]": (
        rss(
            "<title><![CDATA[Bryggan]]></title><description><![CDATA[<p dir=\"auto\">Den är trasig.</p>\n]]></description>"
            '<link>https://n.example/post/903</link><guid isPermaLink="true">https://n.example/post/903</guid>'
            f"<dc:creator><![CDATA[kim]]></dc:creator>{PUBLISHED}"
        ),
        ("https://n.example/post/903", "https://n.example/post/903", "Bryggan", "Den är trasig.", "«kim»"),
    ),
    "XenForo [K]": (
        rss(
            f"<title>Bryggan</title>{PUBLISHED}<link>https://xf.example/threads/bryggan.17/</link>"
            "<guid>https://xf.example/threads/bryggan.17/</guid><author>invalid@example.com (kim)</author>"
            '<category domain="https://xf.example/forums/trafik.2/"><![CDATA[Trafik]]></category><dc:creator>kim</dc:creator>'
            '<content:encoded><![CDATA[<div class="bbWrapper">Den är trasig.</div>]]></content:encoded>'
            "<slash:comments>3</slash:comments>"
        ),
        ("https://xf.example/threads/bryggan.17/", "https://xf.example/threads/bryggan.17/", "Bryggan", "Den är trasig.",
         "«kim»"),
    ),
    "WordPress, posts and search": (
        rss(
            "<title>Bryggan &#8220;&lt;3&#8221;</title>\n\t\t<link>https://w.example/?p=30</link>"
            "<comments>https://w.example/?p=30#respond</comments><dc:creator><![CDATA[Kim &#38; Co]]></dc:creator>"
            f'{PUBLISHED}<category><![CDATA[Trafik]]></category><guid isPermaLink="false">http://w.example/?p=30</guid>'
            '<description><![CDATA[Den är trasig&#8230; <a href="x">Läs vidare <span>Bryggan</span></a>]]></description>'
            '<content:encoded><![CDATA[<p>Den är trasig, <img class="emoji" alt="❄" src="x"/> och det har den varit '
            "i tre veckor utan att någon har lagat den.</p>]]></content:encoded>"
            "<wfw:commentRss>https://w.example/?feed=rss2&#038;p=30</wfw:commentRss><slash:comments>2</slash:comments>",
            "<generator>https://wordpress.org/?v=6.1</generator><language>sv-SE</language>",
        ),
        ("http://w.example/?p=30", "https://w.example/?p=30", "Bryggan “<3”",
         "Den är trasig, ❄ och det har den varit i tre veckor utan att någon har lagat den.", "«Kim & Co»"),
    ),
    "WordPress, comments": (
        rss(
            "<title>\n\t\t\tKommentarer till Bryggan av Kim Svar\t\t</title><link>https://w.example/?p=30#comment-4</link>"
            f'<dc:creator><![CDATA[Kim Svar]]></dc:creator>{PUBLISHED}<guid isPermaLink="false">https://w.example/?p=30#comment-4'
            "</guid><description><![CDATA[Håller med!]]></description>"
            "<content:encoded><![CDATA[<p>Håller med!</p>]]></content:encoded>"
        ),
        ("https://w.example/?p=30#comment-4", "https://w.example/?p=30#comment-4", "Kommentarer till Bryggan", "Håller med!",
         "«Kim Svar»"),
    ),
    "WordPress, one post's comments": (
        rss(
            "<title>Av: Kim Svar</title><link>https://w.example/?p=30#comment-5</link><dc:creator>Kim Svar</dc:creator>"
            f'{PUBLISHED}<guid isPermaLink="false">https://w.example/?p=30#comment-5</guid>'
            "<description><![CDATA[Trasig!]]></description>"
        ),
        ("https://w.example/?p=30#comment-5", "https://w.example/?p=30#comment-5", "", "Trasig!", "«Kim Svar»"),
    ),
    "podcast": (
        rss(
            f'<title>Avsnitt 7: bryggan</title><guid isPermaLink="false">rss:pod/eid/7</guid>{PUBLISHED}'
            '<link>https://pod.example/7</link><enclosure url="https://pod.example/7.mp3" type="audio/mpeg" length="1"/>'
            "<itunes:title>Bryggan</itunes:title><itunes:author>Småbypodden</itunes:author><itunes:duration>10:00</itunes:duration>"
            "<itunes:summary>Vi talar om bryggan.</itunes:summary><description>Vi talar.</description>"
            '<podcast:transcript url="/7.vtt" type="text/vtt"/>',
            "<itunes:owner><itunes:name>P</itunes:name><itunes:email>p@a.example</itunes:email></itunes:owner>",
        ),
        ("rss:pod/eid/7", "https://pod.example/7", "Avsnitt 7: bryggan", "Vi talar.", "«Småbypodden»"),
    ),
    "press room": (
        rss(
            "<title>Småby rustar bryggan</title><description>Arbetet börjar i mars.</description>"
            "<link>https://press.example/smaby/pressreleases/rustar-17?utm_source=rss&amp;utm_medium=rss&amp;"
            f"utm_campaign=Alert</link><guid>https://press.example/smaby/pressreleases/rustar-17</guid>{PUBLISHED}"
            "<dc:creator>Småby kommun</dc:creator>"
        ),
        ("https://press.example/smaby/pressreleases/rustar-17", "https://press.example/smaby/pressreleases/rustar-17",
         "Småby rustar bryggan", "Arbetet börjar i mars.", "«Småby kommun»"),
    ),
    "radio news": (
        atom(
            '<id>rss:radio.example/article/8928</id><title type="text">Bryggan &#8211; igen</title>'
            f'<summary type="html">&lt;p&gt;Den är trasig.&lt;/p&gt;</summary>{DATED}'
            '<link rel="self" href="https://api.radio.example/8928"/><link rel="alternate" href="https://radio.example/artikel/8928"/>'
            '<link rel="enclosure" type="image/jpeg" href="https://radio.example/8928.jpg"/>'
        ),
        ("rss:radio.example/article/8928", "https://radio.example/artikel/8928", "Bryggan – igen", "Den är trasig.", None),
    ),
    "Lemmy [K]": (
        rss(
            "<title>Bryggan</title><link>https://l.example/pictrs/1.jpg</link><comments>https://l.example/post/17</comments>"
            f"<guid>https://l.example/post/17</guid>{PUBLISHED}<dc:creator>https://l.example/u/kim</dc:creator>"
            '<description><![CDATA[submitted by <a href="https://l.example/u/kim">kim</a><p>Den är trasig.</p>]]></description>'
        ),
        ("https://l.example/post/17", "https://l.example/pictrs/1.jpg", "Bryggan", "Den är trasig.",
         "«https://l.example/u/kim»"),
    ),
}  # fmt: skip


def told(entry: Entry) -> Told:
    return entry.native_id, entry.url, entry.title, entry.text, entry.author


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_feed(kind: str) -> None:
    body, expected = KINDS[kind]
    parsed = parse(body)
    assert parsed.problems == ()
    (entry,) = parsed.entries
    assert told(entry) == expected
    assert entry.published == AT


@pytest.mark.parametrize("kind", KINDS)
def test_the_fast_reader_knows_it(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.collect.lenient.read", lambda _: pytest.fail("left to feedparser"))
    assert parse(KINDS[kind][0]).entries


def test_a_podcasts_transcript_is_told_of() -> None:
    parsed = parse(KINDS["podcast"][0])
    assert parsed.transcripts == {parsed.entries[0].id: ("https://smabybladet.example/7.vtt", "text/vtt")}
