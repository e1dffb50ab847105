"""What is handed to the registrator as files: an index that a spreadsheet opens, the captures, and their checksums."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from pipelines.config.schema import Config
from pipelines.duties import capture, diary
from pipelines.duties.diary import Filed
from pipelines.reports.rows import as_csv

INDEX = "forteckning.csv"
SUMS = "SHA256SUMS"
READ_ME = "LÄS MIG.txt"
TEXT = """Förslag till diarieföring

{index}    en rad för varje förslag; öppnas i Excel
inlagg-….pdf        inlägget så som mediebevakningen läste det
{sums}          filernas kontrollsummor; kontrollera med: sha256sum -c {sums}

Avsändaren är skriven av den som läste originalet. Mediebevakningen sparar inte vem som skrev.
"""


def files(filed: Sequence[Filed], config: Config) -> dict[str, bytes]:
    """By name, in the order in which they are written; captures that are emptied are not among them."""
    made = {INDEX: b"".join(as_csv(diary.rows(filed, config)))}
    made |= {one.registration.file: one.paper.content for one in filed if one.paper}
    made[READ_ME] = TEXT.format(index=INDEX, sums=SUMS).encode()
    return made | {SUMS: sums(made)}


def sums(made: Mapping[str, bytes]) -> bytes:
    """As sha256sum writes and reads them."""
    return "".join(f"{capture.sha256(content)}  {name}\n" for name, content in made.items()).encode()


def as_zip(made: Mapping[str, bytes]) -> bytes:
    """One file of them; the same bytes for the same files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name, content in made.items():
            file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()
