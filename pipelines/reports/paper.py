"""A paper of headings, sentences and tables: as text for a terminal, as a page, as a document for the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from textwrap import fill

from pipelines.reports import document
from pipelines.reports import page as pages
from pipelines.reports.blocks import Block, Heading, Points, Table, Text

WIDTH = 100
"""Characters of a line on a terminal."""


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    paragraphs: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    title: str
    facts: tuple[tuple[str, str], ...]
    """Name and value, on lines of their own below the title."""
    sections: tuple[Section, ...]


def text(paper: Paper) -> str:
    """For reading as it is."""
    lines = [paper.title, "=" * len(paper.title), "", *(f"{name}: {value}" for name, value in paper.facts)]
    for section in paper.sections:
        lines += ["", section.heading, "-" * len(section.heading)]
        lines += [fill(sentence, WIDTH) for sentence in section.paragraphs]
        lines += list(_table(section))
    return "\n".join(lines) + "\n"


def page(paper: Paper) -> str:
    """As a page of HTML that stands alone."""
    return pages.page(_blocks(paper), paper.title)


def _table(section: Section) -> Iterator[str]:
    if not section.rows:
        return
    lines = (section.heads, *section.rows)
    widths = [max(len(line[column]) for line in lines) for column in range(len(section.heads))]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def pdf(paper: Paper, at: datetime) -> bytes:
    """As `document.render` makes it, dated `at` (aware, in the zone to tell it in): alike at like times."""
    return document.render(_blocks(paper), title=paper.title, when=at)


def _blocks(paper: Paper) -> Iterator[Block]:
    yield Points(tuple(f"{name}: {value}" for name, value in paper.facts))
    for section in paper.sections:
        yield Heading(section.heading)
        yield from (Text(line) for line in section.paragraphs)
        if section.rows:
            yield Table(section.heading, section.heads, section.rows)
