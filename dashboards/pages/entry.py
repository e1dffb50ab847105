"""Inlägg: one entry whole, with what was found in it and why, its story, its earlier wordings, and who was told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response
from sqlalchemy import Connection

from dashboards.answers import said_of
from dashboards.auth import Reading, Who, World
from dashboards.catalogue import texts
from dashboards.highlight import Mark, Piece, pieces
from dashboards.rendering import page
from pipelines.bootstrap import App
from pipelines.config.schema import Config
from pipelines.notify import settings
from pipelines.register.clearing import Clearing, clearing
from pipelines.store import overlay, register
from pipelines.store.overlay import Change
from pipelines.store.views import registrations
from pipelines.store.views.detail import Detail, detail
from pipelines.store.views.standing import Standing, standings
from pipelines.types import Item

router = APIRouter()
MAX_MARKS = 500
"""A post that repeats one word a thousand times is as clear with some of them marked."""


@router.get("/inlagg/{entry_id}")
def show(
    request: Request, app: World, opened: Reading, who: Who, entry_id: Annotated[str, Path(max_length=64)]
) -> Response:
    found = detail(opened, who.scope, entry_id)
    if found is None:
        raise HTTPException(404)
    title, text = _marked(found, app.config)
    said = said_of(opened, who.scope, found.item, stale=found.stale, config=app.config)
    standing = standings(opened, who.scope, [found.item])[found.item.entry.id]
    return page(
        request,
        "entry.html",
        found=found,
        item=found.item,
        said=said,
        title=title,
        text=text,
        standing=standing,
        clearing=_clearing(opened, app, found.item, standing),
        silenced=_silenced(opened, app, found.item),
        diary=registrations.of_entry(opened, who.scope, entry_id),
        own=any(source.own for source in app.config.sources if source.id == found.item.entry.source_id),
    )


def _clearing(opened: Connection, app: App, about: Item, standing: Standing) -> Clearing | None:
    """How the post is removed, where it is unsuitable and on an account of ours."""
    if not any(one.case.kind == "unsuitable" for one in standing.files):
        return None
    account = register.of_source(opened, [about.entry.source_id]).get(about.entry.source_id)
    return clearing(about.entry, account, app.config.accounts)


def _silenced(opened: Connection, app: App, item: Item) -> dict[str, Change]:
    """By category, the silence of the rule that flagged it, with who said so and why."""
    held = settings.silences(opened, app.clock())
    said = {change.name: change for change in overlay.current(opened, "silence")}
    return {
        flag.category: said[name]
        for flag in item.assessment.flags
        for name, one in held.items()
        if one.rule == flag.rule and one.covers(item, item.story_id, flag.category)
    }


def _marked(found: Detail, config: Config) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Title and text, cut at their marks; unmarked where the text was edited after it was assessed."""
    entry = found.item.entry
    marks = [] if found.stale else list(_marks(found.item, config))[:MAX_MARKS]
    body = len(entry.content) - len(entry.text)
    return pieces(entry.content, marks, 0, len(entry.title)), pieces(entry.content, marks, body)


def _marks(item: Item, config: Config) -> Iterator[Mark]:
    categories = {category.id: category.name for category in config.categories}
    for flag in item.assessment.flags:
        for span in flag.evidence:
            yield Mark(span.start, span.end, "flag", f"{categories.get(flag.category, flag.category)}: {flag.reason}")
    for mention in item.assessment.mentions:
        unit = config.unit(mention.name) if mention.kind == "unit" else None
        label = f"{texts()['mention'][mention.kind]}: {unit.name if unit else mention.name}"
        yield Mark(mention.span.start, mention.span.end, "mention", label)
