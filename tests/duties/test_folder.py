"""A folder for the registrar or the archive: there whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.duties import folder
from pipelines.errors import UserError
from tests.full_disk import full

FILES = {"forteckning.csv": b"a;b\n", "inlagg.pdf": b"%PDF" * 1000}


def test_a_disk_that_is_full_in_the_middle_leaves_nothing_and_is_said(tmp_path: Path) -> None:
    out = tmp_path / "leverans"
    with full(after=2000), pytest.raises(UserError, match="Make room"):
        folder.write(out, FILES)
    assert list(tmp_path.iterdir()) == []
    folder.write(out, FILES)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == FILES


def test_what_is_there_already_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "egen.txt").write_text("min")
    with pytest.raises(UserError, match="there already"):
        folder.write(tmp_path, FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["egen.txt"]
