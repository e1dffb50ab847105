"""Åtkomst: who has read, changed or taken out which flagged entry, for the auditor. Reading it is written down too."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dashboards import paging
from dashboards.access import notes
from dashboards.auth import Reading
from dashboards.rendering import page
from pipelines.store import access

router = APIRouter()


@router.get("/atkomst")
def show(
    request: Request,
    opened: Reading,
    konto: Annotated[str, Query(max_length=128)] = "",
    inlagg: Annotated[str, Query(max_length=64)] = "",
    sida: paging.Number = 1,
) -> Response:
    account, entry = konto.strip(), inlagg.strip()
    lines, total = access.listed(opened, account=account, entry=entry, offset=paging.before(sida), limit=paging.SIZE)
    pages = paging.pages(total, sida)
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
