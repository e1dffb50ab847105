from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.collect import wording
from pipelines.collect.recordings import parse_bytes, read
from pipelines.errors import WrongCall
from tests.collect.feeds import item, rss
from tests.collect.test_mastodon import status
from tests.collect.test_polisen import notice


def _file(folder: Path, content: str | bytes) -> Path:
    path = folder / "fil"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_an_entry_as_the_command_line_shows_it(tmp_path: Path) -> None:
    (shown,) = read(_file(tmp_path, rss(item(link="/artikel/1"))), url="https://smabybladet.example/flode.xml")
    assert set(shown) == {"id", "url", "title", "text", "published", "author", "language"}
    assert shown["url"] == "https://smabybladet.example/artikel/1"
    assert (shown["published"], shown["author"]) == ("2026-11-21T05:30:00+00:00", None)


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (rss(item(1), item(2)), 2),
        (json.dumps([notice(), notice(id=2)]), 2),
        (json.dumps(notice()) + "\n" + json.dumps(notice(id=2)), 2),
        (json.dumps([status()]), 1),
        ("[]", 0),
        (json.dumps({"id": 1, "versions": [{"event": notice(name="Rån, Småby")}, {"event": notice()}]}), 1),
    ],
)
def test_the_family_is_told_from_the_content(tmp_path: Path, content: str, count: int) -> None:
    shown = list(read(_file(tmp_path, content)))
    assert len(shown) == count
    assert not any("error" in one for one in shown)


def test_the_last_wording_of_a_recorded_notice_counts() -> None:
    versions = {"id": 1, "versions": [{"event": notice(name="Rån, Småby")}, {"event": notice(name="Mord, Småby")}]}
    (entry,) = parse_bytes(None, json.dumps(versions).encode()).entries
    assert entry.title == "Mord, Småby"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", wording.EMPTY_FILE),
        ("   \n", wording.EMPTY_FILE),
        ('{"a": 1}', wording.NOT_UNDERSTOOD),
        ("[[[[", wording.NOT_UNDERSTOOD),
        ('{"id": 1, "versions": 7}', wording.NOT_POLISEN),
        ("ingenting", wording.NOT_A_FEED),
        (b"\xff\xd8\xff\xe0 JFIF", wording.NOT_A_FEED),
    ],
)
def test_a_file_that_is_no_feed_is_an_error(tmp_path: Path, content: str | bytes, problem: str) -> None:
    path = _file(tmp_path, content)
    assert list(read(path)) == [{"file": str(path), "error": problem}]


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (shown,) = read(tmp_path / "ingen")
    assert "error" in shown


def test_an_unknown_family_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(WrongCall, match="fax"):
        list(read(_file(tmp_path, rss()), "fax"))
