"""The report as files: a page that stands alone, and PDF/A-2a."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pipelines.config.schema import Config
from pipelines.evaluation.drawings import drawings
from pipelines.evaluation.facts import Facts
from pipelines.evaluation.report import report, title
from pipelines.reports import document, page
from pipelines.reports.blocks import Block


def blocks(facts: Facts, config: Config) -> list[Block]:
    """With its charts drawn."""
    return report(facts, config, drawings(facts, config.zone, drawn=True))


def pdf(facts: Facts, config: Config) -> bytes:
    return rendered(blocks(facts, config), facts, config.zone)


def rendered(made: list[Block], facts: Facts, zone: ZoneInfo) -> bytes:
    """As PDF/A-2a, dated when its figures were counted."""
    when: datetime = facts.now.astimezone(zone)
    return document.render(made, title=title(facts), when=when)


def files(facts: Facts, config: Config) -> dict[str, bytes]:
    """By name: the page and the document."""
    made = blocks(facts, config)
    name = file_name(facts)
    return {
        f"{name}.html": page.page(made, title(facts)).encode(),
        f"{name}.pdf": rendered(made, facts, config.zone),
    }


def file_name(facts: Facts) -> str:
    """Without its ending: utvardering-2026-skolkontoret."""
    return "-".join(part for part in ("utvardering", facts.occasion.id, facts.subject.id) if part)
