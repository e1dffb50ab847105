from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.language import detect


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kommunen har fortfarande inte svarat på mitt mejl", "sv"),
        ("The school in Tumba was closed for three days", "en"),
        ("Tumban koulu on todella hyvä paikka lapsille", "fi"),
        ("Fittja'daki okul çok güzel, teşekkürler", "tr"),
        ("هذه المدرسة جيدة جدا والمعلمون رائعون", "ar"),
        ("این مدرسه خیلی خوب است", "fa"),
        ("Szkoła w Tumbie jest bardzo dobra", "pl"),
        ("Waxaan jeclahay dugsiga Fittja aad iyo aad", "so"),
        ("Это очень хорошая школа для детей", "ru"),
        ("ܒܪܝܟ ܨܦܪܐ ܠܟܘܢ ܟܠܗܘܢ", "arc"),
        ("Jeg er meget glad for den nye skole, tak til alle lærere", "da"),
        ("Glassbil med köttbullar på torget, elva sorter", "sv"),
        ("Er ist schön und groß, mit dem neuen Park für alle", "de"),
        ("i love the köttbullar they serve at the station", "en"),
        ("Bussen til Malmö er forsinket på grunn av vær i fjellet, sier sjåføren", "no"),
    ],
)
def test_clear_texts(text: str, code: str) -> None:
    assert detect(text, None, "sv").code == code


@pytest.mark.parametrize(
    "text", ["", "Hej hej", "ok!", "😀😀", "https://a.example/the/best/of/all", "#the #best #of #all @anna"]
)
def test_too_short_takes_the_declared_language_or_the_default(text: str) -> None:
    assert detect(text, None, "sv").code == "sv"
    assert detect(text, "en-GB", "sv").code == "en"
    assert detect(text, "nb", "sv").code == "no"


@pytest.mark.parametrize("declared", ["", "und", "x-klingon-7", "svenska språket", "zxx"])
def test_a_declaration_that_is_no_language_counts_for_nothing(declared: str) -> None:
    assert detect("Hej hej", declared, "sv").code == "sv"


def test_a_declaration_that_lies_is_not_believed() -> None:
    assert detect("Vi har väntat på besked sedan i höstas och ingen svarar", "en", "sv").code == "sv"
    assert detect("Nobody answers the phone at the town hall", "sv", "sv").code == "en"


@pytest.mark.parametrize(
    "text", ["Fin park i Tumba centrum", "Bra personal på Allé", "Tumba torg lördag fest mat musik"]
)
def test_close_calls_between_neighbours_stay_at_home(text: str) -> None:
    assert detect(text, None, "sv").code == "sv"


@given(st.text(), st.one_of(st.none(), st.text(max_size=8)))
def test_any_text_has_a_language(text: str, declared: str | None) -> None:
    language = detect(text, declared, "sv")
    assert language.code
    assert 0 <= language.confidence <= 1
    assert language.reason
