"""The classifier: additive, the same for the same texts, and able to say which words speak for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.classifier import Classifier, Outputs, load, save
from sentiment.classifier_fit import Example, fit

OUTPUTS = Outputs(("colour:red", "colour:blue", "loud"), (slice(0, 2),))
RED, BLUE = ("rosen", "är", "röd"), ("himlen", "är", "blå")
EXAMPLES = [
    *(Example(RED, {"sign": 1.0}, (1.0, 0.0, 0.0)) for _ in range(10)),
    *(Example((*BLUE, "!"), {}, (0.0, 1.0, 1.0)) for _ in range(10)),
]
WEIGHTS = fit(EXAMPLES, OUTPUTS)


def told(by: Classifier, words: Sequence[str], signs: Mapping[str, float]) -> list[float]:
    chances: list[float] = OUTPUTS.chances(by.hear([(words, signs)])[0].logits).tolist()
    return chances


@pytest.fixture(scope="module")
def taught() -> Classifier:
    return Classifier(WEIGHTS)


def test_tells_what_it_was_taught(taught: Classifier) -> None:
    red = told(taught, RED, {"sign": 1.0})
    blue = told(taught, (*BLUE, "!"), {})
    assert red[0] > 0.7 and blue[1] > 0.7
    assert red[2] < 0.3 and blue[2] > 0.5


def test_knows_a_word_by_its_pieces(taught: Classifier) -> None:
    found = told(taught, ("himlens", "blåa"), {})
    assert found[1] > found[0]


def test_says_which_word_speaks_for_an_answer(taught: Classifier) -> None:
    words = ("är", "rosen", "himlen", "där")
    (heard,) = taught.hear([(words, {})])
    assert words[taught.telling(heard, "colour:blue", "colour:red")[0][0]] == "himlen"


def test_is_the_sum_of_its_words(taught: Classifier) -> None:
    """Without pairs that it knows, each word adds its own, whatever stands beside it."""
    texts = ((), ("rosen",), ("blå",), ("rosen", "blå"))
    none, one, other, both = (heard.logits for heard in taught.hear([(words, {}) for words in texts]))
    one, other, both = one - none, other - none, both - none
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
    found = told(Classifier(WEIGHTS), words, signs)
    assert np.isfinite(found).all() and abs(sum(found[:2]) - 1) < 1e-5


WORDS = st.lists(st.sampled_from([*RED, *BLUE, "himlens", "okänt", "o" * 50, "!", ""]), max_size=30)
SIGNS = st.dictionaries(st.sampled_from(["sign", "other"]), st.floats(-1, 1), max_size=2)


@given(st.lists(st.tuples(WORDS, SIGNS), max_size=40))
def test_a_text_is_heard_alone_as_among_others(texts: list[tuple[list[str], dict[str, float]]]) -> None:
    taught = Classifier(WEIGHTS)
    for text, together in zip(texts, taught.hear(texts), strict=True):
        (alone,) = taught.hear([text])
        assert alone.logits.tolist() == together.logits.tolist()
        assert alone.words.tolist() == together.words.tolist()


def test_many_threads_hear_what_one_does() -> None:
    """Sources that keep no text are assessed in threads, by one classifier."""
    texts = [(f"ord{number % 97}", "röd", f"blå{number}") for number in range(400)]
    alone, shared = Classifier(WEIGHTS), Classifier(WEIGHTS)
    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(lambda words: shared.hear([(words, {})])[0].logits.tolist(), texts))
    assert heard == [one.logits.tolist() for one in alone.hear([(words, {}) for words in texts])]
