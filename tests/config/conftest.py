"""A configuration that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.builders import SMABY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMABY, tmp_path / "smaby"))
