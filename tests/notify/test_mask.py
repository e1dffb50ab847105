"""What leaves the system holds nobody's number, address, account or name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.config import load
from pipelines.notify.mask import ACCOUNT, ADDRESS, COMMON_WORDS, LINK, MAIL, NAME, NUMBER, known_words, mask
from sentiment.cues import cues

KNOWN = known_words(load(Path(__file__).parents[2] / "config" / "botkyrka"))
FIRST_NAMES = sorted(cue.text.capitalize() for name in ("first_name", "first_name_more") for cue in cues(name))
AROUND = st.text(st.characters(categories=["L", "P", "Z"], exclude_characters="@"), max_size=20)
NUMBERS = (
    "070-174 06 05", "0701740606", "+46 70 174 06 07", "+46 (0)70-1740608", "0046701740609", "070 174 06 10",
    "070.174.06.11", "070/174 06 12", "08-465 004 00", "08 465 004 01", "(08) 465 00 402",
    "20120517-2384", "201205172384", "120517-2384", "1205172384", "120517 2384", "19 450517-2384", "120517+2384",
    "2012-05-17-2384", "2012-05-17 2384", "120577-2384", "120517-XXXX", "20120517-****",
)  # fmt: skip


@given(AROUND, st.sampled_from(NUMBERS), AROUND)
def test_nothing_of_a_personal_number_or_phone_number_survives(before: str, number: str, after: str) -> None:
    assert not re.search(r"\d", mask(f"{before}{number}{after}"))


@given(st.integers(10**6, 10**12), st.text("-– ./()·_,", min_size=0, max_size=2))
def test_digits_set_apart_are_still_a_number(digits: int, between: str) -> None:
    left = mask(f"nummer {between.join(f'0{digits}')} slut")
    assert not re.search(r"\d", left)


@given(AROUND, st.emails(), AROUND)
def test_no_mail_address_survives(before: str, address: str, after: str) -> None:
    assert address not in mask(f"{before} {address} {after}")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Skriv till anna@skola.example nu", f"Skriv till {MAIL} nu"),
        ("Skriv till anna (at) skola.example", f"Skriv till {MAIL}"),
        ("Fråga @anna_i_7b", f"Fråga {ACCOUNT}"),
        ("Se https://social.example/@anna/1 här", f"Se {LINK} här"),
        ("Hon bor på Påhittade vägen 12 B nu", f"Hon bor på {ADDRESS} nu"),
        ("hon bor på påhittsgatan 4", f"hon bor på {ADDRESS}"),
    ],
)
def test_addresses_and_accounts(text: str, shown: str) -> None:
    assert mask(text) == shown


@given(
    st.sampled_from(FIRST_NAMES),
    st.sampled_from(
        ["{} i 7B är elak", "Eleven {} slutar", "min son {} är ledsen", "Barnet heter {}.", "flickan, {}, 9 år"]
    ),
)
def test_a_first_name_beside_a_child_never_leaves(name: str, sentence: str) -> None:
    assert name.lower() not in mask(sentence.format(name), KNOWN).lower().split()
    assert NAME in mask(sentence.format(name), KNOWN)


@given(st.sampled_from([one.text for one in cues("first_name")]))
def test_nor_without_its_capital_letter(name: str) -> None:
    for sentence in ("alla i 7b hatar {} nu", "vi garvar på {} i 7b"):
        assert (name in COMMON_WORDS) == (NAME not in mask(sentence.format(name), KNOWN))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grannen Nils Testman klagar.", f"Grannen {NAME} klagar."),
        ("Enligt Testa Provsson är det fel.", f"Enligt {NAME} är det fel."),
        ("Läraren Testman slog till.", f"Läraren {NAME} slog till."),
        ("Vi hörde att Provsson är gripen.", f"Vi hörde att {NAME} är gripen."),
        ("Xanadu, 9, blev slagen.", f"{NAME}, 9, blev slagen."),
        ("Xanadu, en flicka i sexan, blev slagen.", f"{NAME}, en flicka i sexan, blev slagen."),
        ("Kompisen Xanadu i klassen blev slagen.", f"Kompisen {NAME} i klassen blev slagen."),
        ("Annas mobil", f"{NAME} mobil"),
        ("Anna-Lisa von Testman kom", f"{NAME} kom"),
        ("ANNA TESTMAN ÄR FUL", f"{NAME} ÄR FUL"),
        ("Anna Testman Wins The Big Prize", f"{NAME} Wins The Big Prize"),
    ],
)
def test_private_persons_are_masked(text: str, shown: str) -> None:
    assert mask(text, KNOWN) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Kommunalrådet Testa Provsson (S) vill bygga i Tumba.",
        "Statsminister Nils Testman besökte Hallunda.",
        "Svenska Dagbladet skriver om Region Stockholm och Botkyrka kommun.",
        "Elever på Fittjaskolan har fått en ny skolgård i Norsborg.",
        "Barnen i Kalmar åker till Tullinge gymnasium.",
        "Max 20 personer får plats. Per capita är det mer.",
        "Rektorn berättar att skolan stänger.",
        "Öppet 10.00–14.00 den 2026-11-21, budget 12 345 678 kronor åren 2024–2026.",
        "Lagen (1998:112), 40 procent, 350 elever, väg 73 och 114 14.",
        "Botkyrka Library Opens A New Reading Room",
        "",
    ],
)
def test_institutions_offices_dates_and_amounts_stay(text: str) -> None:
    assert mask(text, KNOWN) == text


@given(st.text(max_size=300))
def test_any_text_can_be_masked_and_masked_again(text: str) -> None:
    once = mask(text, KNOWN)
    assert mask(once, KNOWN).count(NUMBER) == once.count(NUMBER)
