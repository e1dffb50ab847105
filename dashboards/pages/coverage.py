"""Täckning: every network that is to be watched, by what it is, and what is missing."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from dashboards.auth import Reading, World
from dashboards.rendering import page
from pipelines.collect.coverage import Condition, Coverage, coverage
from pipelines.store import sources

router = APIRouter()
GROUPS: tuple[tuple[str, tuple[Condition, ...]], ...] = (
    ("failing", ("failing",)),
    ("needs", ("needs",)),
    ("covered", ("covered", "waiting")),
    ("none", ("none",)),
)
"""What someone should do something about comes first."""


@router.get("/tackning")
def show(request: Request, app: World, opened: Reading) -> Response:
    rows = coverage(app.config, sources.states(opened), app.environment)
    groups = [(name, _of(rows, conditions)) for name, conditions in GROUPS]
    return page(
        request,
        "coverage.html",
        groups=[(name, members) for name, members in groups if members],
        covered=sum(row.condition == "covered" for row in rows),
        networks=len(rows),
    )


def _of(rows: tuple[Coverage, ...], conditions: tuple[Condition, ...]) -> list[Coverage]:
    return [row for row in rows if row.condition in conditions]
