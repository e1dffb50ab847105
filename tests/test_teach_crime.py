"""Notices of the police as they teach: in order of time, the newest kept apart; what is no notice is said."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from pipelines.config.schema import Group
from pipelines.errors import UserError
from pipelines.teach_crime import FILE, main, notices, teach, worth
from sentiment.classifier import Classifier

GROUPS = (
    Group(id="none", in_type=("övrigt",), offence=False),
    Group(id="fire", in_type=("brand",)),
    Group(id="theft", in_type=("stöld",)),
)
CONFIG = str(Path(__file__).parents[1] / "config" / "botkyrka")
TOLD = {"Brand": "Det brinner i ett garage.", "Stöld": "En cykel är stulen.", "Övrigt": "Lugnt.", "Djur": "Älg."}


def written(folder: Path, lines: Iterable[object]) -> Path:
    with gzip.open(folder / FILE, "wt", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(line)}\n" for line in lines)
    return folder


def row(number: int) -> dict[str, str | None]:
    kind = list(TOLD)[number % 4]
    body = "Anmälan är upprättad." if number % 8 < 4 else None
    return {"id": str(number), "type": kind, "place": "X", "text": TOLD[kind], "body": body}


def test_the_newest_teach_nothing_whatever_their_order_in_the_file(tmp_path: Path) -> None:
    older, newer = notices(written(tmp_path, [row(number) for number in reversed(range(200))]), GROUPS)
    assert (len(older), len(newer)) == (86, 14), "half of all have a group; 15 % are kept"
    assert [one.group for one in newer][:4] == ["fire", "theft", "fire", "theft"]
    assert {len(one.whole) > len(one.sentence) for one in newer} == {True, False}, "some have no body"


def test_what_was_taught_is_told_of_what_was_not(tmp_path: Path) -> None:
    older, newer = notices(written(tmp_path, [row(number) for number in range(400)]), GROUPS)
    classifier = Classifier(teach(older, []))
    for whole in (False, True):
        found = worth(classifier, newer, whole=whole)
        assert found.macro_f1 == 1.0 and {one.label for one in found.groups} == {"fire", "theft"}


@pytest.mark.parametrize("line", [{}, [], {"id": "x", "type": "Brand", "text": "", "body": ""}])
def test_what_is_no_notice_is_refused_with_the_name_of_the_file(tmp_path: Path, line: object) -> None:
    with pytest.raises(UserError, match=FILE):
        notices(written(tmp_path, [line]), GROUPS)


def test_a_folder_without_notices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=FILE):
        notices(tmp_path, GROUPS)


def test_without_a_folder_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MEDIEBEVAKNING_LABELLED", raising=False)
    assert main([CONFIG]) == 1
    assert "MEDIEBEVAKNING_LABELLED is not set" in capsys.readouterr().err


def test_a_wrong_folder_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEDIEBEVAKNING_LABELLED", str(tmp_path))
    assert main([CONFIG]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
