"""Goals against results: reached, not reached, or why that cannot be told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.config.schema import Goal
from pipelines.evaluation.figures import Clocks, Figures
from pipelines.evaluation.goals import Circumstances, result
from tests.evaluation.world import goal

OVER = Circumstances(over=True)
FIRST = date(2026, 1, 1)


def reached(given: Goal, figures: Figures | None, when: Circumstances = OVER) -> tuple[float | None, bool | None, str]:
    found = result(given, "Småby", figures, when, FIRST)
    return found.value, found.reached, found.why


counts = st.integers(0, 60)


@given(counts, counts, counts, st.integers(0, 100), st.sampled_from(["at-least", "at-most"]))
def test_a_share_is_of_all_and_of_fewer_than_ten_nothing(
    negative: int, positive: int, neutral: int, target: int, direction: str
) -> None:
    posts = negative + positive + neutral
    figures = Figures(posts=posts, tones={"negative": negative, "positive": positive, "neutral": neutral})
    value, is_reached, why = reached(goal(measure="negative-share", target=target, direction=direction), figures)
    if posts < 10:
        assert (value, is_reached, why) == (None, None, "few")
    else:
        exact = 100 * negative >= target * posts if direction == "at-least" else 100 * negative <= target * posts
        assert (is_reached, why) == (exact, "") and value == pytest.approx(100 * negative / posts)


@given(counts, counts, counts, counts, counts)
def test_what_still_waits_or_needed_nothing_is_not_judged(
    kept: int, late: int, overdue: int, waiting: int, dropped: int
) -> None:
    clocks = Clocks(kept, late, overdue, waiting, dropped)
    value, _, why = reached(goal(measure="questions-in-time", target=90), Figures(clocks={"question": clocks}))
    judged = kept + late + overdue
    assert (value is None) == (judged < 10) == (why == "few")
    if judged >= 10:
        assert value == pytest.approx(100 * kept / judged)


@pytest.mark.parametrize(
    ("changes", "figures", "when", "why"),
    [
        ({"account": "x"}, None, OVER, "no-account"),
        ({"account": "x", "measure": "own-posts"}, Figures(), OVER, "no-source"),
        ({"account": "x"}, Figures(), Circumstances(over=True, collected=False), "no-source"),
        ({}, Figures(posts=40), Circumstances(over=True, unwatched=True), "unwatched"),
        ({}, Figures(posts=40), Circumstances(over=True, late_watch=True), "late-watch"),
        ({"measure": "median-hours"}, Figures(), Circumstances(over=True, cases_gone=True), "gone"),
        ({"measure": "median-hours"}, Figures(), OVER, "few"),
        ({}, Figures(posts=40), Circumstances(over=False), "running"),
    ],
)
def test_what_cannot_be_told_is_told_with_the_reason(
    changes: dict[str, Any], figures: Figures | None, when: Circumstances, why: str
) -> None:
    value, is_reached, told = reached(goal(**changes), figures, when)
    assert (is_reached, told) == (None, why)
    assert value == (40 if why == "running" else None)


def test_a_share_holds_though_the_watch_began_late_and_a_count_does_not() -> None:
    figures = Figures(posts=40, tones={"negative": 10})
    late = Circumstances(over=True, late_watch=True)
    assert reached(goal(measure="negative-share", direction="at-most", target=25), figures, late) == (25, True, "")


def test_a_goal_set_on_the_first_day_was_set_before() -> None:
    told = [result(goal(set_on=FIRST + timedelta(days=days)), "", Figures(), OVER, FIRST).late for days in (-1, 0, 1)]
    assert told == [False, False, True]


@pytest.mark.parametrize(
    "wrong",
    [
        {"campaign": "vinter"},
        {"year": None},
        {"unit": "omsorgen", "account": "kontot"},
        {"measure": "negative-share", "target": 101},
        {"measure": "own-posts"},
        {"measure": "happiness"},
        {"target": -1},
    ],
)
def test_what_cannot_be_measured_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        goal(**wrong)
