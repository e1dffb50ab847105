"""Airflow's three processes, started in the order in which they need each other.

Not `airflow standalone`: 3.3.2's listens beyond loopback, leaves its children behind on SIGTERM, and starts the
scheduler before the API that its tasks need (tried 2026-11).
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pipelines.launch.child import Program
from pipelines.launch.crew import Crew
from pipelines.launch.rest import Airflow

DAGS = ("collect", "enrich", "alerts", "digest", "housekeeping")
MIGRATE_SECONDS = 120.0
BOOT_SECONDS = 120.0
SCHEDULER_GRACE = 30.0
"""It waits for the tasks that run; one that needs longer is killed and tried again at the next start."""


def migrate(crew: Crew, home: Path, environment: Mapping[str, str]) -> None:
    """Bring Airflow's own database up to date; a look at a file where this version has done so before."""
    done = home / "migrated"
    version = importlib.metadata.version("apache-airflow")
    if done.is_file() and done.read_text("ascii") == version:
        return
    child = crew.start(_airflow("airflow-migrate", environment, "db", "migrate", passing=True))
    crew.until(lambda: child.exit_code == 0, MIGRATE_SECONDS, "airflow db migrate")
    done.write_text(version, "ascii")


def boot(
    crew: Crew, environment: Mapping[str, str], api: Airflow, *, paused: bool, meanwhile: Callable[[], None]
) -> None:
    """Start API server and DAG processor, then the scheduler; returns when all three are healthy and know the DAGs.

    paused: also the DAGs that an earlier run has let go are held back. `meanwhile` is called once the two are on their
    way: what it does must be done before the scheduler starts.
    """
    crew.start(_airflow("airflow-api-server", environment, "api-server", "--workers", "1", wave=2))
    crew.start(_airflow("airflow-dag-processor", environment, "dag-processor", wave=0))
    meanwhile()
    crew.until(api.executes, BOOT_SECONDS, "Airflow's API server")
    for dag in sorted(api.knows()) if paused else ():
        api.pause(dag)
    crew.start(
        _airflow("airflow-scheduler", environment, "scheduler", "--skip-serve-logs", wave=0, grace=SCHEDULER_GRACE)
    )
    crew.until(api.schedules, BOOT_SECONDS, "Airflow's scheduler and DAG processor")
    crew.until(lambda: api.knows() >= set(DAGS), BOOT_SECONDS, f"the DAGs ({', '.join(DAGS)})")


def _airflow(
    name: str,
    environment: Mapping[str, str],
    *arguments: str,
    wave: int = 0,
    grace: float = 10.0,
    passing: bool = False,
) -> Program:
    return Program(name, (sys.executable, "-m", "airflow", *arguments), environment, wave, grace, passing)
