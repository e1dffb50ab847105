"""Floors under the shares of right answers on the development posts, so that nobody lowers them unseen.

The rules were written with these posts in view: how well unseen posts are understood the held-out rows alone tell.
Of those, the everyday posts of judgement.jsonl have floors too; no test shows or names one of them.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from pipelines.config import load
from pipelines.enrich.assess import Assessor
from pipelines.evaluate import Report, evaluate

FOLDER = Path(__file__).parent
FLOORS = {
    "understanding": {"about": 0.98, "units": 0.98, "tone": 0.83, "stance": 0.78, "intent": 0.76},
    "signals": {"about": 0.98, "units": 0.98, "tone": 0.76, "stance": 0.84, "intent": 0.73, "alert": 0.83},
    "judgement": {"about": 0.98, "units": 0.97, "tone": 0.9, "stance": 0.86, "intent": 0.85, "alert": 0.92},
}


@cache
def assessor() -> Assessor:
    return Assessor(load(FOLDER.parents[1] / "config" / "botkyrka"))


@cache
def report(suite: str) -> Report:
    rows = [json.loads(line) for line in (FOLDER / f"{suite}.jsonl").read_text("utf-8").splitlines()]
    split = "held-out" if suite == "judgement" else "development"
    return evaluate([row for row in rows if row["split"] == split], assessor())


@pytest.mark.parametrize(("suite", "field"), [(suite, field) for suite, floors in FLOORS.items() for field in floors])
def test_the_share_that_is_right_does_not_slip(suite: str, field: str) -> None:
    measured = next(measured for measured in report(suite).fields if measured.field == field)
    right = measured.right  # pytest would show the rows that are missed
    assert right >= FLOORS[suite][field]


def test_signals_of_everyday_posts_do_not_slip() -> None:
    flags = next(measured.micro for measured in report("judgement").fields if measured.field == "flags")
    alerts = next(measured for measured in report("judgement").fields if measured.field == "alert")
    recall = next(figures.recall for figures in alerts.classes if figures.label == "yes")
    f1 = flags.f1 if flags else 0.0
    assert f1 >= 0.87
    assert recall >= 0.92


@pytest.mark.parametrize("field", ["tone", "stance", "intent"])
def test_no_class_is_given_up(field: str) -> None:
    measured = next(measured for measured in report("understanding").fields if measured.field == field)
    assert {figures.label: figures.f1 for figures in measured.classes if figures.f1 < 0.6} == {}
