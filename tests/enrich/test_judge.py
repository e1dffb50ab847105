"""The judge and the rules together: what is kept, raised, dropped, and how it is explained."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.config import load
from pipelines.enrich.assess import Assessor
from pipelines.enrich.judge import EMPLOYEE, NAME, PATH, Judge, outputs
from pipelines.enrich.settle import RULE
from pipelines.types import Assessment, Entry, Kind
from sentiment.classifier import Classifier, Weights
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


def leaning(towards: set[str]) -> Judge:
    """A judge that answers so whatever the text."""
    names = outputs([("threat", "act")], whose=True).names
    bias = np.array([4.0 if name in towards else -4.0 for name in names], np.float32)
    return Judge(Classifier(Weights(("s:none",), names, np.zeros((1, len(names)), np.int8), np.ones_like(bias), bias)))


def concluded(assessor: Assessor, post: Entry, judge: Judge) -> Assessment:
    return assessor.conclude([(post, assessor.by_rules(post))], judge)[0]


CRITICAL = "Enhetschefen på Silverkronan har inte varit här en enda natt."


def test_the_judge_adds_that_an_employee_writes_and_takes_it_back_nowhere(assessor: Assessor) -> None:
    post = entry(title="", text=CRITICAL, kind="social")
    assert concluded(assessor, post, leaning({EMPLOYEE})).by_employee
    assert not concluded(assessor, post, leaning(set())).by_employee
    told = entry(title="", text="Jag jobbar på Silverkronan. Vår enhetschef slår de boende.", kind="social")
    assert concluded(assessor, told, leaning(set())).by_employee


def test_news_has_no_writer_to_protect(assessor: Assessor) -> None:
    post = entry(title="", text=CRITICAL, kind="news")
    assert not concluded(assessor, post, leaning({EMPLOYEE})).by_employee


def test_whom_a_threat_concerns_is_the_judges_to_say_where_it_is_sure(assessor: Assessor) -> None:
    post = entry(title="", text="Jag ska döda dig när du går hem från Silverkronan", kind="social")
    (flag,) = concluded(assessor, post, leaning({"flag:threat:act", "target:anstalld"})).flags
    assert flag.target == "anstalld"
    (unsure,) = concluded(assessor, post, leaning({"flag:threat:act"})).flags
    assert unsure.target == "brukare"


def test_what_sounds_glad_is_suspected_with_less_weight(assessor: Assessor) -> None:
    post = entry(title="", text="Vi står vid grinden i Tumba klockan tre på fredag", kind="social")
    threat = {"flag:threat:act", "category:threat", "role:act", "urgent"}
    (grim,) = concluded(assessor, post, leaning(threat | {"tone:negative"})).flags
    (glad,) = concluded(assessor, post, leaning(threat | {"tone:positive"})).flags
    assert (grim.category, glad.category) == ("threat", "threat")
    assert glad.confidence < grim.confidence


def test_a_plain_threat_is_told_however_glad_it_sounds(assessor: Assessor) -> None:
    post = entry(title="", text="Jag ska döda dig när du går hem från Silverkronan", kind="social")
    found = concluded(assessor, post, leaning({"tone:positive"}))
    assert [flag.category for flag in found.flags] == ["threat"]
    assert found.alert


def test_a_text_without_words_is_left_to_the_rules(assessor: Assessor) -> None:
    for text in ("", "-----------------", "2-5!!!!!!!!"):
        assert assessor.by_rules(entry(title="", text=text)).words == []
        assert told(assessor, text).flags == ()
    assert told(assessor, "").tone.label == "neutral"


def test_a_public_warning_is_urgent_and_no_suspicion(assessor: Assessor) -> None:
    text = "Brand i en industri i Tumba. Gå inomhus, stäng dörrar, fönster och ventilation."
    found = told(assessor, text, "official", "Viktigt meddelande till allmänheten")
    assert found.alert and found.flags == ()


@pytest.mark.parametrize(
    ("gone_from_the_post", "gone_from_life"),
    [
        ("Kommundirektören i Botkyrka borde få sparken direkt", "Kommundirektören i Botkyrka borde få en kula direkt"),
        ("Rektorn på Fittjaskolan måste avgå nu", "Rektorn på Fittjaskolan måste dö nu"),
        ("Avskeda hela socialnämnden i Botkyrka", "Skjut hela socialnämnden i Botkyrka"),
        ("Hoppas rektorn på Fittjaskolan får foten", "Hoppas rektorn på Fittjaskolan får cancer"),
    ],
)
def test_to_want_somebody_gone_from_a_post_is_no_threat(
    assessor: Assessor, gone_from_the_post: str, gone_from_life: str
) -> None:
    assert not told(assessor, gone_from_the_post).alert
    assert told(assessor, gone_from_life).alert
