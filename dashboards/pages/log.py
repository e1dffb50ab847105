"""Åtkomst: who has read, changed or taken out which flagged entry, for the auditor. Reading it is written down too."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from dashboards.access import notes
from dashboards.auth import Reading
from dashboards.rendering import LAST_PAGE, page
from pipelines.store import access

router = APIRouter()
PAGE = 50


@router.get("/atkomst")
def show(
    request: Request,
    opened: Reading,
    konto: Annotated[str, Query(max_length=128)] = "",
    inlagg: Annotated[str, Query(max_length=64)] = "",
    sida: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> Response:
    account, entry = konto.strip(), inlagg.strip()
    lines, total = access.listed(opened, account=account, entry=entry, offset=(sida - 1) * PAGE, limit=PAGE)
    pages = max(1, -(-total // PAGE))
    if sida > pages:
        raise HTTPException(404)
    notes(request).always = True
    return page(
        request,
        "log.html",
        lines=lines,
        total=total,
        pages=pages,
        current=sida,
        account=account,
        entry=entry,
        query={"konto": account, "inlagg": entry, "sida": sida},
        segments=access.segments(opened),
    )
