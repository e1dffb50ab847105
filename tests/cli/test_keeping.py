"""housekeeping, hold, person: what is asked for is done or refused in one line, and papers are written once."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from pipelines.cli import main
from tests import builders
from tests.builders import NOW, entry, item


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path / "var"))
    made = builders.app(tmp_path)
    old = entry("gammal", published=NOW.replace(year=2024), text="Ett gammalt ord.")
    builders.save(made, [item(old), item(entry("ny", text="Ett nytt ord om Vendela."))])
    return made.settings.database


def call(capsys: pytest.CaptureFixture[str], database: str, *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert main([*arguments, "--config", str(builders.SMABY), "--db", database]) == code
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


def test_a_dry_run_tells_and_a_run_does_the_same(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    dry = call(capsys, database, "housekeeping", "--dry-run")
    assert "Inlägg om kommunen" in dry and "Sökregister" in dry
    told = json.loads(call(capsys, database, "housekeeping", "--dry-run", "--json"))
    done = json.loads(call(capsys, database, "housekeeping", "--json"))
    assert told["lines"] == done["lines"] and done["rows"]["entry emptied"] == 1
    assert "Inlägg om kommunen" not in call(capsys, database, "housekeeping")


def test_what_is_held_stays_until_the_hold_ends(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    how = ("--post", "gammal", "--until", "2030-01-01", "--reason", "Tvist", "--by", "jurist")
    name = call(capsys, database, "hold", "add", *how).strip()
    assert "Inlägg om kommunen" not in call(capsys, database, "housekeeping")
    assert "holds" in call(capsys, database, "hold", "list")
    call(capsys, database, "hold", "end", "--name", name, "--reason", "Avgjord", "--by", "jurist")
    (row,) = json.loads(call(capsys, database, "hold", "list", "--json"))
    assert (row["state"], row["reason"], row["ended why"]) == ("ended", "Tvist", "Avgjord")
    assert "Inlägg om kommunen" in call(capsys, database, "housekeeping")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "--post", "ny", "--reason", "x"), "--until"),
        (("add", "--until", "2030-01-01", "--reason", "x"), "--post"),
        (("add", "--post", "ny", "--source", "polisen", "--until", "2030-01-01", "--reason", "x"), "one of"),
        (("end", "--reason", "x"), "--name"),
    ],
)
def test_a_hold_that_says_too_little_is_a_wrong_call(
    database: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert told in call(capsys, database, "hold", *arguments, code=2)


def test_a_person_s_posts_are_handed_out_in_a_file_and_erased_with_a_receipt(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ("--reference", "KS 2026:417", "--by", "registrator")
    assert "--posts" in call(capsys, database, "person", "extract", "--text", "Vendela", *said, code=2)
    posts = tmp_path / "utdrag.json"
    call(capsys, database, "person", "extract", "--text", "Vendela", "--posts", str(posts), *said)
    assert "Vendela" in posts.read_text("utf-8") and posts.stat().st_mode & 0o077 == 0
    again = call(capsys, database, "person", "extract", "--text", "Vendela", "--posts", str(posts), *said, code=1)
    assert "not there yet" in again
    monkeypatch.setattr("sys.stdin", io.StringIO("nytt ord om Vendela\n"))  # a name is better not on the command line
    paper = tmp_path / "kvitto.pdf"
    call(capsys, database, "person", "erase", "--text", "-", "--out", str(paper), *said)
    assert paper.read_bytes().startswith(b"%PDF-")
    assert "no post" in call(capsys, database, "person", "erase", "--text", "Vendela", *said, code=1)
    listed = json.loads(call(capsys, database, "person", "list", "--json"))
    assert sorted({row["action"] for row in listed}) == ["erase", "extract"]
    assert "Vendela" not in json.dumps(listed)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("erase", "--text", "Vendela"), "--reference"),
        (("erase", "--reference", "KS 1"), "one of"),
        (("erase", "--text", "Vendela", "--url", "https://x.example/", "--reference", "KS 1"), "one of"),
        (("erase", "--text", "Ven", "--reference", "KS 1"), "too short"),
    ],
)
def test_a_request_that_says_too_little_is_a_wrong_call(
    database: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert told in call(capsys, database, "person", *arguments, code=2)


def test_the_decision_is_printed_or_written_as_a_pdf(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Gallringsbeslut" in call(capsys, database, "housekeeping", "decision")
    call(capsys, database, "housekeeping", "decision", "--out", str(tmp_path / "beslut.pdf"))
    assert (tmp_path / "beslut.pdf").read_bytes().startswith(b"%PDF-")
