"""The stories commands: what is in one story and why, split by a person, merged again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.cli import main
from tests import builders


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path / "var"))
    made = builders.app(tmp_path)
    builders.save(made, [builders.item(builders.entry(id), story="e1") for id in ("e1", "e2", "e3")])
    return made.settings.database


def call(capsys: pytest.CaptureFixture[str], database: str, *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    where = ("--config", str(builders.SMABY), "--db", database)
    assert main(["stories", *arguments, *where]) == code
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


def test_a_person_splits_and_merges_and_is_named(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, database, "split", "e2", "e3", "--by", "Anna").strip() == "e2"
    assert call(capsys, database, "merge", "e1", "e3", "--by", "Bo").strip() == "e1"
    table = call(capsys, database, "show", "e3")
    assert "Sammanfört med historien av Bo." in table and "split by Anna: e2, e3 from e1 to e2" in table
    told = json.loads(call(capsys, database, "show", "e1", "--json"))
    assert (told["id"], [one["entry_id"] for one in told["entries"]]) == ("e1", ["e1", "e2", "e3"])
    assert [one["by"] for one in told["decisions"]] == ["Anna", "Bo"]


def test_what_cannot_be_moved_is_said(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "not a part of one story" in call(capsys, database, "split", "e1", "e2", "e3", code=1)
    assert "that story already" in call(capsys, database, "merge", "e1", "e2", code=1)
    assert "no story and no post" in call(capsys, database, "show", "nope", code=1)
