"""A row of blocks as a page of HTML that stands alone: no script, no address from elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from pipelines.reports.blocks import Block, Drawing, Heading, Points, Posts, Table, Text

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1d2529}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}caption{text-align:left;font-weight:600}"
    "th,td{border-bottom:1px solid #b9c2c4;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    ".tal{text-align:right}.svag{color:#4d5a62;font-size:.9rem}figure{margin:1rem 0;overflow-x:auto}"
)


def page(blocks: Iterable[Block], title: str) -> str:
    """All that the blocks say is escaped; a drawing stands as the SVG that it is."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    body = "\n".join(map(_shown, blocks))
    return (
        f'<!doctype html>\n<html lang="sv"><head>{head}<style>{STYLE}</style></head>\n'
        f"<body><main><h1>{escape(title)}</h1>\n{body}\n</main></body></html>\n"
    )


def _shown(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Text(text, kind):
            weak = ' class="svag"' if kind == "weak" else ""
            return f"<p{weak}>{escape(text)}</p>"
        case Points(items):
            return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
        case Posts(items):
            return f"<ul>{''.join(f'<li>{escape(item.heading)}</li>' for item in items)}</ul>"
        case Table():
            return _table(block)
        case Drawing(svg):
            return f"<figure>{svg}</figure>"


def _table(given: Table) -> str:
    def cell(place: int, text: str, tag: str) -> str:
        scope = {"th": ' scope="row"', "td": "", "head": ' scope="col"'}[tag]
        name = "td" if tag == "td" else "th"
        number = ' class="tal"' if place in given.numbers else ""
        return f"<{name}{scope}{number}>{escape(text)}</{name}>"

    head = "".join(cell(place, text, "head") for place, text in enumerate(given.head))
    rows = "".join(
        f"<tr>{''.join(cell(place, text, 'td' if place else 'th') for place, text in enumerate(row))}</tr>"
        for row in given.rows
    )
    caption = f"<caption>{escape(given.caption)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
