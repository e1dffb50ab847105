"""A post as it stands here, as a document that can be kept: with where, when and in which wording it was read."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pipelines.config.schema import Config
from pipelines.reports import document
from pipelines.reports.blocks import Block, Heading, Points, Post, Posts, Text
from pipelines.types import Item

WHAT = (
    "Dokumentet återger texten så som mediebevakningen läste den. Det är ingen bild av sidan: bilder, länkar i texten "
    "och andras svar finns bara hos källan. Vem som skrev sparas inte i mediebevakningen och står därför inte här."
)


def capture(item: Item, link: str, config: Config, now: datetime) -> bytes:
    """The PDF (PDF/A-2a, PDF/UA-1). link: the original's address, http(s), or empty. now: aware, when it was made."""
    source = config.source(item.entry.source_id)
    name = source.name if source else item.entry.source_id
    when = now.astimezone(config.zone)
    title = f"Inlägg från {name}, {item.when.astimezone(config.zone):%Y-%m-%d}"
    return document.render(_blocks(item, name, link, config, when), title=title, when=when)


def sha256(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _blocks(item: Item, source: str, link: str, config: Config, when: datetime) -> list[Block]:
    entry = item.entry
    written = f"{entry.published.astimezone(config.zone):%Y-%m-%d %H.%M}" if entry.published else "anges inte av källan"
    heading = entry.title.strip() or f"Inlägg från {source}"
    facts = (f"Källa: {source}",)
    return [
        Posts((Post(heading, facts, entry.text, item.assessment.language, link or None, "Originalet"),)),
        Heading("Om dokumentet"),
        Points(
            (
                f"Adress: {link or 'källan anger ingen'}",
                f"Skrivet: {written}",
                f"Läst första gången: {item.first_seen.astimezone(config.zone):%Y-%m-%d %H.%M}",
                f"Dokumentet gjort: {when:%Y-%m-%d %H.%M}",
                f"Lydelse: {entry.revision}",
            )
        ),
        Text(WHAT, "weak"),
    ]
