"""What a PDF says, whoever has made it: read by Ghostscript."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path


def words(content: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.pdf"
        path.write_bytes(content)
        command = ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=txtwrite", "-sOutputFile=-", str(path)]
        read = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")
    return " ".join(read.split())
