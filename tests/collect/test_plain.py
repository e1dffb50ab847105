from __future__ import annotations

import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect.plain import MAX_LINE, MAX_TEXT, line, plain

MARKUP = re.compile(r"<[a-zA-Z/!?]")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Bryggan &amp; badet", "Bryggan & badet"),
        ("Bryggan &amp;amp; badet", "Bryggan & badet"),
        ("<p>Ett</p><p>Två</p>", "Ett\nTvå"),
        ("Ett<br/>Två<br>Tre", "Ett\nTvå\nTre"),
        ("<b>Små</b>by", "Småby"),
        ("<td>Ett</td><td>Två</td>", "Ett Två"),
        ("&lt;p&gt;Dubbelt &amp;ouml;versatt&lt;/p&gt;", "Dubbelt översatt"),
        ("&amp;lt;b&amp;gt;Tredubbelt&amp;lt;/b&amp;gt;", "Tredubbelt"),
        ("<![CDATA[Inne <i>i</i> lådan]]> ute", "Inne i lådan ute"),
        ("Före<script>alert('<b>')</script>efter", "Föreefter"),
        ("Före<STYLE type='a>b'>p { }</STYLE>efter", "Föreefter"),
        ("Före<script src='x'/>efter", "Föreefter"),
        ("Före<!-- <b>dolt</b> -->efter", "Föreefter"),
        ("Före<script>aldrig stängt", "Före"),
        ('<a title="a > b" href="x">länk</a>', "länk"),
        ("<img src=x onerror=alert(1)>Text", "Text"),
        ('Snö <img alt="❄" src="snow.png"> i dag', "Snö ❄ i dag"),
        ('<img alt="En lång bildtext" src="a.png">Text', "Text"),
        ("5 < 7 och 7 > 5", "5 < 7 och 7 > 5"),
        ("Jag <3 Småby", "Jag <3 Småby"),
        ("x <ycklare än väntat", "x < ycklare än väntat"),
        ('Avhuggen <a href="https://exa', "Avhuggen"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("Små\u00adby\u200b", "Småby"),
        ("vänd \u202etext\u202c", "vänd text"),
        ("trasig \ud83d", "trasig \ufffd"),
        ("nolla\x00 och\x07 pip", "nolla och pip"),
        ("många     blanksteg\u00a0här\n\n\n\noch rader", "många blanksteg här\noch rader"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        (17, "17"),
        (None, ""),
        (["en", "lista"], ""),
    ],
)
def test_plain(markup: object, text: str) -> None:
    assert plain(markup) == text


def test_a_line_is_one_line() -> None:
    assert line("<p>Ett</p>\n<p>Två</p>") == "Ett Två"


def test_length_is_bounded() -> None:
    assert len(plain("ord " * 100_000)) <= MAX_TEXT
    assert len(line("ord " * 100_000)) <= MAX_LINE


@given(
    st.lists(
        st.sampled_from(
            [
                "<",
                ">",
                "</",
                "<!--",
                "-->",
                "<![CDATA[",
                "]]>",
                "<script",
                "</script",
                "<p",
                "<b>",
                "<x",
                "&lt;",
                "&amp;",
                "&",
                "&#60",
                "&#x3c;",
                '"',
                "'",
                " ",
                "=",
                "/",
                "a",
                "ö",
                "\n",
                "&amp;lt;",
                "lt;",
                "script>",
                "<?",
                "\x00",
            ]
        ),
        max_size=60,
    ).map("".join)
    | st.text()
)
def test_no_markup_ever_comes_out_and_once_is_enough(markup: str) -> None:
    text = plain(markup)
    assert not MARKUP.search(text)
    assert text == text.strip()
    assert "\x00" not in text


@given(st.text(st.characters(exclude_characters="<&"), max_size=60), st.integers(1, 80))
def test_text_without_markup_goes_the_short_way_to_the_same_end(text: str, limit: int) -> None:
    assert plain(text, limit) == plain(f"{text}<!-- -->", limit)


@pytest.mark.parametrize(
    "unit",
    [
        "<b a='1'><p>",
        "<",
        "<a ",
        '<a "',
        "<a '\"<a ",
        "<script>",
        "</script",
        "<!",
        "<!--",
        "<![CDATA[",
        "&",
        "&#1",
        "<zz a='",
        "á̖",
        "&lt;",
        "&amp;amp;",
    ],
)
def test_hostile_markup_takes_no_longer_than_its_length_allows(unit: str) -> None:
    began = perf_counter()
    plain(unit * (400_000 // len(unit)))
    assert perf_counter() - began < 5  # 0.1 to 0.4 s; a quadratic reader needs minutes
