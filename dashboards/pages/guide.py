"""Om tjänsten: what the pages show and how it comes about."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from dashboards.rendering import page

router = APIRouter()


@router.get("/hjalp")
def guide(request: Request) -> Response:
    return page(request, "guide.html")
