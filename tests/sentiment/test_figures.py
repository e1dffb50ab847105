from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.coefficients import Coefficients, Scale, read, shipped, write
from sentiment.evaluate import auc, by_class, macro_f1, reliability
from sentiment.fit import FIXED, cross_validate, fit, read_samples
from sentiment.lexicon import PATH, swedish

LABELS = st.sampled_from(["negative", "neutral", "positive"])


def test_by_class() -> None:
    figures = {one.label: one for one in by_class(["a", "a", "a", "b"], ["a", "a", "b", "b"])}
    assert (figures["a"].precision, figures["a"].recall, figures["a"].f1) == (
        1.0,
        pytest.approx(2 / 3),
        pytest.approx(0.8),
    )
    assert (figures["b"].precision, figures["b"].recall, figures["b"].support) == (0.5, 1.0, 1)


def test_macro_f1_counts_each_true_class_once() -> None:
    assert macro_f1(["a", "b"], ["a", "b"]) == 1
    assert macro_f1(["a", "a", "a", "b"], ["a", "a", "a", "a"]) == pytest.approx((6 / 7) / 2)
    assert macro_f1([], []) == 0
    assert macro_f1(["a", "b"], ["a", "c"]) == 0.5


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        by_class(["a"], [])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=30))
def test_auc_is_the_share_of_pairs_in_order(rows: list[tuple[bool, int]]) -> None:
    pairs = [(one, other) for truth, one in rows if truth for truth_too, other in rows if not truth_too]
    expected = sum(1.0 if one > other else 0.5 * (one == other) for one, other in pairs) / len(pairs) if pairs else 0.5
    assert auc([truth for truth, _ in rows], [float(score) for _, score in rows]) == pytest.approx(expected)


@given(st.lists(st.tuples(LABELS, LABELS)))
def test_figures_stay_within_bounds(rows: list[tuple[str, str]]) -> None:
    true, told = [one for one, _ in rows], [other for _, other in rows]
    assert 0 <= macro_f1(true, told) <= 1
    assert sum(one.support for one in by_class(true, told)) == len(rows)


def test_reliability_holds_every_text_once() -> None:
    rows = reliability([0.1, 0.55, 0.59, 1.0], [False, True, False, True])
    assert [count for _, _, count in rows] == [1, 2, 1]
    assert rows[1][:2] == (pytest.approx(0.57), 0.5)


@given(st.floats(-50, 50))
def test_chances_sum_to_one(score: float) -> None:
    for scale in shipped().scales.values():
        assert sum(scale.chances(score)) == pytest.approx(1)
        assert min(scale.chances(score)) >= 0


def test_coefficients_survive_the_file(tmp_path: Path) -> None:
    scales = {name: Scale(-1.0, 1.0, 2.0, -0.5, 0.5) for name in shipped().scales}
    given_ = Coefficients({"word+": 1.5}, scales)
    write(tmp_path / "coefficients.tsv", given_, "why\nand how")
    assert read(tmp_path / "coefficients.tsv") == given_


def test_a_file_without_a_scale_is_refused(tmp_path: Path) -> None:
    (tmp_path / "coefficients.tsv").write_text("word+\t1.0\n", "utf-8")
    with pytest.raises(KeyError):
        read(tmp_path / "coefficients.tsv")


def test_fitting_learns_what_the_labels_say(tmp_path: Path) -> None:
    dice = random.Random(5)
    said = {"positive": "Så bra {}", "negative": "Så dåligt {}", "neutral": "Vi ses vid {}"}
    rows = [(label, said[label].format(f"hus {number}")) for number in range(90) for label in [dice.choice(list(said))]]
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(f'{{"text": "{text}", "label": "{label}"}}' for label, text in rows), "utf-8")
    names, samples = read_samples([("microblog", path)])
    figures, _ = cross_validate(names, samples)
    assert figures["microblog"] > 0.9
    weights, thresholds = fit(names, samples)
    learned = dict(zip(names, weights, strict=True))
    assert learned["word+"] > 0 and learned["word-"] > 0
    assert thresholds[0] < thresholds[1]
    assert all(learned[name] == FIXED[name] for name in set(FIXED) & set(names))


def test_the_lexicon_is_of_the_promised_size_and_sound() -> None:
    rows = [line.split("\t") for line in PATH.read_text("utf-8").splitlines()[1:]]
    assert len([row for row in rows if row[2] == "word"]) >= 2000
    assert len({(row[0], row[2]) for row in rows}) == len(rows)
    for token, weight, kind, reason in rows:
        assert token == token.strip() and reason
        if kind not in ("booster", "prefix"):
            assert -1 <= float(weight) <= 1, token


def test_no_word_is_both_negation_and_evaluation() -> None:
    lexicon = swedish()
    assert not lexicon.negators & {word for word, entry in lexicon.words.items() if abs(entry.weight) > 0.5}
