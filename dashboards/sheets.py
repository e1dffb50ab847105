"""Entries as a table for a spreadsheet, in which no text of theirs can be a formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator

from fastapi import Response
from fastapi.responses import StreamingResponse
from lxml import etree
from lxml.builder import ElementMaker

from dashboards.catalogue import texts
from dashboards.highlight import excerpt
from dashboards.language import gettext as _
from dashboards.rendering import headline, language, web_link
from pipelines.config.schema import Config
from pipelines.reports.rows import Table, as_csv
from pipelines.types import Item

NAME = "mediebevakning"
"""Of a file of entries."""
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""
UNNAMEABLE = re.compile(r"[\[\]:*?/\\]")
"""What the name of a sheet cannot hold."""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def table(items: Iterable[Item], config: Config) -> Iterator[list[str]]:
    """A row for each entry, under a head, as they come: what the list shows of it, never who wrote it."""
    said = texts()
    names = {source.id: source.name for source in config.sources} | {unit.id: unit.name for unit in config.units}
    categories = {category.id: category.name for category in config.categories}
    home = config.dashboard.base_url.rstrip("/")
    yield list(said["sheet"].values())
    for item in items:
        given = item.assessment
        flags = dict.fromkeys(categories.get(flag.category, flag.category) for flag in given.flags)
        yield [
            f"{item.when.astimezone(config.zone):%Y-%m-%d %H:%M}",
            headline(item.entry),
            excerpt(item.entry.text) if item.entry.title else "",
            names.get(item.entry.source_id, item.entry.source_id),
            said["kind"][item.entry.kind],
            said["tone"][given.tone.label],
            said["stance"][given.stance.label],
            said["intent"][given.intent],
            ", ".join(flags),
            ", ".join(names.get(unit, unit) for unit in given.units),
            language(given.language),
            _("Ja") if given.alert else "",
            web_link(item.entry.url) or "",
            f"{home}/inlagg/{item.entry.id}",
        ]


def as_xlsx(rows: Table, title: str = "") -> bytes:
    """A workbook with one sheet whose cells are text by their type: nothing in it is computed."""
    sheet = ElementMaker(namespace=MAIN, nsmap={None: MAIN})
    relation = ElementMaker(namespace=RELATIONS, nsmap={None: RELATIONS})
    types = ElementMaker(namespace=TYPES, nsmap={None: TYPES})
    book = ElementMaker(namespace=MAIN, nsmap={None: MAIN, "r": OFFICE})
    cells = [sheet.row(*(_cell(sheet, cell) for cell in row)) for row in rows]
    parts = {
        "[Content_Types].xml": types.Types(
            types.Default(Extension="rels", ContentType="application/vnd.openxmlformats-package.relationships+xml"),
            types.Override(PartName="/xl/workbook.xml", ContentType=f"{SHEET_TYPE}.sheet.main+xml"),
            types.Override(PartName="/xl/worksheets/sheet1.xml", ContentType=f"{SHEET_TYPE}.worksheet+xml"),
        ),
        "_rels/.rels": relation.Relationships(
            relation.Relationship(Id="r1", Type=f"{OFFICE}/officeDocument", Target="xl/workbook.xml")
        ),
        "xl/_rels/workbook.xml.rels": relation.Relationships(
            relation.Relationship(Id="r1", Type=f"{OFFICE}/worksheet", Target="worksheets/sheet1.xml")
        ),
        "xl/workbook.xml": book.workbook(
            book.sheets(
                book.sheet(
                    {"name": UNNAMEABLE.sub("", title or _("Flöde"))[:31], "sheetId": "1", f"{{{OFFICE}}}id": "r1"}
                )
            )
        ),
        "xl/worksheets/sheet1.xml": sheet.worksheet(sheet.sheetData(*cells)),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, etree.tostring(part, xml_declaration=True, encoding="UTF-8", standalone=True))
    return written.getvalue()


def csv_file(rows: Table, name: str = NAME) -> Response:
    """As a file to keep."""
    return kept(as_csv(rows), "text/csv; charset=utf-8", f"{name}.csv")


def xlsx_file(rows: Table, name: str = NAME, title: str = "") -> Response:
    return kept(as_xlsx(rows, title), f"{SHEET_TYPE}.sheet", f"{name}.xlsx")


def kept(content: bytes | Iterator[bytes], media_type: str, name: str) -> Response:
    """An answer that a browser keeps as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if isinstance(content, bytes):
        return Response(content, media_type=media_type, headers=headers)
    return StreamingResponse(content, media_type=media_type, headers=headers)


def _cell(make: ElementMaker, text: str) -> etree._Element:
    return make.c(make("is", make.t(UNWRITABLE.sub("", text))), t="inlineStr")
