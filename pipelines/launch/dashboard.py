"""The dashboard as a process of its own: it lives and dies apart from Airflow's API."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import httpx

from pipelines.launch.child import Program
from pipelines.launch.crew import Crew
from pipelines.launch.ports import LOOPBACK

READY_SECONDS = 60.0
WAVE = 1


def start(crew: Crew, port: int, environment: Mapping[str, str]) -> None:
    """Start it on loopback. No access log: the address of a login link is a secret."""
    served = ("dashboards.app:create_app", "--factory", "--host", LOOPBACK, "--port", str(port))
    quiet = ("--no-access-log", "--log-level", "warning")
    crew.start(Program("dashboard", (sys.executable, "-m", "uvicorn", *served, *quiet), environment, WAVE))


def await_answer(crew: Crew, port: int) -> None:
    """Return when it answers. Raises UserError when it does not."""

    def answers() -> bool:
        try:
            return httpx.get(f"http://{LOOPBACK}:{port}/healthz", trust_env=False).is_success
        except httpx.TransportError:
            return False

    crew.until(answers, READY_SECONDS, "the dashboard")
