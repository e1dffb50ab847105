"""The classifier: additive, the same for the same texts, and able to say which words speak for an answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.classifier import Classifier, load, save
from sentiment.classifier_fit import Example, Outputs, chances, fit

OUTPUTS = Outputs(("colour:red", "colour:blue", "loud"), (slice(0, 2),))
RED, BLUE = ("rosen", "är", "röd"), ("himlen", "är", "blå")
EXAMPLES = [
    *(Example(RED, {"sign": 1.0}, (1.0, 0.0, 0.0)) for _ in range(10)),
    *(Example((*BLUE, "!"), {}, (0.0, 1.0, 1.0)) for _ in range(10)),
]


@pytest.fixture(scope="module")
def taught() -> Classifier:
    return Classifier(fit(EXAMPLES, OUTPUTS))


def test_tells_what_it_was_taught(taught: Classifier) -> None:
    red = chances(taught.logits(RED, {"sign": 1.0}), OUTPUTS)
    blue = chances(taught.logits((*BLUE, "!"), {}), OUTPUTS)
    assert red[0] > 0.8 and blue[1] > 0.8
    assert red[2] < 0.3 and blue[2] > 0.7


def test_knows_a_word_by_its_pieces(taught: Classifier) -> None:
    told = chances(taught.logits(("himlens", "blåa"), {}), OUTPUTS)
    assert told[1] > told[0]


def test_says_which_word_speaks_for_an_answer(taught: Classifier) -> None:
    aim = np.array([-1.0, 1.0, 0.0], np.float32)
    words = ("är", "rosen", "himlen", "där")
    assert words[taught.telling(words, aim, 1)[0][0]] == "himlen"


def test_is_the_sum_of_its_words(taught: Classifier) -> None:
    """Without pairs that it knows, each word adds its own, whatever stands beside it."""
    none = taught.logits((), {})
    one, other = taught.logits(("rosen",), {}) - none, taught.logits(("blå",), {}) - none
    both = taught.logits(("rosen", "blå"), {}) - none
    assert np.allclose(both, (one + other) / np.sqrt(2), atol=1e-4)


def test_what_is_not_known_teaches_nothing() -> None:
    """An answer that a text does not give (NaN) leaves its weights alone."""
    silent = [Example(one.words, one.signs, (*one.targets[:2], float("nan"))) for one in EXAMPLES]
    weights = fit(silent, OUTPUTS)
    assert not weights.table[:, 2].any()


def test_the_same_texts_give_the_same_weights(tmp_path: Path) -> None:
    one, other = fit(EXAMPLES, OUTPUTS), fit(EXAMPLES, OUTPUTS)
    save(one, tmp_path / "one.npz")
    read = load(tmp_path / "one.npz")
    assert read.features == other.features and read.outputs == other.outputs
    assert np.array_equal(read.table, other.table) and np.allclose(read.step, other.step)


@given(st.lists(st.text(max_size=50), max_size=30), st.dictionaries(st.text(max_size=9), st.floats(-9, 9), max_size=5))
def test_any_words_get_an_answer(words: list[str], signs: dict[str, float]) -> None:
    told = chances(Classifier(fit(EXAMPLES[8:12], OUTPUTS)).logits(words, signs), OUTPUTS)
    assert np.isfinite(told).all() and abs(told[:2].sum() - 1) < 1e-5
