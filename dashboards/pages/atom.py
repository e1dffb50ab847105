"""A feed for each receiver who has asked for one: what was told, as category, unit and link; texts after login.

Open to whoever holds its address, since feed readers do not log in: so it shows what a subject line shows.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response
from lxml import etree
from lxml.builder import ElementMaker

from dashboards.auth import Reading, World
from pipelines.accounts import fingerprint
from pipelines.bootstrap import App
from pipelines.config.schema import Receiver
from pipelines.store import feeds

router = APIRouter()
ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
MAKE = ElementMaker(namespace=ATOM, nsmap={None: ATOM})


@router.get("/atom/{token}")
def feed(request: Request, app: World, opened: Reading, token: Annotated[str, Path(max_length=128)]) -> Response:
    """404 for an unknown token, one withdrawn, and a receiver who is no more: they cannot be told apart."""
    found = feeds.receiver_of(opened, fingerprint(token))
    receiver = app.config.receiver(found) if found else None
    if receiver is None:
        raise HTTPException(404)
    body = _document(app, receiver, feeds.shown(opened, receiver.id, ENTRIES))
    version = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": version, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if request.headers.get("if-none-match") == version:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/atom+xml", headers=headers)


def _document(app: App, receiver: Receiver, shown: list[feeds.Shown]) -> bytes:
    home = app.config.dashboard.base_url.rstrip("/") + "/"
    about = f"{app.config.municipality.name}: {receiver.title}"
    # the same while nothing new is told: a reader that asks again gets 304
    updated = shown[0].at.isoformat() if shown else "1970-01-01T00:00:00+00:00"
    document = MAKE.feed(
        MAKE.id(f"tag:{app.config.sender.list_id},2026:{receiver.id}"),
        MAKE.title(f"Mediebevakning, {about}"),
        MAKE.updated(updated),
        MAKE("author", MAKE.name(app.config.sender.name)),
        MAKE.link(href=home),
        *(_entry(one, home) for one in shown),
    )
    return bytes(etree.tostring(document, xml_declaration=True, encoding="utf-8"))


def _entry(one: feeds.Shown, home: str) -> etree._Element:
    return MAKE.entry(
        MAKE.id(f"mid:{one.message_id.strip('<>')}"),
        MAKE.title(one.subject),
        MAKE.updated(one.at.isoformat()),
        MAKE.link(href=one.link or home),
        MAKE.summary("Läs mer efter inloggning."),
    )
