"""Utskick: the mails as they were sent, and what the local mail sink has filed of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.responses import HTMLResponse

from dashboards import paging
from dashboards.auth import Reading, Who, World
from dashboards.mailbox import by_message_id, filed
from dashboards.rendering import page
from dashboards.security import MAIL_POLICY
from pipelines.store.views import messages

router = APIRouter()
Key = Annotated[str, Path(max_length=128)]


@router.get("/utskick")
def show(
    request: Request,
    app: World,
    opened: Reading,
    who: Who,
    sida: paging.Number = 1,
) -> Response:
    lines, total = messages.listed(opened, who.scope, offset=paging.before(sida), limit=paging.SIZE)
    pages = paging.pages(total, sida)
    return page(
        request,
        "messages.html",
        lines=lines,
        total=total,
        pages=pages,
        current=sida,
        query={"sida": sida},
        arrived=by_message_id(filed(app.settings.mails)),
    )


@router.get("/utskick/{key}")
def one(request: Request, app: World, opened: Reading, who: Who, key: Key) -> Response:
    mail = _mail(opened, who, key)
    arrived = by_message_id(filed(app.settings.mails)).get(mail.line.message_id, [])
    return page(request, "message.html", mail=mail, line=mail.line, arrived=arrived)


@router.get("/utskick/{key}/html")
def as_html(opened: Reading, who: Who, key: Key) -> Response:
    """The mail's own page, for a frame: nothing in it may run, and its links open outside the frame."""
    html = _mail(opened, who, key).html
    outside = html.replace("<head>", '<head><base target="_blank">', 1)
    return HTMLResponse(outside, headers={"Content-Security-Policy": MAIL_POLICY})


def _mail(opened: Reading, who: Who, key: str) -> messages.Mail:
    mail = messages.one(opened, who.scope, key)
    if mail is None:
        raise HTTPException(404)
    return mail
