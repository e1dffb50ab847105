"""A search in words: its fields, dates and word forms, what it refuses and where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.catalogue import texts
from pipelines.forms import forms
from pipelines.query import All, Any, BadQuery, Not, Term
from pipelines.query.grammar import PROBLEMS
from pipelines.search import DEEPEST, FIELDS, FLAGGED, MOST_TERMS, Facet, InCase, Within, boxes, choices, understand
from pipelines.when import spell
from tests.builders import NOW, smaby

ZONE = smaby().zone


@pytest.mark.parametrize(
    ("search", "asks"),
    [
        ("ton:negativ", Facet("tone", "negative")),
        ("TON:Negativ", Facet("tone", "negative")),
        ("hållning:kritisk", Facet("stance", "critical")),
        ("avsikt:fråga", Facet("intent", "question")),
        ("slag:myndighet", Facet("kind", "official")),
        ("flagga:ja", FLAGGED),
        ("flagga:nej", Not(FLAGGED)),
        ("flagga:threat", Facet("flag", "threat")),
        ("enhet:nasviksskolan", Facet("unit", "nasviksskolan")),
        ('enhet:"Småby  bibliotek"', Facet("unit", "smaby-bibliotek")),
        ("källa:rikstidningen", Facet("source", "rikstidningen")),
        ("språk:svenska", Facet("language", "sv")),
        ("språk:en", Facet("language", "en")),
        ("ärende:öppet", InCase(True)),
        ("ärende:nej", Not(InCase(None))),
        ("larm:ja", Facet("alert", "ja")),
        ("rör:kommunen", Facet("about", "ja")),
        ("snö ELLER ton:positiv", Any((Term(("snö",)), Facet("tone", "positive")))),
        ("snö INTE larm:nej", All((Term(("snö",)), Not(Not(Facet("alert", "ja")))))),
        ("snö OCH plog", All((Term(("snö",)), Term(("plog",))))),
        ("https://smaby.example", Term(("https", "smaby", "example"))),
        ("Polisen: brand", All((Term(("polisen",)), Term(("brand",))))),
    ],
)
def test_what_a_search_asks(search: str, asks: object) -> None:
    assert understand(search, smaby(), NOW) == asks


@pytest.mark.parametrize(
    ("search", "problem", "at"),
    [
        ("snö ton:arg", "value", 8),
        ("enhet:näsvik", "value", 6),
        ("datum:häromdagen", "date", 6),
        ("datum:2026-02-30", "date", 6),
        ("snö författare:x", "field", 4),
        ("ton:", "no-value", 0),
        ('enhet:"', "quotation", 6),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), "deep", DEEPEST),
        ("a " * (MOST_TERMS + 1), "many", 0),
        ("x" * 10_000, "long", 1_000),
    ],
)
def test_a_mistake_points_at_its_place(search: str, problem: str, at: int) -> None:
    with pytest.raises(BadQuery) as caught:
        understand(search, smaby(), NOW)
    assert (caught.value.problem, caught.value.at) == (problem, at)


def test_a_value_that_is_not_known_brings_those_that_are_near() -> None:
    with pytest.raises(BadQuery) as caught:
        understand("enhet:näsvik", smaby(), NOW)
    assert "Näsviksskolan" in str(caught.value)


def test_every_mistake_is_said_in_swedish_too() -> None:
    said = texts()["query_problem"]
    assert set(said) == set(PROBLEMS)
    for problem, english in PROBLEMS.items():
        given = dict.fromkeys(("most", "least", "found", "field", "known"), "x")
        assert said[problem].format(**given) and english.format(**given)


def test_no_field_is_about_who_wrote() -> None:
    assert set(FIELDS) == {
        "enhet", "ton", "hållning", "avsikt", "flagga", "källa", "slag", "datum", "språk", "ärende", "larm", "rör"
    }  # fmt: skip
    for name in ("författare", "skribent", "author", "konto", "användare", "av", "från", "namn"):
        with pytest.raises(BadQuery) as caught:
            understand(f"{name}:pabcdef", smaby(), NOW)
        assert caught.value.problem == "field"


def test_every_example_of_a_field_can_be_searched_for() -> None:
    for name in FIELDS:
        for value in choices(name, smaby()):
            understand(f'{name}:"{value}"', smaby(), NOW)


def test_three_boxes() -> None:
    every, none = Term(("snö",)), Not(Any((Term(("fotboll",)),)))
    assert boxes("snö !", "", "fotboll") == All((every, none))
    assert boxes("", 'södra "skolan" (a)*', "") == All((Term(("södra", "skolan", "a"), exact=True),))
    assert boxes("NOT ton:arg", "", "") == All((Term(("not",)), Term(("ton", "arg"))))
    assert boxes(" ", "--", "?!") is None
    with pytest.raises(BadQuery):
        boxes("", "ord " * 13, "")


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("idag", "2026-11-21", "2026-11-21"),
        ("igår", "2026-11-20", "2026-11-20"),
        ("vecka", "2026-11-16", "2026-11-22"),
        ("månad", "2026-11-01", "2026-11-30"),
        ("7d", "2026-11-15", "2026-11-21"),
        ("v47", "2026-11-16", "2026-11-22"),
        ("v48", "2025-11-24", "2025-11-30"),
        ("v53", "2020-12-28", "2021-01-03"),
        ("2026-v1", "2025-12-29", "2026-01-04"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("2026-11-03", "2026-11-03", "2026-11-03"),
        ("2026-11-03..igår", "2026-11-03", "2026-11-20"),
        ("2026-10..v47", "2026-10-01", "2026-11-22"),
        ("2026-10..", "2026-10-01", None),
        ("..2026-10", None, "2026-10-31"),
    ],
)
def test_dates_as_they_are_written(value: str, first: str | None, last: str | None) -> None:
    def midnight(day: str, later: int = 0) -> datetime:
        return datetime.fromisoformat(day).replace(tzinfo=ZONE) + timedelta(days=later)

    expected = (first and midnight(first), last and midnight(last, 1))
    assert spell(value, NOW, ZONE) == expected
    if first and last and ".." not in value:
        assert understand(f"datum:{value}", smaby(), NOW) == Within(*expected)


@pytest.mark.parametrize(
    "value", ["", "..", "v0", "v54", "0d", "9999-12-31", "9999", "2026-13", "20261121", "٢٠٢٦", "9999d.."]
)
def test_what_is_no_date_is_none(value: str) -> None:
    assert spell(value, NOW, ZONE) is None or value == "9999d.."


@given(st.text(st.sampled_from("abdeglnorstäöå1"), min_size=1, max_size=12))
def test_the_shortest_form_begins_all_others(word: str) -> None:
    """On PostgreSQL a word is asked for by it."""
    shortest = min(forms(word), key=len)
    assert word in forms(word) and all(form.startswith(shortest) for form in forms(word))


@given(st.text(st.sampled_from("0123456789-v.d igår٣²"), max_size=14))
def test_any_text_is_a_time_or_none(value: str) -> None:
    found = spell(value, datetime(2026, 11, 21, tzinfo=UTC), ZONE)
    assert found is None or None in found or found[0] is not None


@pytest.mark.parametrize(
    "words",
    [
        "skola skolan skolans skolor skolorna",
        "elev elever eleven elevernas",
        "lärare läraren lärarna lärares",
        "möte mötet möten mötena",
        "hus huset husen",
        "kommun kommunen kommuner kommunernas",
        "bibliotek biblioteket biblioteken",
        "buss bussar bussen",
        "klaga klagar klagade klagat",
        "stor stora stort",
        "äldreboende äldreboendet äldreboenden",
    ],
)
def test_a_word_is_found_by_any_of_its_forms(words: str) -> None:
    for one in words.split():
        assert set(words.split()) <= set(forms(one)), one


@pytest.mark.parametrize(
    ("word", "other"), [("brand", "brant"), ("plan", "plats"), ("skola", "skolgård"), ("stad", "stat"), ("v47", "v4")]
)
def test_another_word_is_another(word: str, other: str) -> None:
    assert other not in forms(word)
