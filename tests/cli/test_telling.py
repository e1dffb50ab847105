"""notify --explain, silence, deputy: what people change is kept with who, when and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.config import load
from tests import builders


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path / "var"))
    made = builders.app(tmp_path)
    builders.save(made, [builders.item(stance=builders.Stance("critical", 0.8))])
    return made.settings.database


def call(capsys: pytest.CaptureFixture[str], database: str, *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert main([*arguments, "--config", str(builders.SMABY), "--db", database]) == code
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


def test_why_who_is_told(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "kritik: gäller, till kommunikationschef" in call(capsys, database, "notify", "--explain", "e1")
    assert json.loads(call(capsys, database, "notify", "--explain", "e1", "--json"))
    assert "no assessed post" in call(capsys, database, "notify", "--explain", "e9", code=1)


def test_a_silence_is_added_shown_and_ended_and_its_history_stays(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    how = ("--rule", "act", "--until", "2999-01-01", "--reason", "Larmar fel", "--by", "Anna")
    name = call(capsys, database, "silence", "add", *how).strip()
    call(capsys, database, "silence", "end", "--name", name, "--reason", "Rättad", "--by", "Bo")
    rows = json.loads(call(capsys, database, "silence", "list", "--json"))
    assert [(row["state"], row["by"], row["reason"]) for row in rows] == [
        ("was added", "Anna", "Larmar fel"),
        ("ended", "Bo", "Rättad"),
    ]
    assert "holds" in call(capsys, database, "silence", "end", "--name", name, "--reason", "Igen", code=1)


DATES = ("--first", "2999-01-01", "--last", "2999-01-02")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("silence", "add", "--rule", "act", "--reason", "x"), 2, "needs an end"),
        (("silence", "add", "--rule", "act", "--until", "2999-01-01"), 2, "--reason"),
        (("silence", "add", "--rule", "okänd", "--until", "2999-01-01", "--reason", "x"), 1, "no rule has the id"),
        (("silence", "add", "--rule", "act", "--until", "2020-01-01", "--reason", "x"), 1, "ended before it began"),
        (("silence", "add", "--until", "2999-01-01", "--reason", "x"), 1, "name a unit"),
        (("silence", "end", "--reason", "x"), 2, "--name"),
        (("deputy", "add", "--absent", "a", *DATES, "--reason", "x"), 1, "deputy"),
    ],
)
def test_what_is_wrong_is_said(
    database: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    assert said in call(capsys, database, *arguments, code=code)


def test_deputies_may_not_overlap(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    how = ("deputy", "add", "--absent", "kommunikationschef", "--reason", "Ledig", "--last", "2999-01-10")
    call(capsys, database, *how, "--deputy", "enhetschef:omsorgen", "--first", "2999-01-01")
    refused = call(capsys, database, *how, "--deputy", "enhetschef:smabyhus", "--first", "2999-01-10", code=1)
    assert "both deputies on 2999-01-10" in refused
    assert "enhetschef:omsorgen" in call(capsys, database, "deputy", "list")


def test_what_holds_is_exported_as_files_that_load_with_the_deputies_in_them(
    database: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    who = ("--absent", "enhetschef:nasviksskolan", "--deputy", "kommunikationschef")
    call(capsys, database, "deputy", "add", *who, *DATES, "--reason", "Semester")
    call(capsys, database, "silence", "add", "--rule", "act", "--until", "2999-01-01", "--reason", "Larmar fel")
    out = tmp_path / "ut"
    said = call(capsys, database, "config", "export", str(out))
    assert "named: 1." in said and "silence list" in said
    present = builders.smaby()
    (added,) = load(out).deputies
    assert (added.absent, added.deputy) == ("enhetschef:nasviksskolan", "kommunikationschef")
    assert load(out) == present.model_copy(update={"deputies": (*present.deputies, added)})
    before = {path.name: path.read_text("utf-8") for path in out.iterdir()}
    assert "not there yet" in call(capsys, database, "config", "export", str(out), code=1)
    assert {path.name: path.read_text("utf-8") for path in out.iterdir()} == before
