"""The month before the sample's day: fetched and assessed while Airflow starts, by the very commands of the console.

A source's first fetch alerts nobody; by the time the day begins, every source has had its first.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from pipelines.launch.child import Program
from pipelines.launch.crew import Crew

PHASE_SECONDS = 300.0


def fetch(crew: Crew, environment: Mapping[str, str]) -> None:
    """Run `collect` and then `enrich` to their end. Raises ChildDied where one fails."""
    for phase in ("collect", "enrich"):
        argv = (sys.executable, "-m", "pipelines.cli", phase, "--json")
        child = crew.start(Program(f"history-{phase}", argv, environment, passing=True))
        crew.until(lambda child=child: child.exit_code == 0, PHASE_SECONDS, f"history, {phase}")  # type: ignore[misc]
