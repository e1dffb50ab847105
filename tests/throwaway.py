"""An environment that is made from the package registry for one comparison, and goes with its folder.

What others bring along (their licences, their older libraries) thereby never meets our own lock.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

UV = Path(__file__).resolve().parents[1] / ".tools" / "bin" / "uv"


def environment(folder: Path, packages: Sequence[str]) -> Path | str:
    """The Python of a new environment in `folder` with these packages, pinned by name; or why there is none."""
    python = folder / "bin" / "python"
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True, check=False)
    if made.returncode:
        return f"no environment could be made: {_last(made.stdout + made.stderr)}"
    install = (
        [str(UV), "pip", "install", "--python", str(python)] if UV.exists() else [str(python), "-m", "pip", "install"]
    )
    got = subprocess.run([*install, "--quiet", *packages], capture_output=True, text=True, check=False)
    return f"could not be installed: {_last(got.stderr)}" if got.returncode else python


def _last(said: str) -> str:
    return next(reversed(said.strip().splitlines()), "it said nothing")
