from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.tokens import sentences, tokenize


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.norm) for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Åh, så fint!",
            [("word", "åh"), ("punctuation", ","), ("word", "så"), ("word", "fint"), ("punctuation", "!")],
        ),
        ("e-tjänsten", [("word", "e-tjänsten")]),
        ("KS:s beslut", [("word", "ks:s"), ("word", "beslut")]),
        ("kl. 10:30", [("word", "kl"), ("punctuation", "."), ("number", "10:30")]),
        ("3,5 %", [("number", "3,5"), ("punctuation", "%")]),
        ("#Skolstart @anna.k", [("hashtag", "#skolstart"), ("mention", "@anna.k")]),
        ("se https://a.example/x?y=1 nu", [("word", "se"), ("url", "https://a.example/x?y=1"), ("word", "nu")]),
        ("hej :) :-( <3 xD", [("word", "hej"), *[("emoticon", face) for face in (":)", ":-(", "<3", "xD")]]),
        ("👍🏽❤️", [("emoji", "👍"), ("emoji", "❤")]),
        ("👩‍👩‍👧🇸🇪", [("emoji", "👩👩👧"), ("emoji", "🇸🇪")]),
        ("no\u0308jd", [("word", "nöjd")]),
        ("sko\u00adlan", [("word", "skolan")]),
        ("hej???!!", [("word", "hej"), ("punctuation", "???!!")]),
    ],
)
def test_pieces(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_elongation_is_kept_beside_its_normal_form() -> None:
    (token,) = tokenize("Braaaaa")
    assert (token.text, token.norm, token.elongated) == ("Braaaaa", "bra", True)
    assert not tokenize("tillfälle")[0].elongated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Först detta. Sedan det!", ["Först detta.", "Sedan det!"]),
        ("Möte kl. 18 i aulan. Välkomna", ["Möte kl. 18 i aulan.", "Välkomna"]),
        ("T.ex. en park, m.m. som saknas.", ["T.ex. en park, m.m. som saknas."]),
        ("Rubrik\nText följer. Mer", ["Rubrik", "Text följer.", "Mer"]),
        ("”Varför då?” frågade hon. Ingen svarade.", ["”Varför då?” frågade hon.", "Ingen svarade."]),
        ("Vänta... Nej", ["Vänta...", "Nej"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [span.text for span in sentences(text)] == expected


@given(st.text())
def test_offsets_are_those_of_the_text(text: str) -> None:
    for token in tokenize(text):
        assert text[token.start : token.end] == token.text
    end = 0
    for span in sentences(text):
        assert text[span.start : span.end] == span.text
        assert span.start >= end
        end = span.end


@given(st.text(alphabet="ab .!?\n", max_size=60))
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(span.text for span in sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "junk", ["a", "å-", "!", ":", "@a.", "#", "1.", "😀\u200d", ". ", "a'", "<", "\ud800", "(:", "a:s"]
)
def test_time_is_bounded(junk: str) -> None:
    text = junk * (300_000 // len(junk))
    begin = time.process_time()
    tokenize(text)
    sentences(text)
    assert time.process_time() - begin < 6
