"""What is delivered to the archive: the files, an index as CSV and XML, checksums, and what the package does not claim.

The same snapshots make the same package, byte by byte, so that its checksum says what was delivered.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from xml.etree import ElementTree

from pipelines.bootstrap import App
from pipelines.config.schema import Config
from pipelines.errors import UserError
from pipelines.register.words import network
from pipelines.reports.rows import as_csv
from pipelines.snapshots import stored
from pipelines.snapshots.values import ENDINGS, Delivery, Snapshot
from pipelines.snapshots.words import form, remarks, words
from pipelines.store import issues, snapshots
from pipelines.store.engine import reading
from pipelines.types import short_hash

CSV, XML, SUMS, READ_ME = "forteckning.csv", "forteckning.xml", "SHA256SUMS", "LASMIG.txt"
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for."""
LINE = re.compile(r"([0-9a-f]{64})  ([^/\0]+)")
LONGEST_RECEIVER = 200
PIECE = 1 << 20
TAGS = (
    *("konto", "natverk", "kontonamn", "halvar", "lage", "adress", "adress-i-slutet", "tid", "tagen-av", "fil"),
    *("format", "byte", "sha256", "anmarkningar"),
)
"""Of a row in XML, in the order of the CSV's columns."""


@dataclass(frozen=True, slots=True)
class Package:
    """Names and contents, the files as the places where they are kept."""

    period: date
    files: Mapping[str, bytes | Path]
    held: int
    """How many snapshots are in it."""

    @property
    def name(self) -> str:
        """As a folder, and without its ending as a file."""
        return f"ogonblicksbilder-{self.period.isoformat()}"

    @property
    def sha256(self) -> str:
        """Of the list of checksums."""
        sums = self.files[SUMS]
        assert isinstance(sums, bytes)
        return stored.sha256(sums)


def package(app: App, period: date) -> Package:
    """Raises UserError where there is nothing for that day, or a file is not as it was kept."""
    found = standing(app, period)
    held = [given for given in found if given.is_held]
    if not held:
        raise UserError(f"there is no snapshot for {period.isoformat()}. See them with: mediebevakning snapshot list")
    files: dict[str, bytes | Path] = {named(given): stored.path(app.settings, given) for given in held}
    return Package(period, files | beside(found, period, app.config), len(held))


def beside(found: Sequence[Snapshot], period: date, config: Config) -> dict[str, bytes]:
    """What is in the package beside the pictures, the list of checksums last."""
    rows = [_row(given, config) for given in found]
    written = {
        CSV: b"".join(as_csv([list(words()["index"]["heads"]), *rows])),
        XML: _xml(rows, period, config),
        READ_ME: _read_me(found, period, config).encode(),
    }
    sums = {named(given): given.sha256 for given in found if given.is_held}
    sums |= {name: stored.sha256(content) for name, content in written.items()}
    return written | {SUMS: "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode()}


def checksum(found: Sequence[Snapshot], period: date, config: Config) -> str:
    """Of the package that they make, without a look at the files."""
    return stored.sha256(beside(found, period, config)[SUMS])


def standing(app: App, period: date) -> tuple[Snapshot, ...]:
    """What holds of each account for the half-year."""
    with reading(app.engine) as connection:
        return snapshots.standing(snapshots.of_period(connection, period))


def named(given: Snapshot) -> str:
    """The file's name in the package."""
    return f"{given.account}_{given.period.isoformat()}.{ENDINGS[given.form]}" if given.is_held else ""


def as_zip(made: Package) -> IO[bytes]:
    """The package as one file, that is gone when it is closed. Raises UserError where there is no room for it."""
    whole = TemporaryFile()  # noqa: SIM115 - the reader closes it
    try:
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as file:
            for name, content in made.files.items():
                if isinstance(content, Path):
                    file.write(content, f"{made.name}/{name}")
                else:
                    file.writestr(f"{made.name}/{name}", content)
    except OSError as error:
        whole.close()
        raise UserError(f"the package cannot be written: {error.strerror}. Make room and try again.") from error
    whole.seek(0)
    return whole


def sums_of(folder: Path) -> str:
    """The checksum of a package that lies in a folder, of which each file is looked at.

    Raises UserError where one is missing or another than the list says.
    """
    try:
        listed = (folder / SUMS).read_bytes()
    except OSError as error:
        raise UserError(f"{folder} is no package: {SUMS} cannot be read ({error.strerror}).") from error
    for line in listed.decode("utf-8", "replace").splitlines():
        found = LINE.fullmatch(line)
        if found is None:
            raise UserError(f"{folder / SUMS} has a line that is none of ours. Make the package anew.")
        path = folder / found[2]
        try:
            with path.open("rb") as file:
                fits = hashlib.file_digest(file, "sha256").hexdigest() == found[1]
        except OSError:
            fits = False
        if not fits:
            raise UserError(f"{path} is missing or not as it was made. Make the package anew.")
    return stored.sha256(listed)


def deliver(app: App, period: date, receiver: str, by: str, sha256: str) -> Delivery | None:
    """Record that the package with this checksum was handed over. None where what there is now makes another one: a
    picture has come meanwhile. Raises UserError as `package`."""
    made, now = package(app, period), app.clock()
    if made.sha256 != sha256:
        return None
    to = " ".join(receiver.split())[:LONGEST_RECEIVER]
    id = short_hash("delivery", period.isoformat(), now.isoformat(), sha256, to)[:24]
    given = Delivery(id, period, now, by, to, sha256, made.held)
    with app.engine.begin() as connection:
        snapshots.deliver(connection, given)
        issues.close(connection, snapshots.delivery_key(period), now)
    return given


def _row(given: Snapshot, config: Config) -> list[str]:
    said = words()
    return [
        given.account,
        network(given.network),
        given.handle,
        given.period.isoformat(),
        said["outcome"][given.outcome],
        given.asked,
        given.reached,
        given.at.astimezone(config.zone).isoformat(timespec="seconds"),
        said["index"]["clock"] if given.outcome != "uploaded" else given.by,
        named(given),
        form(given),
        str(given.size) if given.is_held else "",
        given.sha256,
        " ".join(remarks(given)),
    ]


def _xml(rows: Sequence[Sequence[str]], period: date, config: Config) -> bytes:
    root = ElementTree.Element("ogonblicksbilder", {"kommun": _plain(config.municipality.name), "halvar": str(period)})
    for row in rows:
        of_one = ElementTree.SubElement(root, "bild")
        for tag, cell in zip(TAGS, row, strict=True):
            ElementTree.SubElement(of_one, tag).text = _plain(cell)
    ElementTree.indent(root)
    whole: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return whole + b"\n"


def _plain(text: str) -> str:
    return UNWRITABLE.sub("\ufffd", text)


def _read_me(found: Sequence[Snapshot], period: date, config: Config) -> str:
    said = words()
    return (
        str(said["read_me"]["text"])
        .lstrip()
        .format(
            municipality=config.municipality.name,
            day=period.isoformat(),
            csv=CSV,
            xml=XML,
            sums=SUMS,
            held=sum(given.is_held for given in found),
            all=len(found),
            pdfa=said["form"]["pdfa"],
        )
    )


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Its content, some at a time; closed at the end."""
    with file:
        while piece := file.read(PIECE):
            yield piece
