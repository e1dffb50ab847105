"""What the launcher does while all is up: watch, keep the logs small, and let Airflow forget what is old."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.errors import UserError
from pipelines.launch.child import Program
from pipelines.launch.crew import Crew, Stopped
from pipelines.launch.rest import Airflow
from pipelines.launch.words import line

LOOK_SECONDS = 30.0
FORGET_EVERY = timedelta(days=1)
KEPT = timedelta(days=30)
"""Airflow's own memory of runs and their logs: about 13 kB a task, five hundred tasks a day."""


def stay(crew: Crew, api: Airflow, home: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> int:
    """Until Ctrl-C or SIGTERM; then 0. Raises ChildDied where a process ends by itself."""
    told: set[str] = set()
    since = datetime.now(UTC)
    forgotten = time.monotonic()
    say(line("staying"))
    try:
        while True:
            crew.pause(LOOK_SECONDS)
            crew.cut_logs()
            _tell_failures(api, since, told, say)
            if time.monotonic() - forgotten > FORGET_EVERY.total_seconds():
                forgotten = time.monotonic()
                _forget(crew, home, environment, datetime.now(UTC) - KEPT)
    except Stopped:
        return 0


def _tell_failures(api: Airflow, since: datetime, told: set[str], say: Callable[[str], None]) -> None:
    try:
        runs = api.runs("~", max(since, datetime.now(UTC) - FORGET_EVERY))
    except UserError as error:  # a slow answer is no reason to stop; a dead process is seen by `pause`
        say(str(error))
        return
    for run in runs:
        if run.state == "failed" and run.id not in told:
            told.add(run.id)
            say(line("run_failed", dag=run.dag, id=run.id, address=api.base_url))


def _forget(crew: Crew, home: Path, environment: Mapping[str, str], before: datetime) -> None:
    arguments = ("db", "clean", "--clean-before-timestamp", before.isoformat(), "--skip-archive", "--yes")
    crew.start(Program("airflow-clean", (sys.executable, "-m", "airflow", *arguments), environment, passing=True))
    logs = home / "logs"
    for folder in (*logs.glob("dag_id=*/run_id=*"), *logs.glob("dag_processor/*-*-*")):
        if folder.stat().st_mtime < before.timestamp():
            shutil.rmtree(folder, ignore_errors=True)
