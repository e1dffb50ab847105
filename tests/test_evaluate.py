"""Figures against labels, and what was missed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from pipelines.errors import UserError
from pipelines.evaluate import evaluate
from pipelines.types import Assessment, Entry, Stance
from sentiment import Tone
from tests.builders import assessment, flag


@dataclass
class Oracle:
    """Assesses by what is asked of it: "neg" in a text makes it negative, and so on."""

    kinds: list[str] = field(default_factory=list)

    def assess_all(self, entries: Iterable[Entry]) -> Iterator[Assessment]:
        return map(self._assessed, entries)

    def _assessed(self, entry: Entry) -> Assessment:
        self.kinds.append(entry.kind)
        polarity = -0.5 if "neg" in entry.text else 0.5 if "pos" in entry.text else 0.0
        label = "negative" if polarity < 0 else "positive" if polarity else "neutral"
        return assessment(
            entry.id,
            tone=Tone(label, polarity, 0.7),
            stance=Stance("critical" if "neg" in entry.text else "none", 0.5),
            units=("skola",) if "skola" in entry.text else (),
            flags=(flag("threat"),) if "hot" in entry.text else (),
            toxicity=0.9 if "fan" in entry.text else 0.1,
        )


def judged(text: str, **labels: object) -> dict[str, object]:
    return {"id": text, "source": "forum", "text": text} | labels


def test_fields_are_measured_by_class_and_the_misses_told() -> None:
    rows = [
        judged("neg skola", tone="negative", stance="critical", units=["skola"], flags=[]),
        judged("pos", tone="negative", stance="none", units=["skola"], flags=[{"category": "threat", "role": "act"}]),
        judged("hot", tone="neutral", stance="none", units=[], flags=[{"category": "threat", "role": "act"}]),
    ]
    report = evaluate(rows, Oracle())
    by_field = {measured.field: measured for measured in report.fields}
    assert set(by_field) == {"tone", "stance", "units", "flags"}
    negative = next(figures for figures in by_field["tone"].classes if figures.label == "negative")
    assert (negative.precision, negative.recall, negative.support) == (1.0, 0.5, 2)
    threat = by_field["flags"].classes[0]
    assert (threat.label, threat.precision, threat.recall) == ("threat:act", 1.0, 0.5)
    assert by_field["units"].micro is not None and by_field["units"].micro.f1 == pytest.approx(2 / 3)
    assert {(miss.id, miss.field) for miss in report.misses} == {("pos", "tone"), ("pos", "units"), ("pos", "flags")}
    assert "labelled threat:act" in report.as_text(misses=True)
    assert json.loads(json.dumps(report.as_json()))["rows"] == 3


def test_three_tones_go_by_label_and_two_by_the_sign() -> None:
    three = [
        {"text": "neg", "label": "negative"},
        {"text": "x", "label": "neutral"},
        {"text": "pos", "label": "positive"},
    ]
    assert evaluate(three, Oracle()).fields[0].right == 1.0
    two = [
        {"text": "neg", "label": "negative"},
        {"text": "x", "label": "negative"},
        {"text": "pos", "label": "positive"},
    ]
    assert evaluate(two, Oracle()).fields[0].right == 1.0


def test_the_kind_of_source_is_that_of_the_row_or_as_told() -> None:
    oracle = Oracle()
    evaluate([{"text": "x", "label": "neutral"}, judged("y", label="neutral")], oracle, "review")
    assert oracle.kinds == ["review", "forum"]


def test_toxicity_is_ranked() -> None:
    rows = [{"text": "fan", "label": "toxic"}, {"text": "x", "label": "other"}, {"text": "y", "label": "toxic"}]
    measured = evaluate(rows, Oracle()).fields[0]
    assert (measured.field, measured.auc) == ("toxicity", 0.75)


@pytest.mark.parametrize(
    "row",
    [
        {"text": 3, "label": "neutral"},
        {"text": "x", "label": "arg"},
        judged("x", units="skola"),
        {"source": "tv", "text": "x"},
    ],
)
def test_a_row_that_cannot_be_measured_is_named(row: dict[str, object]) -> None:
    with pytest.raises(UserError):
        evaluate([row], Oracle())


def test_figures_have_intervals_by_class_kind_and_phenomenon() -> None:
    rows = [judged(f"neg {n}", tone="negative", phenomenon="irony" if n % 2 else "plain") for n in range(30)]
    rows += [judged(f"pos {n}", tone="negative", phenomenon="irony", source="news") for n in range(10)]
    report = evaluate(rows, Oracle())
    (tone,) = report.fields
    assert tone.right == 0.75 and tone.right_interval == pytest.approx((0.598, 0.858), abs=0.001)
    negative = next(one for one in tone.bounds if one.figures.label == "negative")
    assert negative.recall == tone.right_interval and negative.f1[0] < negative.figures.f1 < negative.f1[1]
    assert {group.name: (group.rows, group.right) for group in tone.kinds} == {"forum": (30, 1.0), "news": (10, 0.0)}
    assert {group.name: group.right for group in tone.phenomena} == {"irony": 0.6, "plain": 1.0}
    assert report.misses[0].phenomenon == "irony"
    assert "by phenomenon" in report.as_text() and "(irony)" in report.as_text(misses=True)


def test_confidence_is_held_against_what_was_right() -> None:
    rows = [judged("neg", tone="negative"), judged("neg 2", tone="negative"), judged("pos", tone="neutral")]
    (trust,) = evaluate(rows, Oracle()).trust
    assert (trust.confidence, trust.right, trust.rows) == (pytest.approx(0.7), pytest.approx(2 / 3), 3)
    assert evaluate([judged("x", about=True)], Oracle()).trust == ()
