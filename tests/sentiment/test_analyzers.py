from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.analyzers import SwedishAnalyzer, tone_of
from sentiment.types import MOST_LETTERS

SUITE = [line.split("\t") for line in (Path(__file__).parent / "tone.tsv").read_text("utf-8").splitlines()[1:]]
ANALYZER = SwedishAnalyzer()
FLOOR = 0.8
"""Of each phenomenon; the suite is ours, so less is a step back and not bad luck."""
WHOLE_FLOOR = 0.95


def label(text: str, kind: str | None = "microblog") -> str:
    return ANALYZER.tone(text, kind).label


def polarity(text: str, kind: str | None = "microblog") -> float:
    return ANALYZER.tone(text, kind).polarity


def test_suite_by_phenomenon() -> None:
    right: dict[str, list[bool]] = defaultdict(list)
    for phenomenon, source, expected, text in SUITE:
        right[phenomenon].append(label(text, source) == expected)
    low = {name: hits for name, hits in right.items() if len(hits) > 3 and sum(hits) < FLOOR * len(hits)}
    assert not low
    every = [hit for hits in right.values() for hit in hits]
    assert sum(every) >= WHOLE_FLOOR * len(every)


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("Det är inte bra", "Det är bra"),
        ("Det är dåligt", "Det är inte dåligt"),
        ("Personalen är bra", "Personalen är jättebra"),
        ("Jag gillar inte förslaget", "Jag gillar förslaget"),
        ("Maten är god men lokalen är smutsig", "Lokalen är smutsig men maten är god"),
        ("Ganska trevligt bemött", "Mycket trevligt bemött"),
        ("Det vore bra med en bänk", "Det är bra med en bänk"),
        ("Snyggt jobbat 🙄", "Snyggt jobbat"),
        ("En ”trevlig” upplevelse", "En trevlig upplevelse"),
        ("Varken snyggt eller praktiskt", "Både snyggt och praktiskt"),
        ("Skolan har problem", "Skolan har inga problem"),
        ("Toppen 😡", "Toppen 😍"),
        ("Mobbning i Tumba", "Tillsammans mot mobbning i Tumba"),
        ("Ingen skadades i olyckan", "Inga köer i receptionen"),
    ],
)
def test_minimal_pairs(lower: str, higher: str) -> None:
    assert polarity(lower) < polarity(higher)


@pytest.mark.parametrize("word", ["bemötande", "service", "nej", "sophämtning", "skola", "bra många", "gott om plats"])
def test_topics_are_no_evaluations(word: str) -> None:
    tone = ANALYZER.tone(f"Det handlar om {word} i kommunen")
    assert not [part for part in tone.parts if part.span is not None]


def test_the_kind_of_source_sets_what_is_usual() -> None:
    text = "Det tog två veckor innan vi fick beskedet om förskolan"
    assert polarity(text, "news") == 0
    assert {part.name for part in ANALYZER.tone(text, "review").parts} >= {"källans vana: omdömen", "textens längd"}


def test_praise_that_sells_counts_for_little_and_says_so() -> None:
    tone = ANALYZER.tone("Fantastiska priser, köp nu!", "social")
    assert 0 < tone.polarity < polarity("Fantastiska priser!", "social") / 2
    assert all(part.name.endswith("(i reklam)") for part in tone.parts)


def test_confidence_grows_with_the_evidence() -> None:
    weak, strong = ANALYZER.tone("Helt okej"), ANALYZER.tone("Fantastiskt, underbart, älskar det! Tack!")
    assert weak.confidence < strong.confidence


@given(st.text(), st.sampled_from([None, "news", "microblog", "review"]))
def test_any_text_gets_an_explained_tone(text: str, kind: str | None) -> None:
    tone = ANALYZER.tone(text, kind)
    assert -1 <= tone.polarity <= 1
    assert 0 <= tone.confidence <= 1
    total = sum(part.value for part in tone.parts)
    assert tone.polarity == pytest.approx(max(-1.0, min(1.0, total)))
    for part in tone.parts:
        assert part.name
        assert part.span is None or text[part.span.start : part.span.end] == part.span.text


WORDS = [
    "inte",
    "bra",
    "dåligt",
    "men",
    "utan",
    "”",
    "!",
    "?",
    "😡",
    "❤️",
    "bara",
    "inga problem",
    "mot mobbning",
    ".",
    "\n",
]


@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_every_mixture_of_rules_adds_up(words: list[str]) -> None:
    text = " ".join(words)
    tone = ANALYZER.tone(text, "microblog")
    assert tone.polarity == pytest.approx(max(-1.0, min(1.0, sum(part.value for part in tone.parts))))
    assert all(part.span is None or text[part.span.start : part.span.end] == part.span.text for part in tone.parts)


@pytest.mark.parametrize(
    "junk", ["a", "bra ", "inte ", "men bra ", "”bra” ", "😡", "inte bra eller ", "\ud800", "\u200f", "utan "]
)
def test_time_is_bounded(junk: str) -> None:
    begin = time.process_time()
    ANALYZER.tone(junk * (1_000_000 // len(junk)), "microblog")
    assert time.process_time() - begin < 3


def test_what_stands_far_behind_is_not_read() -> None:
    text = "x " * MOST_LETTERS + "fantastiskt"
    assert not [part for part in ANALYZER.tone(text, "news").parts if part.name == "fantastiskt"]


@pytest.mark.parametrize("language", ["fi", "tr", "ar", "xx"])
def test_no_invented_scores_for_languages_that_nobody_measured(language: str) -> None:
    tone = tone_of("Tämä on todella hyvä koulu", language)
    assert (tone.label, tone.polarity, tone.parts) == ("unsure", 0.0, ())


def test_short_norwegian_and_danish_are_read_as_swedish_and_longer_ones_are_not() -> None:
    assert tone_of("takk for hjelpen!", "no").label == "positive"
    assert tone_of("Toget er forsinket igen, elendigt", "da").label == "negative"
    long = "Jeg er meget glad for den nye skole og alle de lærere, der hjælper os"
    assert tone_of(long, "da").label == "unsure"


def test_swedish_without_its_dots_is_read_as_swedish() -> None:
    assert ANALYZER.tone("det ar sa daligt skott pa var skola", "microblog").label == "negative"
    assert ANALYZER.tone("basta forskolan nar man ar ny har", "microblog").label == "positive"


def test_a_plain_question_is_no_complaint() -> None:
    assert ANALYZER.tone("Hur är bullret vid den nya vägen?", "forum").label == "neutral"
    assert ANALYZER.tone("Hur svårt kan det vara att sanda?", "forum").label == "negative"


def test_praise_for_a_nuisance_is_irony() -> None:
    assert ANALYZER.tone("Så generöst att bjuda på kallvatten i duschen", "microblog").polarity < 0
    assert ANALYZER.tone("Tack för att ni fixade kallvattnet i duschen", "microblog").label == "positive"


def test_the_package_and_swedish_tone_need_no_textblob() -> None:
    code = (
        "import sys; from sentiment.analyzers import tone_of; from sentiment.language import detect;"
        "tone_of('Bra jobbat', detect('Det är inte bra att vänta', None, 'sv').code);"
        "sys.exit(bool({'textblob', 'nltk', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2]).returncode == 0
