"""Margins: tells classes apart, the rare ones too; its chances are chances; the same for the same texts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sentiment.classifier import Classifier, Outputs
from sentiment.margin_fit import Labelled, fit

CLASSES = ("brand", "stöld", "övrigt")
FIRE = ("det", "brinner", "i", "ett", "garage")
THEFT = ("någon", "stal", "en", "cykel", "i", "går")
REST = ("fint", "väder", "i", "dag")
OUTPUTS = Outputs(CLASSES, (slice(0, 3),))


def texts(fires: int = 40) -> list[Labelled]:
    """`fires` of one class among many of the others; every text has a word of its own."""
    many = [(FIRE, "brand")] * fires + [(THEFT, "stöld"), (REST, "övrigt")] * 100
    return [Labelled((*words, f"ord{number}"), label) for number, (words, label) in enumerate(many)]


def chances(classifier: Classifier, *words: str) -> dict[str, float]:
    return dict(zip(CLASSES, OUTPUTS.chances(classifier.hear([(words, {})])[0].logits), strict=True))


@pytest.mark.parametrize("fires", [40, 5])
def test_tells_classes_apart_the_rare_one_too(fires: int) -> None:
    classifier = Classifier(fit(texts(fires), CLASSES, 10_000))
    for words, label in ((FIRE, "brand"), (THEFT, "stöld"), (REST, "övrigt")):
        told = chances(classifier, *words)
        assert max(told, key=told.__getitem__) == label


def test_knows_a_compound_by_its_parts() -> None:
    told = chances(Classifier(fit(texts(), CLASSES, 10_000)), "cykelstöld", "stalet")
    assert max(told, key=told.__getitem__) == "stöld"


def test_is_less_sure_where_the_labels_disagree() -> None:
    """Half of the same texts are labelled otherwise: nobody can be sure of them. The rarer class is told sooner."""
    clear = Classifier(fit(texts(100), CLASSES, 10_000))
    torn = [
        Labelled(one.words, "stöld" if one.label == "brand" and n % 2 else one.label)
        for n, one in enumerate(texts(100))
    ]
    unclear = Classifier(fit(torn, CLASSES, 10_000))
    assert chances(clear, *FIRE)["brand"] > 0.9
    assert 0.2 < chances(unclear, *FIRE)["brand"] < 0.8


def test_a_text_that_costs_more_weighs_more() -> None:
    torn = [Labelled(FIRE, "brand", 5.0) if n % 2 else Labelled(FIRE, "stöld") for n in range(60)]
    told = chances(Classifier(fit([*torn, *texts(0)], CLASSES, 10_000)), *FIRE)
    assert told["brand"] > told["stöld"]


def test_parts_of_texts_teach_though_they_are_no_whole_texts() -> None:
    parts = [replace(one, whole=False) for one in texts()]
    of_parts, of_both = fit(parts, CLASSES, 10_000), fit(texts(), CLASSES, 10_000)
    for weights in (of_parts, of_both):
        told = chances(Classifier(weights), *FIRE)
        assert max(told, key=told.__getitem__) == "brand"
    assert not np.array_equal(of_parts.table, of_both.table)


def test_a_text_said_twice_over_is_of_the_same_class() -> None:
    classifier = Classifier(fit(texts(), CLASSES, 10_000))
    for words, label in ((FIRE, "brand"), (THEFT, "stöld"), (REST, "övrigt")):
        told = chances(classifier, *words * 20)
        assert max(told, key=told.__getitem__) == label


def test_keeps_no_more_features_than_asked_and_the_heaviest() -> None:
    weights = fit(texts(), CLASSES, 30)
    assert len(weights.features) <= 30
    told = chances(Classifier(weights), *FIRE)
    assert max(told, key=told.__getitem__) == "brand"


def test_the_same_texts_give_the_same_weights() -> None:
    one, other = fit(texts(), CLASSES, 500), fit(texts(), CLASSES, 500)
    assert one.features == other.features
    assert np.array_equal(one.table, other.table) and np.array_equal(one.step, other.step)
