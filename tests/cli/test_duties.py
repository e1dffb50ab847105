"""The commands for the municipality's own duties."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from pipelines.cli import main
from tests import builders
from tests.builders import SMABY, entry, item


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    builders.save(builders.app(tmp_path), [item(entry("e1"), units=("nasviksskolan",))])
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path))
    return ["--config", str(SMABY), "--db", f"sqlite:///{tmp_path / 'test.db'}"]


def test_propose_settle_and_hand_over(called: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diary", "propose", "--post", "e1", "--sender", "A. Exempel", *called]) == 0
    id = capsys.readouterr().out.strip()
    out = tmp_path / "ut"
    assert main(["diary", "export", "--out", str(out), *called]) == 0
    (capture,) = out.glob("inlagg-*.pdf")
    assert hashlib.sha256(capture.read_bytes()).hexdigest() in (out / "SHA256SUMS").read_text()
    assert "A. Exempel" in (out / "forteckning.csv").read_text("utf-8-sig")
    assert main(["diary", "export", "--out", str(out), *called]) != 0
    assert main(["diary", "settle", "--name", id, "--state", "registered", *called]) != 0
    assert main(["diary", "settle", "--name", id, "--state", "registered", "--reference", "KS 1", *called]) == 0
    capsys.readouterr()
    assert main(["diary", "list", "--json", *called]) == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert (line["name"], line["state"], line["reference"]) == (id, "registered", "KS 1")


@pytest.mark.parametrize(
    "wrong",
    [["propose"], ["propose", "--post", "x"], ["settle"], ["settle", "--name", "x", "--state", "declined"], ["export"]],
)
def test_what_cannot_be_done_is_said(called: list[str], wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diary", *wrong, *called]) != 0
    assert capsys.readouterr().err
