"""Watch terms: the grammar, where it errs, and what holds for a text."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.query import All, Any, BadQuery, Not, Query, Term, Words, ask, holds_for_silence, parse


def found(query: str, text: str) -> tuple[str, ...] | None:
    spans = ask(parse(query), Words(text))
    return None if spans is None else tuple(span.text for span in spans)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("skola", "En SKOLA i Småby", ("SKOLA",)),
        ("skola", "Skolan i Småby", None),
        ("skol*", "Skolan i Småby", ("Skolan",)),
        ("skola AND nedläggning", "Nedläggning av en skola", ("skola", "Nedläggning")),
        ("skola nedläggning", "Bara en skola", None),
        ("skola OR förskola", "En förskola", ("förskola",)),
        ("skola NOT fotboll", "En skola", ("skola",)),
        ("skola NOT fotboll", "En skola med fotboll", None),
        ("NOT NOT skola", "En skola", ()),
        ('"södra skolan"', "Den södra skolan brann", ("södra skolan",)),
        ('"södra skolan"', "Skolan i södra", None),
        ('"södra skol*"', "I södra skolgården", ("södra skolgården",)),
        ("a1 OR b2 AND c3", "a1", ("a1",)),
        ("(a1 OR b2) AND c3", "a1", None),
        ("(a1 OR b2) c3", "c3 b2", ("b2", "c3")),
        ("e-tjänst", "Vår e-tjänst ligger nere", ("e-tjänst",)),
        ("kök", unicodedata.normalize("NFD", "Nytt kök"), (unicodedata.normalize("NFD", "kök"),)),
        ("and", "and", ("and",)),
        ("skola", "", None),
        ("skola", "sko\u200bla", ("sko\u200bla",)),
        ("skola", "#skola", ("skola",)),
    ],
)
def test_what_holds_for_a_text(query: str, text: str, expected: tuple[str, ...] | None) -> None:
    assert found(query, text) == expected


@pytest.mark.parametrize(
    ("query", "at", "why"),
    [
        ("", 0, "missing"),
        ("skola AND", 9, "missing"),
        ("skola AND OR hus", 10, "before OR"),
        ("(skola", 0, "never closed"),
        ("skola)", 5, "never opened"),
        ("skola ()", 7, "before this parenthesis"),
        ('skola "södra', 6, "no partner"),
        ("sk*la", 2, "star"),
        ('"sk* la"', 3, "star"),
        ("s*", 0, "letters"),
        ("hej !!", 4, "no letters"),
        ("(" * 31 + "a" + ")" * 31, 30, "more than"),
        ("NOT " * 31 + "a", 120, "more than"),
        ("x" * 1001, 1000, "at most"),
        (f'"{"a " * 13}"', 0, "at most"),
    ],
)
def test_an_error_points_at_its_place(query: str, at: int, why: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(query)
    assert (caught.value.at, why in str(caught.value)) == (at, True), str(caught.value)


WORD = st.sampled_from(["skola", "brand", "södra", "vård"])
TREE = st.recursive(
    st.builds(
        lambda words, prefix: Term(tuple(words), prefix, exact=True),
        st.lists(WORD, min_size=1, max_size=2),
        st.booleans(),
    ),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(lambda parts: All(tuple(parts)), st.lists(inner, min_size=2, max_size=3))
        | st.builds(lambda parts: Any(tuple(parts)), st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=8,
)


def written(query: Query) -> str:
    match query:
        case Term(words, prefix, _):
            return f'"{" ".join(words)}{"*" if prefix else ""}"'
        case Not(part):
            return f"NOT ({written(part)})"
        case All(parts):
            return " AND ".join(f"({written(part)})" for part in parts)
        case Any(parts):
            return " OR ".join(f"({written(part)})" for part in parts)


def holds(query: Query, words: list[str]) -> bool:
    """The meaning, said as plainly as can be."""
    match query:
        case Term(sought, prefix, _):
            size = len(sought)
            windows = [words[at : at + size] for at in range(len(words) - size + 1)]
            return any(
                window[:-1] == list(sought[:-1])
                and (window[-1].startswith(sought[-1]) if prefix else window[-1] == sought[-1])
                for window in windows
            )
        case Not(part):
            return not holds(part, words)
        case All(parts):
            return all(holds(part, words) for part in parts)
        case Any(parts):
            return any(holds(part, words) for part in parts)


@given(TREE, st.lists(st.sampled_from(["skola", "skolan", "brand", "södra", "vård", "x"]), max_size=6))
def test_what_is_written_is_read_and_means_what_it_says(query: Query, words: list[str]) -> None:
    text = written(query)
    if len(text) > 1000:
        return
    assert parse(text) == query
    assert (ask(query, Words(" ".join(words))) is not None) == holds(query, words)
    assert holds_for_silence(query) == holds(query, [])


@given(st.text(st.sampled_from('ab* ()"ANDORT\u0301é😀'), max_size=40), st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_place(query: str, text: str) -> None:
    try:
        read = parse(query)
    except BadQuery as error:
        assert 0 <= error.at <= len(query)
    else:
        for span in ask(read, Words(text)) or ():
            assert text[span.start : span.end] == span.text


def test_junk_of_any_size_is_soon_asked() -> None:
    query = parse('"a a a a a a a a a a a b" OR skol* OR brand')
    began = time.perf_counter()
    for junk in ("a " * 500_000, "a" * 1_000_000, "(" * 1_000_000):
        assert ask(query, Words(junk)) is None
    assert time.perf_counter() - began < 3
