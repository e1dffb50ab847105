"""Feeds by token: for a receiver, what was told; for a saved search, what its owner would find. Texts after login.

Open to whoever holds its address, since feed readers do not log in: so it shows what a subject line shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response
from lxml import etree
from lxml.builder import ElementMaker
from pydantic import ValidationError

from dashboards.access import notes
from dashboards.asked import Mistake, Wanted, filters
from dashboards.auth import Reading, World
from dashboards.language import gettext as _
from dashboards.rendering import headline
from pipelines import accounts as rights
from pipelines.accounts import fingerprint
from pipelines.bootstrap import App
from pipelines.roles import ROLES
from pipelines.store import accounts, feeds, saved
from pipelines.store.views import entries
from pipelines.types import Item

router = APIRouter()
ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
MAKE = ElementMaker(namespace=ATOM, nsmap={None: ATOM})
UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
"""Characters that XML cannot hold."""
Token = Annotated[str, Path(max_length=128)]


@router.get("/atom/{token}")
def feed(request: Request, app: World, opened: Reading, token: Token) -> Response:
    """404 for an unknown token, one withdrawn, and a receiver who is no more: they cannot be told apart."""
    found = feeds.receiver_of(opened, fingerprint(token))
    receiver = app.config.receiver(found) if found else None
    if receiver is None:
        raise HTTPException(404)
    home = _home(app)
    shown = [_told(one, home) for one in feeds.shown(opened, receiver.id, ENTRIES)]
    return _answer(request, app, receiver.id, receiver.title, shown)


@router.get("/atom/sokning/{token}")
def search(request: Request, app: World, opened: Reading, token: Token) -> Response:
    """What its owner may see today; 404 where there is no such feed, or its owner has left."""
    found = saved.of_token(opened, fingerprint(token))
    owner = accounts.get(opened, found.account) if found else None
    if found is None or owner is None or owner.role not in ROLES:
        raise HTTPException(404)
    try:
        chosen = filters(Wanted.model_validate(found.query), app.config, app.clock())
    except (ValidationError, Mistake) as error:  # it names a unit, a source or a field that is no more
        raise HTTPException(410) from error
    kept = notes(request)
    kept.by(owner.name, owner.role)
    scope = replace(rights.scope(owner, app.config, opened), seen=kept.saw)
    listed = entries.find(opened, scope, chosen, limit=ENTRIES).items
    return _answer(request, app, f"sokning:{found.id}", found.name, list(_found(listed, app)))


def _answer(request: Request, app: App, key: str, title: str, shown: list[etree._Element]) -> Response:
    body = _document(app, key, title, shown)
    version = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": version, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if request.headers.get("if-none-match") == version:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/atom+xml", headers=headers)


def _document(app: App, key: str, title: str, shown: list[etree._Element]) -> bytes:
    # the same while nothing new is told: a reader that asks again gets 304
    updated = shown[0].findtext(f"{{{ATOM}}}updated") if shown else "1970-01-01T00:00:00+00:00"
    document = MAKE.feed(
        MAKE.id(f"tag:{app.config.sender.list_id},2026:{key}"),
        MAKE.title(_plain(_("Mediebevakning, %s: %s") % (app.config.municipality.name, title))),
        MAKE.updated(updated),
        MAKE("author", MAKE.name(app.config.sender.name)),
        MAKE.link(href=_home(app)),
        *shown,
    )
    return bytes(etree.tostring(document, xml_declaration=True, encoding="utf-8"))


def _told(one: feeds.Shown, home: str) -> etree._Element:
    return _entry(f"mid:{one.message_id.strip('<>')}", one.subject, one.at.isoformat(), one.link or home)


def _found(listed: tuple[Item, ...], app: App) -> Iterator[etree._Element]:
    for item in listed:
        given = item.assessment
        guarded = given.flags or given.by_employee or given.about_management
        title = _("Inlägg som bara visas efter inloggning") if guarded else headline(item.entry)
        link = f"{_home(app)}inlagg/{item.entry.id}"
        yield _entry(link, title, (item.edited_at or item.when).isoformat(), link)


def _entry(key: str, title: str, updated: str, link: str) -> etree._Element:
    return MAKE.entry(
        MAKE.id(key),
        MAKE.title(_plain(title)),
        MAKE.updated(updated),
        MAKE.link(href=link),
        MAKE.summary(_("Läs mer efter inloggning.")),
    )


def _home(app: App) -> str:
    return app.config.dashboard.base_url.rstrip("/") + "/"


def _plain(text: str) -> str:
    return text.translate(UNWRITABLE)
