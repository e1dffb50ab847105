"""While all is up: failed runs are said once, and a signal is the good end."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.errors import UserError
from pipelines.launch import stay as module
from pipelines.launch.crew import Crew
from pipelines.launch.rest import Run
from pipelines.launch.stay import stay

ROOT = Path(__file__).resolve().parents[2]


class FakeAirflow:
    """Answers with one failed run, and the second time not at all."""

    base_url = "http://127.0.0.1:8780"

    def __init__(self) -> None:
        self.asked = 0

    def runs(self, dag: str, since: datetime) -> list[Run]:
        self.asked += 1
        if self.asked == 2:
            raise UserError("Airflow does not answer")
        if self.asked == 4:
            os.kill(os.getpid(), signal.SIGTERM)
        return [
            Run("collect", "c1", "failed", "scheduled", since, 1.0),
            Run("enrich", "e1", "success", "manual", since, 1.0),
        ]


def test_a_failed_run_is_said_once_and_a_slow_answer_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    said: list[str] = []
    api = FakeAirflow()
    with Crew(tmp_path, ROOT, dict(os.environ), said.append) as crew:
        assert stay(crew, api, tmp_path / "airflow", {}, said.append) == 0  # type: ignore[arg-type]
    assert [line for line in said if "c1" in line] == [
        "Airflow: en körning av collect misslyckades (c1). Se http://127.0.0.1:8780."
    ]
    assert "Airflow does not answer" in said
    assert not [line for line in said if "e1" in line]


def test_what_is_a_month_old_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The task logs in files; the records in Airflow's database are its own command's business."""
    old, new = (tmp_path / "logs" / "dag_id=collect" / f"run_id={name}" for name in ("old", "new"))
    parsed = tmp_path / "logs" / "dag_processor" / "2026-01-01"
    for folder in (old, new, parsed):
        folder.mkdir(parents=True)
        (folder / "attempt=1.log").write_text("x")
    for folder in (old, parsed):
        os.utime(folder, (0, 0))
    monkeypatch.setattr("sys.executable", "true")
    with Crew(tmp_path, ROOT, dict(os.environ), lambda _: None) as crew:
        module._forget(crew, tmp_path, {}, datetime.now(UTC) - module.KEPT)
    assert (old.exists(), new.exists(), parsed.exists()) == (False, True, False)
