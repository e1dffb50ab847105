"""Whatever others have written, a document of it is made, says it, and does nothing else."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from pipelines.reports import blocks, document
from tests.pdf import words

WHEN = datetime(2026, 11, 22, 14, 5, tzinfo=ZoneInfo("Europe/Stockholm"))
MARKUP = (
    '#panic("x") #read("/etc/passwd") #import "@preview/a:1.0.0" $ x $ _kursiv_ *fet* <etikett> @hänvisning',
    "= Rubrik\n- punkt\n+ steg\n/ ord: sak\n`kod` ```rå``` \\ // kommentar /* mer",
    '"] #sys.inputs {{ x }} </svg> #[',
)


def made(*told: blocks.Block, title: str = "Rapport") -> bytes:
    return document.render(told, title=title, when=WHEN)


def post(text: str, language: str = "sv") -> blocks.Posts:
    return blocks.Posts((blocks.Post(text, (text, "i dag"), text, language, "https://bevakning.example/inlagg/1"),))


@pytest.mark.parametrize("text", MARKUP)
def test_text_is_shown_and_never_run(text: str) -> None:
    read = words(made(blocks.Text(text), post(text), title=text[:60]))
    for word in text.split():
        assert word in read


@pytest.mark.parametrize(
    "text",
    [
        "مرحبا بالعالم שלום",
        "😀👨‍👩‍👧🇸🇪👍🏽 漢字 አማርኛ 𒀀",
        "\x00\x07\ud800\ue000\ufffe\ufeff\U000f0000\u202e",
        "x" * 10_000,
        "ett ord " * 1_250,
        "".join(chr(0x4E00 + number) for number in range(400)),
        "",
        "\xad\u200b\u3164\ufe0f",
    ],
)
def test_any_text_makes_a_document(text: str) -> None:
    made_of = made(blocks.Text(f"före {text} efter"), post(text, "ar"), blocks.Table("T", ("H",), ((text,),)))
    read = words(made_of)
    assert "före" in read
    assert "efter" in read


def test_signs_that_cannot_be_written_are_marked_and_the_mark_is_explained() -> None:
    assert document.NOTE.split()[0] in words(made(blocks.Text("\ue000 i texten")))
    assert document.LACKING not in words(made(blocks.Text("å ä ö – ” é ł")))


def test_a_word_longer_than_the_line_stays_on_the_page() -> None:
    read = words(made(blocks.Text("abcdefghij" * 100 + "SLUT")))
    assert "SLUT" in re.sub("[\n\u200b]", "", read)


def test_it_is_an_archive_copy_in_swedish_with_title_and_date() -> None:
    told = made(blocks.Heading("Siffror"), blocks.Table("Tal", ("Vad", "Antal"), (("Inlägg", "3"),), (1,)))
    assert b"<pdfaid:part>2</pdfaid:part>" in told
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in told
    assert b"<pdfuaid:part>1</pdfuaid:part>" in told
    assert b"/Lang(sv-SE)" in told
    assert b"<xmp:CreateDate>2026-11-22T13:05:00+00:00" in told


def test_a_clock_that_counts_parts_of_seconds_dates_a_document_all_the_same() -> None:
    assert document.render([], title="x", when=WHEN.replace(microsecond=7)).startswith(b"%PDF")


def test_the_same_told_at_the_same_time_is_the_same_file() -> None:
    assert made(blocks.Text("a")) == made(blocks.Text("a"))
    later = document.render([blocks.Text("a")], title="Rapport", when=WHEN + timedelta(1))
    assert later != made(blocks.Text("a"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.text(max_size=60))
def test_no_text_can_hinder_a_document(text: str) -> None:
    assert made(blocks.Text(text), post(text, text[:3]), title=text).startswith(b"%PDF-1.7")
