"""Floors under the shares of right answers on the development posts, so that nobody lowers them unseen.

The rules were written with these posts in view: how well unseen posts are understood the held-out half alone tells,
which no test looks at.
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
    "understanding": {"about": 0.98, "units": 0.98, "tone": 0.83, "stance": 0.85, "intent": 0.8},
    "signals": {"about": 0.98, "units": 0.98, "tone": 0.78, "stance": 0.83, "intent": 0.73},
}


@cache
def assessor() -> Assessor:
    return Assessor(load(FOLDER.parents[1] / "config" / "botkyrka"))


@cache
def report(suite: str) -> Report:
    rows = [json.loads(line) for line in (FOLDER / f"{suite}.jsonl").read_text("utf-8").splitlines()]
    return evaluate([row for row in rows if row["split"] == "development"], assessor())


@pytest.mark.parametrize(("suite", "field"), [(suite, field) for suite, floors in FLOORS.items() for field in floors])
def test_the_share_that_is_right_does_not_slip(suite: str, field: str) -> None:
    measured = next(measured for measured in report(suite).fields if measured.field == field)
    assert measured.right >= FLOORS[suite][field]


@pytest.mark.parametrize("field", ["tone", "stance", "intent"])
def test_no_class_is_given_up(field: str) -> None:
    measured = next(measured for measured in report("understanding").fields if measured.field == field)
    assert {figures.label: figures.f1 for figures in measured.classes if figures.f1 < 0.7} == {}
