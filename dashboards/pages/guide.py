"""Hjälp: what the pages show and how it comes about, and how often it is right."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from dashboards.api import problems
from dashboards.api.document import operations
from dashboards.auth import Reading
from dashboards.language import current
from dashboards.rendering import page
from pipelines import accuracy
from pipelines.store import assessments

router = APIRouter()


@router.get("/hjalp")
def guide(request: Request) -> Response:
    return page(request, "guide.html")


@router.get("/hjalp/sa-sakert")
def accurate(request: Request, opened: Reading) -> Response:
    figures = accuracy.read()
    in_use = assessments.version_in_use(opened)
    return page(request, "accuracy.html", figures=figures, others=in_use not in (None, figures.version))


@router.get("/hjalp/api")
def for_programs(request: Request) -> Response:
    """What the interface for programs can be asked, from its own document."""
    return page(
        request, "api.html", operations=operations(request.app.state.document), problems=problems.explained(current())
    )
