"""The copy of a post that is kept before it is removed: text, source, address, times and checksum, as PDF/A."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Response

from dashboards import dates
from dashboards.auth import Reading, Who, World
from dashboards.language import SOURCE, speak
from dashboards.printed import CARE, made_by
from dashboards.rendering import headline, named
from dashboards.sheets import kept
from pipelines.bootstrap import App
from pipelines.register.clearing import checksum
from pipelines.reports import blocks, document
from pipelines.store.views.detail import Detail, detail

router = APIRouter()
UNKNOWN = "Källan säger det inte"
ABOUT = (
    "Kontrollsumman är räknad på rubriken och texten i UTF-8, med ett radbyte mellan dem om det finns en rubrik. "
    "Räknas den om på samma text blir den densamma. Bilder och filmer finns inte i kopian."
)


@router.get("/inlagg/{entry_id}/kopia.pdf")
def capture(app: World, opened: Reading, who: Who, entry_id: Annotated[str, Path(max_length=64)]) -> Response:
    speak(SOURCE)
    found = detail(opened, who.scope, entry_id)
    if found is None:
        raise HTTPException(404)
    now = app.clock()
    told: list[blocks.Block] = [
        *_blocks(found, app),
        blocks.Heading("Om kopian"),
        blocks.Text(ABOUT),
        blocks.Text(made_by(who.account.name, now, app.config)),
        blocks.Text(CARE),
    ]
    heading = f"Kopia av inlägg: {headline(found.item.entry)}"
    made = document.render(told, title=heading, when=now.astimezone(app.config.zone))
    return kept(made, "application/pdf", f"kopia-{checksum(found.item.entry)[:12]}.pdf")


def _blocks(found: Detail, app: App) -> tuple[blocks.Block, ...]:
    entry, zone = found.item.entry, app.config.zone
    rows = (
        ("Källa", named(app.config)["source"](entry.source_id)),
        ("Adress", entry.url or UNKNOWN),
        ("Publicerat", dates.whole(entry.published, zone) if entry.published else UNKNOWN),
        ("Hämtat", dates.whole(found.item.first_seen, zone)),
        ("Ändrat", dates.whole(found.item.edited_at, zone) if found.item.edited_at else "Nej"),
        ("Kontrollsumma, SHA-256", _grouped(checksum(entry))),
    )
    text = tuple(blocks.Text(part) for part in (entry.title, entry.text) if part)
    return (
        blocks.Heading("Inlägget"),
        *text,
        blocks.Heading("Uppgifter"),
        blocks.Table("Uppgifter", ("Uppgift", "Svar"), rows),
    )


def _grouped(digits: str) -> str:
    """In eights: a line must break between them, since a hyphen would look like a part of it."""
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
