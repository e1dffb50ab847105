from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.cues import FOLDER, alternatives, beginnings, cues, lines, names
from sentiment.finder import Finder

EVERYTHING = Finder()


def found(text: str, cue: str) -> list[str]:
    return [hit.span.text for hit in Finder((cue,)).find(text)]


@pytest.mark.parametrize(
    ("text", "cue", "expected"),
    [
        ("Vi ska DÖDA den", "threat_deed", ["DÖDA"]),
        ("jag slår den jäveln ihjäl", "threat_deed", ["slår den jäveln ihjäl"]),
        ("tänder jag eld på huset", "threat_deed", ["tänder jag eld"]),
        ("tänder jag. Eld", "threat_deed", []),
        ("odödad", "threat_deed", []),
        ("en skolmordbrand", "crime_fire", []),
        ("mordbranden släcktes", "crime_fire", ["mordbranden"]),
        ("mordbranden släcktes", "crime_homicide_shooting", []),
        ("mordet utreds", "crime_homicide_shooting", ["mordet"]),
        ("hotellet var fint", "threat_report", []),
        ("ingen tom hotelse", "threat_phrase", ["ingen tom hotelse"]),
        ("för att döda tiden", "threat_deed", []),
        ("vi skjuter upp mötet", "threat_deed", []),
        ("nej tack", "thanks", []),
        ("ja, tack för hjälpen", "thanks", ["tack för"]),
        ("rubrik om döda\nden här hettan", "threat_deed", ["döda"]),
        ("#vma gäller", "warning", ["#vma"]),
    ],
)
def test_lists(text: str, cue: str, expected: list[str]) -> None:
    assert found(text, cue) == expected


@pytest.mark.parametrize(
    "text",
    [
        "h0ra",
        "h o r a",
        "h-o-r-a",
        "h.o.r.a",
        "h*ra",
        "hooooora",
        "HORA",
        "ho\u00adra",
        "ｈｏｒａ",
        "hоrа",
        "h\u200bora",
    ],
)
def test_tricks_are_seen_through_and_shown_as_written(text: str) -> None:
    assert found(f"din {text}!", "insult") == [text]


@pytest.mark.parametrize("text", ["p4 sänder", "väg e4", "b2b", "3 år", "a, b och c", "i o för sig", "5*5"])
def test_ordinary_digits_and_letters_are_no_tricks(text: str) -> None:
    assert found(text, "insult") == []


def test_the_longest_of_one_list_wins_and_lists_do_not_hide_each_other() -> None:
    hits = {
        (hit.cue, hit.span.text) for hit in Finder(("threat_phrase", "modality")).find("Han borde hängas offentligt")
    }
    assert ("modality", "borde") in hits
    assert ("threat_phrase", "Han borde hängas") in hits
    assert ("threat_phrase", "borde hängas") not in hits


def test_names_are_the_files() -> None:
    assert names() == {path.stem for path in FOLDER.glob("*.txt")}
    assert {"threat_deed", "slur", "warning", "report_verb"} <= names()


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(KeyError, match="no cue list"):
        Finder(("no_such_list",))


@pytest.mark.parametrize("name", sorted(names()))
def test_every_cue_of_every_list_is_found_by_its_own_list(name: str) -> None:
    taken_back = {cue.text for cue in cues(name) if cue.takes_back}
    finder = Finder((name,))
    for cue in cues(name):
        if cue.takes_back or any(back in cue.text or cue.text in back for back in taken_back):
            continue
        text = " ".join((cue.text, *(ways[0].strip("*") for ways in cue.rest)))
        assert finder.find(text), text


@pytest.mark.parametrize("name", sorted(names()))
def test_no_list_says_a_cue_twice(name: str) -> None:
    lines = [line for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines() if not line.startswith("# ")]
    assert len(lines) == len(set(lines)), sorted({line for line in lines if lines.count(line) > 1})


@pytest.mark.parametrize("name", sorted(names()))
def test_a_line_begins_as_all_that_it_can_say(name: str) -> None:
    for line in lines(name):
        said = {said for begun in beginnings(line.text) for said in alternatives(begun)}
        assert said == set(alternatives(line.text))


def test_alternatives_are_spelt_out_and_may_be_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made_up.txt").write_text("(jag|vi) ska (nog |)ta … (dig|er) … i*\n!vi ska ta dig i handen\n", "utf-8")
    monkeypatch.setattr("sentiment.cues.FOLDER", tmp_path)
    names.cache_clear()
    lines.cache_clear()
    try:
        finder = Finder(("made_up",))
        texts = (
            "Jag ska nog ta hand om er inatt",
            "vi ska ta dig i mörkret",
            "vi ska ta dig i handen",
            "vi ska ta. Dig i",
        )
        assert [bool(finder.find(text)) for text in texts] == [True, True, False, False]
    finally:
        names.cache_clear()
        lines.cache_clear()


@given(st.text())
def test_offsets_are_those_of_the_text(text: str) -> None:
    for hit in EVERYTHING.find(text):
        assert text[hit.span.start : hit.span.end] == hit.span.text


@given(st.text(alphabet="dö a\u0308\u200bh0*ra.-\n", max_size=80))
def test_tricky_texts_get_true_offsets(text: str) -> None:
    for hit in EVERYTHING.find(text):
        assert text[hit.span.start : hit.span.end] == hit.span.text
        assert hit.span.text.strip()


@pytest.mark.parametrize("junk", ["x", "a ", "*", "a*b ", "d ö ", "döda ", "slår ", "o\u0308", "0", "å\u200b", "hot"])
def test_time_is_bounded(junk: str) -> None:
    """Of the 50,000 characters that are read of any text: about a second, where a quadratic search takes minutes."""
    text = junk * (50_000 // len(junk))
    begin = time.process_time()
    EVERYTHING.find(text)
    assert time.process_time() - begin < 8
