"""The accounts commands: the register out and in again, all or nothing, and what the policy finds lacking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.cli import main
from tests import builders


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path / "var"))
    return builders.app(tmp_path).settings.database


def call(capsys: pytest.CaptureFixture[str], database: str, *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    where = ("--config", str(builders.SMABY), "--db", database)
    assert main(["accounts", *arguments, *where]) == code
    captured = capsys.readouterr()
    return captured.out or captured.err


WHOLE = """[[account]]
id = "fb"
network = "facebook"
handle = "Småby"
address = "https://facebook.example/smaby"
responsible = "kommunikationschef"
administrators = ["Kommunikatör"]
"""


def test_in_and_out_again_in_every_form(tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "konton.toml"
    file.write_text(WHOLE, "utf-8")
    said = ("import", str(file), "--reason", "Första", "--by", "Anna")
    assert call(capsys, database, *said) == "1 new, 0 changed, 0 as before\n"
    assert call(capsys, database, "export") == WHOLE
    table = tmp_path / "konton.csv"
    table.write_text(call(capsys, database, "export", "--format", "csv"), "utf-8")
    assert call(capsys, database, "import", str(table), "--reason", "x") == "0 new, 0 changed, 1 as before\n"
    (one,) = json.loads(call(capsys, database, "export", "--format", "json"))["accounts"]
    assert one["administrators"] == ["Kommunikatör"]
    assert "kommunikationschef" in call(capsys, database, "list")


def test_one_bad_row_stops_all_of_them(tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "konton.toml"
    bad = WHOLE.replace('"fb"', '"x"').replace("facebook.example", "annat.example").replace('"Småby"', '"Annat"')
    bad = bad.replace("kommunikationschef", "ingen")
    file.write_text(f"{WHOLE}\n{bad}", "utf-8")
    said = call(capsys, database, "import", str(file), "--reason", "x", code=1)
    assert said.strip().endswith(
        'konton.toml, line 9, key "responsible": no receiver has that id. Name one of routes.toml, or enhetschef:UNIT.'
    )
    assert json.loads(call(capsys, database, "list", "--json")) == []


def test_what_is_lacking_is_told_with_its_page(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(capsys, database, "check") == ""
    file = tmp_path / "konton.toml"
    file.write_text(WHOLE, "utf-8")
    call(capsys, database, "import", str(file), "--reason", "x")
    found = json.loads(call(capsys, database, "check", "--json", code=1))
    assert {(row["what"], row["page"]) for row in found} >= {("administrators", 5), ("deputy", 6), ("purpose", 4)}


def test_an_import_without_a_reason_or_a_known_form_is_a_wrong_call(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "konton.xml"
    file.write_text("", "utf-8")
    assert "--format toml or csv" in call(capsys, database, "import", str(file), "--reason", "x", code=2)
    assert "--reason" in call(capsys, database, "import", str(file), "--format", "csv", code=2)
    assert "cannot be read" in call(capsys, database, "import", str(tmp_path / "ingen.toml"), "--reason", "x", code=1)
