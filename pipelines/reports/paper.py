"""A paper of headings, sentences and tables: as text for a terminal, as a page, as a document for the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from textwrap import fill

from pipelines.reports import document
from pipelines.reports.blocks import Block, Heading, Points, Table, Text, as_data

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
    """As a page of HTML that stands alone; all of it escaped."""
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in paper.facts)
    body = "".join(_html(section) for section in paper.sections)
    title = escape(paper.title)
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    told = f"<h1>{title}</h1><dl>{facts}</dl>{body}"
    return f'<!doctype html>\n<html lang="sv"><head>{head}</head>\n<body>{told}</body></html>\n'


def _html(section: Section) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in section.paragraphs)
    heads = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in section.heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in section.rows
    )
    caption = f"<caption>{escape(section.heading)}</caption>"
    table = f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    return f"\n<h2>{escape(section.heading)}</h2>{lines}{table}"


def _table(section: Section) -> Iterator[str]:
    if not section.rows:
        return
    lines = (section.heads, *section.rows)
    widths = [max(len(line[column]) for line in lines) for column in range(len(section.heads))]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def pdf(paper: Paper, at: datetime) -> bytes:
    """As `document.render` makes it, dated `at` (aware, in the zone to tell it in): alike at like times."""
    return document.render("blocks", as_data(_blocks(paper)), title=paper.title, when=at)


def _blocks(paper: Paper) -> Iterator[Block]:
    yield Points(tuple(f"{name}: {value}" for name, value in paper.facts))
    for section in paper.sections:
        yield Heading(section.heading)
        yield from (Text(line) for line in section.paragraphs)
        if section.rows:
            yield Table(section.heading, section.heads, section.rows)
