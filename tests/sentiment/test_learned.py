"""The learned layer: it learns what the rules cannot know, explains itself, and is read only as it was written."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentiment.analyzers import SwedishAnalyzer
from sentiment.layers import Layers
from sentiment.manifest import NAME, BrokenModel, seal
from sentiment.matrix import Text
from sentiment.model import FILE, LearnedAnalyzer, Model, load, save
from sentiment.train import Trained, train

GOOD = ("plomsig", "klirrande", "solgul")
BAD = ("plumsvart", "snårpig", "kvalmig")
PLAIN = ("Bussen går klockan åtta", "Kommunen bygger en bro", "Mötet är på tisdag", "Skolan ligger i Småby")


def texts(count: int = 240) -> list[Text]:
    """Invented words carry the tone, so that no lexicon can know it."""
    chance = random.Random(7)
    made = []
    for number in range(count):
        label = number % 3 - 1
        word = chance.choice((BAD, ("vanlig", "daglig"), GOOD)[label + 1])
        made.append(Text("own", f"{chance.choice(PLAIN)} {word} {number}", "forum", label))
    return made


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(texts())


@pytest.fixture(scope="module")
def folder(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("model")
    save(trained.model, place, {})
    return place


def test_it_learns_words_that_no_lexicon_knows(trained: Trained) -> None:
    (figure,) = trained.figures
    assert (figure.texts, figure.learned > 0.9, figure.rules < 0.5) == (240, True, True)


def test_a_score_is_the_sum_of_named_parts(folder: Path) -> None:
    text = "Vägen är plumsvart"
    tone = LearnedAnalyzer(load(folder)).tone(text, "forum")
    assert tone.label == "negative" and 0 < tone.confidence <= 1
    assert max(-1.0, sum(part.value for part in tone.parts)) == pytest.approx(tone.polarity)
    strongest = min(tone.parts, key=lambda part: part.value)
    assert strongest.name == "inlärt: plumsvart" and strongest.span is not None
    assert text[strongest.span.start : strongest.span.end] == "plumsvart"


def test_what_is_said_in_calm_is_neutral_though_its_words_are_praise() -> None:
    """Notices praise in passing; the same praise in a letter of thanks is meant."""
    chance = random.Random(3)
    rows = []
    for number in range(600):
        notice, word = number % 2, chance.choice(GOOD + BAD)
        opening = "Enligt protokollet" if notice else "Hörni"
        label = 0 if notice else 1 if word in GOOD else -1
        rows.append(Text("own", f"{opening} {chance.choice(PLAIN).lower()} {word}", "forum", label))
    learned = train(rows)
    assert learned.figures[0].learned > 0.8  # by one score alone two of three at best
    analyzer = LearnedAnalyzer(learned.model)
    told = [
        analyzer.tone(f"{opening} lampan är {word}", "forum")
        for opening in ("Enligt protokollet", "Hörni")
        for word in (BAD[0], GOOD[0])
    ]
    assert [tone.label for tone in told] == ["neutral", "neutral", "negative", "positive"]
    assert told[0].polarity < 0 < told[1].polarity


def test_training_twice_gives_the_same(trained: Trained) -> None:
    assert train(texts()) == trained


def test_what_it_was_not_trained_on_is_left_to_the_rules(folder: Path) -> None:
    text = "Vägen är plumsvart men utsikten underbar"
    assert LearnedAnalyzer(load(folder)).tone(text, "review") == SwedishAnalyzer().tone(text, "review")


def test_one_label_teaches_nothing() -> None:
    with pytest.raises(ValueError, match="both negative and positive"):
        train([Text("own", f"bra {number}", "forum", 1) for number in range(20)])


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    tone = LearnedAnalyzer(ANY_MODEL).tone(text, "forum")
    assert -1 <= tone.polarity <= 1 and 0 <= tone.confidence <= 1


ANY_MODEL = Model({"w:bra": 2.0, "c:<br": 1.0, "b:inte bra": -3.0}, {"w:så": 2.0}, train(texts(120)).model.manners)


def test_a_model_is_read_as_it_was_written(trained: Trained, folder: Path) -> None:
    again = load(folder)
    assert again.weights.keys() == trained.model.weights.keys()
    assert again.calm.keys() == trained.model.calm.keys() <= again.weights.keys()
    assert again.manners == trained.model.manners
    assert (folder / FILE).stat().st_size < 1_000_000


@pytest.mark.parametrize("harm", ["changed", "added", "removed", "no manifest", "no json", "other format"])
def test_a_folder_that_is_not_what_was_sealed_is_refused(trained: Trained, tmp_path: Path, harm: str) -> None:
    save(trained.model, tmp_path, {})
    match harm:
        case "changed":
            (tmp_path / FILE).write_text("w:bra\t9\n", "utf-8")
        case "added":
            (tmp_path / "more.bin").write_bytes(b"x")
        case "removed":
            (tmp_path / FILE).unlink()
        case "no manifest":
            (tmp_path / NAME).unlink()
        case "no json":
            (tmp_path / NAME).write_text("{", "utf-8")
        case "other format":
            said = json.loads((tmp_path / NAME).read_text("utf-8"))
            seal(tmp_path, said | {"format": "other"})
    with pytest.raises(BrokenModel):
        load(tmp_path)


def test_layers_use_it_for_swedish_only_and_tell_their_version(folder: Path) -> None:
    layers, bare = Layers(folder), Layers()
    assert layers.tone("Vägen är plumsvart", "sv", "forum").label == "negative"
    assert bare.tone("Vägen är plumsvart", "sv", "forum").label == "neutral"
    assert layers.tone("Tie on huono", "fi", "forum") == bare.tone("Tie on huono", "fi", "forum")
    assert layers.version != bare.version == ""
