"""A PDF to be kept: made as PDF/A-2b by Ghostscript, its structure looked at by qpdf, where the machine has them.

That it is PDF/A is what Ghostscript was asked for and says in the file; nobody here validates it.
https://ghostscript.readthedocs.io/en/latest/VectorDevices.html#creating-a-pdf-a-document
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

GHOSTSCRIPT, QPDF = "gs", "qpdf"
PROFILES = ("/usr/share/color/icc/ghostscript/srgb.icc", "/usr/share/ghostscript/*/iccprofiles/*rgb.icc")
"""Where Debian's Ghostscript keeps its sRGB profile, and where others do."""
PACKAGES = ("chromium", "ghostscript", "qpdf")
"""What it takes, as Debian calls it."""
SECONDS = 240
MARK = b"pdfaid"
"""In the metadata of what says that it is PDF/A."""
DEFINITION = """%!
[ /Title {title} /DOCINFO pdfmark
[ /_objdef {{icc}} /type /stream /OBJ pdfmark
[ {{icc}} << /N 3 >> /PUT pdfmark
[ {{icc}} ({profile}) (r) file /PUT pdfmark
[ /_objdef {{intent}} /type /dict /OBJ pdfmark
[ {{intent}} << /Type /OutputIntent /S /GTS_PDFA1 /DestOutputProfile {{icc}} /OutputConditionIdentifier (sRGB) >>
  /PUT pdfmark
[ {{Catalog}} << /OutputIntents [ {{intent}} ] >> /PUT pdfmark
"""


@dataclass(frozen=True, slots=True)
class Tools:
    """Programs of this machine, and the profile; None for what is missing."""

    chromium: str | None
    ghostscript: str | None
    profile: str | None
    qpdf: str | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Of PACKAGES."""
        there = (self.chromium, self.ghostscript and self.profile, self.qpdf)
        return tuple(name for name, found in zip(PACKAGES, there, strict=True) if not found)


def tools(chromium: str | None) -> Tools:
    """What there is now."""
    profiles = [
        path for pattern in PROFILES for path in sorted(Path("/").glob(pattern.removeprefix("/"))) if path.is_file()
    ]
    profile = str(profiles[0]) if profiles else None
    return Tools(chromium, shutil.which(GHOSTSCRIPT), profile, shutil.which(QPDF))


def as_pdfa(pages: Sequence[bytes], title: str, given: Tools) -> bytes | None:
    """The documents one after the other as one; None where Ghostscript is missing, fails, or says of what it has made
    that it is no PDF/A."""
    if not given.ghostscript or not given.profile:
        return None
    with tempfile.TemporaryDirectory(prefix="mediebevakning-gs-") as name:
        folder = Path(name)
        definition = folder / "definition.ps"
        definition.write_text(DEFINITION.format(title=_written(title), profile=given.profile), "ascii")
        inputs = []
        for number, page in enumerate(pages):
            inputs.append(folder / f"{number}.pdf")
            inputs[-1].write_bytes(page)
        made = folder / "made.pdf"
        command = [
            *(given.ghostscript, "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", f"--permit-file-read={given.profile}"),
            *("-sDEVICE=pdfwrite", "-dPDFA=2", "-dPDFACompatibilityPolicy=1", "-sColorConversionStrategy=RGB"),
            *(f"-sOutputFile={made}", str(definition), *map(str, inputs)),
        ]
        if _run(command, folder) != 0 or not made.is_file():
            return None
        content = made.read_bytes()
    return content if MARK in content else None


def is_sound(content: bytes, given: Tools) -> bool | None:
    """Whether qpdf finds nothing wrong with the structure; None where it is missing."""
    if not given.qpdf:
        return None
    with tempfile.TemporaryDirectory(prefix="mediebevakning-qpdf-") as name:
        path = Path(name) / "made.pdf"
        path.write_bytes(content)
        return _run([given.qpdf, "--check", str(path)], Path(name)) == 0


def _written(text: str) -> str:
    """As a PostScript string in hexadecimal, in which no word can be a command."""
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>"


def _run(command: Sequence[str], folder: Path) -> int:
    """The exit code; -1 where it took too long, and was ended with all that it had started."""
    environment = {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    started = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return started.wait(SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        return -1
