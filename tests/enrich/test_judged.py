"""Floors on our own labelled posts: invented, several kinds of source, written as minimal pairs where they can be.

The rules were written with these posts in view: the floors keep quality from slipping, they are no estimate of it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from pipelines.config import load
from pipelines.enrich.assess import Assessor
from pipelines.evaluate import Report, evaluate

FLOORS = {"about": 0.97, "units": 0.95, "tone": 0.75, "stance": 0.85, "intent": 0.82, "alert": 0.93}


@cache
def report() -> Report:
    rows = [json.loads(line) for line in (Path(__file__).parent / "judged.jsonl").read_text("utf-8").splitlines()]
    return evaluate(rows, Assessor(load(Path(__file__).parents[2] / "config" / "botkyrka")))


@pytest.mark.parametrize("name", FLOORS)
def test_the_share_that_is_right_does_not_slip(name: str) -> None:
    measured = next(measured for measured in report().fields if measured.field == name)
    assert measured.right >= FLOORS[name]


def test_signals_do_not_slip() -> None:
    measured = next(measured for measured in report().fields if measured.field == "flags")
    assert measured.micro is not None
    assert measured.micro.recall >= 0.95 and measured.micro.precision >= 0.85


def test_no_alert_is_missed_that_others_rely_on() -> None:
    measured = next(measured for measured in report().fields if measured.field == "alert")
    yes = next(figures for figures in measured.classes if figures.label == "yes")
    assert yes.recall >= 0.97 and yes.precision >= 0.83
