"""Lines of JSON: what is in them, and what never is."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines import logs
from pipelines.bootstrap import App
from pipelines.cli import main
from pipelines.errors import UserError
from tests import builders
from tests.builders import SMABY
from tests.dashboards import seed

Lines = Callable[[], list[dict[str, Any]]]
Begin = Callable[[], Lines]
JSON = {"MEDIEBEVAKNING_LOG": "json"}
WEB = ("uvicorn", "uvicorn.error", "uvicorn.access")


@pytest.fixture
def begin(capsys: pytest.CaptureFixture[str]) -> Iterator[Begin]:
    """Sets up JSON lines, and gives what reads those written since; logging is left as it was."""
    root, hook = logging.getLogger(), sys.excepthook
    kept = (root.handlers[:], root.level)
    levels = {name: (logging.getLogger(name).level, logging.getLogger(name).propagate) for name in (*logs.OURS, *WEB)}

    def begun() -> Lines:
        assert logs.begin(JSON)
        return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    yield begun
    sys.excepthook = hook
    root.handlers, root.level = kept
    for name, (level, propagate) in levels.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).propagate = propagate


def test_a_line_tells_when_where_what_and_figures(begin: Begin) -> None:
    lines = begin()
    logging.getLogger("pipelines.collect.phase").info("%s åt", "källan", extra={"figures": {"new": 3, "level": "x"}})
    (line,) = lines()
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "info", "logger": "pipelines.collect.phase", "message": "källan åt", "new": 3}


def test_others_lines_lose_what_was_filled_in_and_what_looks_like_someones(begin: Begin) -> None:
    lines = begin()
    other = logging.getLogger("some.library")
    other.info("an idle word")
    other.warning("could not read %s", "Kim Exempel")
    other.warning("called kim@smaby.example on 070-174 06 05 about https://smaby.example/kim at port 8710")
    assert [line["message"] for line in lines()] == [
        "could not read %s",
        "called … on … about … at port 8710",
    ]


def test_an_error_is_told_by_kind_and_place_never_by_its_words(begin: Begin) -> None:
    lines = begin()
    try:
        raise ValueError("Kim Exempel hotade")
    except ValueError as error:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
        sys.excepthook(ValueError, error, error.__traceback__)
    told = lines()
    assert [line["error"] for line in told] == ["ValueError", "ValueError"]
    assert all(Path(__file__).name in line["at"][0] for line in told)
    assert "Kim" not in json.dumps(told, ensure_ascii=False)


def test_an_answer_is_told_by_its_route_not_by_what_was_asked_for(begin: Begin, tmp_path: Path) -> None:
    lines = begin()
    client = seed.logged_in(seed.world(tmp_path))
    lines()
    client.get("/inlagg/hot")
    client.get("/flode?sok=Kim+Exempel")
    client.get("/finns-inte/kim@smaby.example")
    told = lines()
    assert [(line["route"], line["status"]) for line in told] == [
        ("/inlagg/{entry_id}", 200),
        ("/flode", 200),
        ("", 404),
    ]
    assert all(line["logger"] == "dashboards.requestlog" and line["milliseconds"] >= 0 for line in told)
    assert "kim" not in json.dumps(told).lower()


def test_a_phase_tells_its_counts(begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = begin()
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path))
    monkeypatch.setenv("MEDIEBEVAKNING_LOG", "json")
    app: App = builders.app(tmp_path)
    assert main(["enrich", "--config", str(SMABY), "--db", app.settings.database]) == 0
    (line,) = [line for line in lines() if line["message"] == "done"]
    assert (line["logger"], line["assessed"]) == ("pipelines.enrich.phase", 0)


def test_only_what_there_is_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not logs.begin({})
    with pytest.raises(UserError, match="json"):
        logs.begin({"MEDIEBEVAKNING_LOG": "xml"})
    monkeypatch.setenv("MEDIEBEVAKNING_LOG", "xml")
    assert main(["enrich", "--config", str(SMABY)]) == 1
