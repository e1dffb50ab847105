"""A goal against what was measured: reached, not reached, or why that cannot be told. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipelines.config.schema import SHARES, Goal
from pipelines.evaluation.figures import Clocks, Figures
from pipelines.reports.frames import share

Why = Literal["", "no-account", "no-source", "unwatched", "late-watch", "gone", "few", "running"]
"""Why it cannot be told: the account is not in the register; no source brings what is to be counted; the watch began
after the period, or in it; cases are deleted already; too few of them; the period is not over."""
COUNTS = ("posts", "own-posts")
OF_CASES = ("questions-in-time", "median-hours", "unsuitable-in-time")
OF_COMMENTS = ("posts", *SHARES, "median-hours")
"""What cannot be measured of an account whose comments no source brings."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides whether a figure says anything."""

    over: bool
    unwatched: bool = False
    late_watch: bool = False
    cases_gone: bool = False
    collected: bool = True
    """Whether a source brings what others write on the account; True for what is no account."""


@dataclass(frozen=True, slots=True)
class Result:
    goal: Goal
    of: str
    """Name of what it is measured of."""
    value: float | None
    """Percent, hours or posts."""
    reached: bool | None
    why: Why
    late: bool
    """Whether it was set after its period had begun."""


def result(goal: Goal, of: str, figures: Figures | None, given: Circumstances, began: date) -> Result:
    """figures: None where there is no such account. began: the first day of the period."""
    value = measured(goal, figures) if figures else None
    why = _why(goal, figures, value, given)
    told = value if why in ("", "running") else None
    return Result(goal, of, told, None if why else _reached(goal, value), why, goal.set_on > began)


def measured(goal: Goal, figures: Figures) -> float | None:
    """None of too few, or where nothing is known."""
    questions = figures.clocks.get("question", Clocks())
    match goal.measure:
        case "posts":
            return figures.posts
        case "own-posts":
            return figures.own_posts
        case "negative-share" | "positive-share":
            return _percent(share(figures.tones.get(goal.measure.split("-")[0], 0), figures.posts))
        case "critical-share":
            return _percent(share(figures.stances.get("critical", 0), figures.posts))
        case "questions-in-time":
            return _percent(questions.in_time)
        case "median-hours":
            return questions.hours
        case "unsuitable-in-time":
            return _percent(figures.clocks.get("unsuitable", Clocks()).in_time)


def _percent(part: float | None) -> float | None:
    return None if part is None else 100 * part


def _reached(goal: Goal, value: float | None) -> bool | None:
    if value is None:
        return None
    return value >= goal.target if goal.direction == "at-least" else value <= goal.target


def _why(goal: Goal, figures: Figures | None, value: float | None, given: Circumstances) -> Why:
    if figures is None:
        return "no-account"
    if goal.measure == "own-posts" and figures.own_posts is None:
        return "no-source"
    if goal.measure in OF_COMMENTS and not given.collected:
        return "no-source"
    if given.unwatched:
        return "unwatched"
    if goal.measure in OF_CASES and given.cases_gone:
        return "gone"
    if goal.measure in COUNTS and given.late_watch:
        return "late-watch"
    if not given.over:
        return "running"
    return "few" if value is None else ""
