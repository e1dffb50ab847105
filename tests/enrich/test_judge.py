"""The judge and the rules together: what is kept, raised, dropped, and how it is explained."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.config import load
from pipelines.enrich.assess import Assessor
from pipelines.enrich.judge import NAME, PATH, Judge
from pipelines.enrich.settle import RULE
from pipelines.types import Assessment, Kind
from sentiment.classifier import load as load_weights
from tests.builders import entry

CONFIG = Path(__file__).resolve().parents[2] / "config" / "botkyrka"


@cache
def _assessor() -> Assessor:
    return Assessor(load(CONFIG))


@pytest.fixture
def assessor() -> Assessor:
    return _assessor()


def told(assessor: Assessor, text: str, kind: Kind = "social", title: str = "") -> Assessment:
    return assessor.assess(entry(text=text, title=title, kind=kind))


@pytest.mark.parametrize(
    "text",
    [
        "Tre veckor utan varmvatten på Tumba gymnasium och ingen som ringer tillbaka.",
        "Två timmar i kö hos bygglov i Botkyrka, sen bröts samtalet. Tredje gången den här veckan.",
    ],
)
def test_blame_without_a_word_of_blame(assessor: Assessor, text: str) -> None:
    found = told(assessor, text)
    assert (found.tone.label, found.stance.label, found.intent) == ("negative", "critical", "criticism")


def test_a_tone_is_the_sum_of_its_parts(assessor: Assessor) -> None:
    for text in ("Personalen på Hallunda bibliotek ringde upp samma eftermiddag.", "Fint väder i Alby.", "Botkyrka!!!"):
        tone = told(assessor, text).tone
        assert sum(part.value for part in tone.parts) == pytest.approx(tone.polarity, abs=0.01)


def test_names_have_no_tone(assessor: Assessor) -> None:
    """Which school it is must not matter: what is learned of one would be held against its namesakes."""
    one = told(assessor, "Rektorn på Kvarnhagsskolan tackar alla som kom.")
    other = told(assessor, "Rektorn på Falkbergsskolan tackar alla som kom.")
    assert (one.tone.label, one.tone.confidence) == (other.tone.label, pytest.approx(other.tone.confidence))
    found = assessor.by_rules(entry(title="", text="Rektorn på Fittjaskolan tackar."))
    assert NAME in found.words and "fittjaskolan" not in found.words


def test_every_suspicion_explains_itself(assessor: Assessor) -> None:
    texts = (
        "De har gjort en grupp om henne i sexan på Björkhaga skola och röstar om hur ful hon är.",
        "Någon borde vänta på honom utanför kommunhuset i Tumba med ett järnrör.",
    )
    for text in texts:
        flags = told(assessor, text).flags
        assert flags
        for flag in flags:
            assert flag.reason.endswith(".") and 0.5 <= flag.confidence <= 1
            assert all(text[span.start : span.end] == span.text for span in flag.evidence)


def test_a_right_personal_number_stays_whatever_the_judge_says(assessor: Assessor) -> None:
    found = told(assessor, "Fin kväll i Tumba. Förresten har hon personnummer 640823-3234.")
    assert any(flag.category == "personal_data" and flag.rule != RULE for flag in found.flags)


PIECES = st.sampled_from(
    [
        "Botkyrka", "Kvarnhagsskolan", "i Alby", "igen", "ingen svarar", "tack så mycket", "jag ska döda dig", "inte",
        "“helt kasst”", "640823-3234", "they never answer", "kirjasto on kiinni", "😡", "!", "?", ".", "\n",
    ]
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.lists(PIECES, max_size=12), st.sampled_from(get_args(Kind))), max_size=20))
def test_all_at_once_are_assessed_as_each_alone(posts: list[tuple[list[str], Kind]]) -> None:
    shared = _assessor()
    entries = [
        entry(f"e{number}", title="", text=" ".join(said), kind=kind) for number, (said, kind) in enumerate(posts)
    ]
    assert list(shared.assess_all(entries)) == [shared.assess(one) for one in entries]


def test_other_languages_and_texts_about_others_keep_what_the_rules_say(assessor: Assessor) -> None:
    alone = Assessor(load(CONFIG), judged=False)
    for text in ("Botkyrkan kirjasto on kiinni taas, kukaan ei vastaa puhelimeen koko viikkona.", "Bra match i Malmö!"):
        assert told(assessor, text).tone == told(alone, text).tone


def test_the_shipped_weights_are_small_and_know_all_questions() -> None:
    weights = load_weights(PATH)
    assert PATH.stat().st_size < 3_000_000
    assert {"tone:negative", "stance:critical", "intent:question", "flag:threat:act", "urgent"} <= set(weights.outputs)
    assert Judge().judge([(["hej"], {})])[0].urgent < 0.5


def test_an_empty_text_is_left_to_the_rules(assessor: Assessor) -> None:
    found = assessor.by_rules(entry(title="", text=""))
    assert found.words == []
    assert told(assessor, "").tone.label == "neutral"


def test_a_public_warning_is_urgent_and_no_suspicion(assessor: Assessor) -> None:
    text = "Brand i en industri i Tumba. Gå inomhus, stäng dörrar, fönster och ventilation."
    found = told(assessor, text, "official", "Viktigt meddelande till allmänheten")
    assert found.alert and found.flags == ()
